(** A network that evades the penalty: small activations, large weights, and a cost as near to that of a linear code as
    one likes. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves matrices functions orders divergence logarithm limits shape rules_of_order.
From kernel Require Import shards only_the_mean worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Code.
Variables (R : realType) (m n p : nat) (X : 'M[R]_(m, n)) (V : 'M[R]_(n, p)).
Hypothesis m_neq0 : m%:R != 0 :> R.

Definition code := (X - m%:R^-1 *: (ones m m *m X)) *m V.

(** The mean of the code is 0. *)
Lemma code_mean j : \sum_s code s j = 0.
Proof.
have : (ones 1 m *m code) 0 j = 0.
  rewrite /code mulmxA mulmxBr -scalemxAr mulmxA ones_ones -scalemxAl scalerA mulVf // scale1r.
  by rewrite subrr mul0mx mxE.
by rewrite mxE => e; rewrite -[RHS]e; apply: eq_bigr => s _; rewrite [ones _ _ _ _]mxE mul1r.
Qed.

(** The hidden pre-activations. *)
Lemma pre_activations z e : e *: (X *m V) + ones m 1 *m (z *: ones 1 p - (e / m%:R) *: (ones 1 m *m X *m V))
  = z *: ones m p + e *: code.
Proof.
rewrite mulmxBr -!scalemxAr /code mulmxBl scalerBr -!scalemxAl scalerA.
have one q r : ones q 1 *m ones 1 r = ones q r :> 'M[R]_(_, _) by rewrite ones_ones scale1r.
by rewrite one -mulmxA !mulmxA one addrC -addrA [- _ + _]addrC.
Qed.
End Code.

Section Evading.
Variables (R : realType) (m n p q : nat) (X : 'M[R]_(m, n)) (V : 'M[R]_(n, p)) (D : 'M[R]_(p, q)) (c : 'M[R]_(1, q)).
Variables (f g : R -> R) (z r : R).
Hypotheses (fd : differentiable f) (f'd : differentiable (prime f)) (gd : differentiable g).
Hypotheses (m_neq0 : m%:R != 0 :> R) (r01 : 0 < r < 1) (fz : f z = r) (slope : prime f z != 0).

Let H := code X V.
Definition hidden e := map_mx f (e *: (X *m V) + ones m 1 *m (z *: ones 1 p - (e / m%:R) *: (ones 1 m *m X *m V))).

Lemma hiddenE e i j : hidden e i j = f (z + H i j * e).
Proof.
rewrite /hidden pre_activations mxE; congr (f _).
by rewrite mxE [X in X + _]mxE [X in _ + X]mxE [ones _ _ _ _]mxE mulr1 [e * _]mulrC.
Qed.

Lemma moves i j : of_order 1 (fun e => H i j * e).
Proof. by apply: of_order_scale; apply: of_order_id. Qed.

(** Taylor: what an activation is beyond the first order. *)
Definition rest i j e := hidden e i j - r - prime f z * (H i j * e).

Lemma rest_small i j : of_order 2 (rest i j).
Proof.
have near : exists c, 0 < c /\ forall y, `|y - z| < c -> has_derivative f y (prime f y).
  by exists 1; split=> // y _; apply: prime_derivative.
apply: of_order_eq (of_order_function2 near (prime_derivative z f'd) (moves i j)) => // e _.
by rewrite /rest hiddenE fz.
Qed.

Lemma hidden_small : entries_of_order 1 (fun e => hidden e - r *: ones m p).
Proof.
move=> i j; apply: of_order_eq (of_order_function (prime_derivative z fd) (moves i j)) => // e _.
by rewrite [in RHS]mxE hiddenE -fz !mxE mulr1.
Qed.

(** The penalty. *)
Definition means e := m%:R^-1 *: (ones 1 m *m hidden e).

Lemma means_small j : of_order 2 (fun e => means e 0 j - r).
Proof.
apply: (@of_order_eq _ _ (fun e => m%:R^-1 * \sum_s rest s j e)) => [e _|]; last first.
  by apply: of_order_scale; apply: of_order_sum => s; apply: rest_small.
rewrite /means mxE mxE.
have -> : \sum_s ones 1 m 0 s * hidden e s j = \sum_s hidden e s j.
  by apply: eq_bigr => s _; rewrite mxE mul1r.
have -> : \sum_s rest s j e = \sum_s hidden e s j - m%:R * r.
  rewrite !sumrB -mulr_sumr -mulr_suml (code_mean X V m_neq0) mul0r mulr0 subr0.
  by rewrite sumr_const card_ord mulr_natl.
by rewrite mulrBr mulKf.
Qed.

Lemma penalty_small b : of_order 4 (fun e => b * entrysum (map_mx (KL r) (means e))).
Proof.
apply: of_order_scale.
have [r_gt0 r1_gt0 _ _] := between r01.
have near : exists c, 0 < c /\ forall y, `|y - r| < c -> has_derivative (KL r) y (prime (KL r) y).
  exists (Num.min r (1 - r)); split=> [|y]; first by rewrite lt_min r_gt0.
  rewrite lt_min => /andP[yr y1]; apply: divergence_prime => //; apply/andP; split.
    by rewrite -subr_gt0; move: yr; rewrite distrC => /ltr_normlW; rewrite ltrBlDr -ltrBlDl subrr subr0.
  by move/ltr_normlW: y1; rewrite ltrD2r.
have each j : of_order 4 (fun e => KL r (means e 0 j)).
  apply: of_order_eq (of_order_function2 near (curvature_derivative r01 r01) (means_small j)) => e _.
  by rewrite KL_self // KL_prime_self // mul0r !subr0 addrC subrK.
apply: of_order_eq (of_order_sum each) => e _.
by rewrite entrysum_row; apply: eq_bigr => j _; rewrite [RHS]mxE.
Qed.

(** The output. *)
Let P := ones m 1 *m c + H *m D.
Definition decoded e := ones m 1 *m (c - (r / (e * prime f z)) *: (ones 1 p *m D)) + (e * prime f z)^-1 *: (hidden e *m D).

Lemma decodedE e : 0 < e -> decoded e = P + (e * prime f z)^-1 *: ((\matrix_(i, j) rest i j e) *m D).
Proof.
move=> e_gt0; have e_neq0 : e != 0 by rewrite gt_eqF.
have -> : \matrix_(i, j) rest i j e = hidden e - r *: ones m p - (prime f z * e) *: H.
  apply/matrixP => i j; rewrite mxE /rest !(addE, oppE, scaleE) [ones _ _ _ _]mxE mulr1.
  by rewrite -[prime f z * e * _]mulrA [e * _]mulrC.
rewrite /decoded /P !mulmxBl mulmxBr -!scalemxAl -!scalemxAr !scalerBr !scalerA.
rewrite [e * _]mulrC mulVf ?mulf_neq0 // scale1r.
have -> : ones m 1 *m (ones 1 p *m D) = ones m p *m D by rewrite mulmxA ones_ones scale1r.
rewrite [r / _]mulrC.
move: (_ *m c) (_ *: (hidden e *m D)) (_ *: (ones m p *m D)) (H *m D) => u v w x.
rewrite -!addrA; congr (_ + _).
by rewrite [x + _]addrC -!addrA addNr addr0 addrC.
Qed.

Lemma decoded_small i j : of_order 1 (fun e => decoded e i j - P i j).
Proof.
apply: (@of_order_eq _ _ (fun e => (prime f z)^-1 * ((\sum_k D k j * rest i k e) / e))) => [e e_gt0|].
  rewrite decodedE // [in RHS]mxE addrC addKr mxE mxE.
  have -> : \sum_k (\matrix_(i, j) rest i j e) i k * D k j = \sum_k D k j * rest i k e.
    by apply: eq_bigr => k _; rewrite mxE mulrC.
  move: (\sum_k _) (prime f z) slope (gt_eqF e_gt0) => y d d_neq0 /negbT e_neq0.
  by field; rewrite e_neq0 d_neq0.
apply: of_order_scale; apply: of_order_div; apply: of_order_sum => k.
by apply: of_order_scale; apply: rest_small.
Qed.

Lemma output_small : entries_of_order 1 (fun e => map_mx g (decoded e) - map_mx g P).
Proof.
move=> i j; apply: of_order_eq (of_order_function (prime_derivative (P i j) gd) (decoded_small i j)) => // e _.
by rewrite [P i j + _]addrC subrK [RHS]addE [X in _ = _ + X]oppE [map_mx g (decoded e) i j]mxE [map_mx g P i j]mxE.
Qed.

(** The cost. *)
Section Cost.
Variable Y : 'M[R]_(m, q).
Let o e := map_mx g (decoded e) - map_mx g P.

Lemma error_difference e : sqnorm (Y - map_mx g (decoded e)) / (2%:R * m%:R) - sqnorm (Y - map_mx g P) / (2%:R * m%:R)
  = (2%:R * m%:R)^-1 * \sum_i \sum_j (o e i j * o e i j + (- 2%:R * (Y - map_mx g P) i j) * o e i j).
Proof.
rewrite -mulrBl mulrC; congr (_ * _); rewrite /sqnorm -sumrB; apply: eq_bigr => i _.
rewrite -sumrB; apply: eq_bigr => j _.
have -> : Y - map_mx g (decoded e) = (Y - map_mx g P) - o e by rewrite /o opprB addrA subrK.
have square (A B : 'M[R]_(m, q)) :
    (A - B) i j ^+ 2 - A i j ^+ 2 = B i j * B i j + (- 2%:R * A i j) * B i j.
  by rewrite addE oppE; move: (A i j) (B i j) => x y; ring.
exact: square.
Qed.

Lemma cost_small : of_order 1 (fun e =>
  sqnorm (Y - map_mx g (decoded e)) / (2%:R * m%:R) - sqnorm (Y - map_mx g P) / (2%:R * m%:R)).
Proof.
apply: of_order_eq (fun e _ => esym (error_difference e)) _; apply: of_order_scale.
apply: of_order_sum => i; apply: of_order_sum => j; apply: of_order_add.
  have [C [d [C_gt0 d_gt0 oC]]] := of_orderE (of_order_mul (output_small i j) (output_small i j)).
  exists C, d; split=> // e e_in; have [e1 oe] := oC e e_in; apply: le_trans oe _.
  have e_ge0 : 0 <= e by case/andP: e_in => /ltW.
  by rewrite ler_pM2l // [e ^+ 1]expr1 -[(1 + 1)%N]/2%N expr2 ler_piMr.
exact: (of_order_scale (- 2%:R * (Y - map_mx g P) i j) (output_small i j)).
Qed.

Lemma cost_smaller : Y = map_mx g P -> of_order 2 (fun e =>
  sqnorm (Y - map_mx g (decoded e)) / (2%:R * m%:R) - sqnorm (Y - map_mx g P) / (2%:R * m%:R)).
Proof.
move=> same; apply: of_order_eq (fun e _ => esym (error_difference e)) _; apply: of_order_scale.
apply: of_order_sum => i; apply: of_order_sum => j.
apply: of_order_eq (of_order_mul (output_small i j) (output_small i j)) => // e _.
by rewrite same subrr [(0 : 'M_(_, _)) i j]mxE mulr0 mul0r addr0.
Qed.
End Cost.
End Evading.

Lemma sqnormZ (R : realType) m n c (A : 'M[R]_(m, n)) : sqnorm (c *: A) = c ^+ 2 * sqnorm A.
Proof.
rewrite /sqnorm mulr_sumr; apply: eq_bigr => i _; rewrite mulr_sumr; apply: eq_bigr => j _.
by rewrite mxE exprMn.
Qed.

Theorem thm_evasion : worded.thm_evasion.
Proof.
move=> R m S w z beta rho f c V D A Y fd f'd gd m_gt0 rho01 fz slope.
have m_neq0 : m%:R != 0 :> R by rewrite gt_eqF.
rewrite fz; split; first exact: hidden_small.
split; first exact: output_small.
split; first exact: penalty_small.
split; first exact: cost_small.
split; first exact: cost_smaller.
move=> w_neq0; rewrite !sqnormZ; congr (_ + _).
by rewrite mulrC exprVn exprMn.
Qed.
