(** The definitions, differentiated along a path of networks: what a small change of the parameters does to the
    pre-activations, the means, the penalties and the cost.

    [N_ t] is the network at time t, and [N] the one at time 0. Each lemma is about one equation of the book, which holds
    for [N] and for every [N_ t]. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From mathcomp Require Import ring.
From kernel Require Import curves matrices gradient functions divergence network printed.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** What an equation says of the whole path. *)
Definition along (R : realType) (S : nat -> nat) m (N : network R S m) (N_ : R -> network R S m)
  (equation : network R S m -> Prop) := equation N /\ forall t, equation (N_ t).

(** The weight decay. *)
Lemma curve_decay (R : realType) (S : nat -> nat) m L (c : R) (N : network R S m) (N_ : R -> network R S m)
  (dW : forall l, 'M[R]_(S l, S l.+1)) :
  (forall l, (1 <= l < L)%N -> mcurve (fun t => W (N_ t) l) (W N l) (dW l)) ->
  curve (fun t => (c * \sum_(1 <= l < L) sqnorm (W (N_ t) l)) / 2%:R) ((c * \sum_(1 <= l < L) sqnorm (W N l)) / 2%:R)
    (c * \sum_(1 <= l < L) inner (W N l) (dW l)).
Proof.
move=> Wd.
have decay : curve (fun t => \sum_(1 <= l < L) sqnorm (W (N_ t) l)) (\sum_(1 <= l < L) sqnorm (W N l))
    (\sum_(1 <= l < L) 2%:R * inner (W N l) (dW l)).
  rewrite !big_nat; under [X in curve X]boolp.funext => t do rewrite big_nat.
  by apply: curve_sum => l lL; apply: curve_sqnorm; apply: Wd.
apply: curve_eq (curve_mul (curve_scale c decay) (curve_const 2%:R^-1)) _ _ _ => //.
have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
by rewrite mulr0 addr0 -mulr_sumr; move: (\sum_(_ <= l < _) _) => x; field.
Qed.

Section Path.
Variables (R : realType) (S : nat -> nat) (m L : nat) (T : task R S m) (N : network R S m) (N_ : R -> network R S m).

Lemma thm_forward l dA dW db : (1 <= l < L)%N -> along N N_ (fun N => printed.thm_forward L T N l) ->
  mcurve (fun t => A (N_ t) l) (A N l) dA ->
  mcurve (fun t => W (N_ t) l) (W N l) dW ->
  mcurve (fun t => b (N_ t) l) (b N l) db ->
  mcurve (fun t => Z (N_ t) l.+1) (Z N l.+1) (dA *m W N l + (A N l *m dW + ones m 1 *m db)).
Proof.
move=> lL [e e_] Ad Wd bd; rewrite e // addrA.
apply: (mcurve_eq (mcurve_add (mcurve_mul Ad Wd) (mcurve_mul (mcurve_const (ones m 1)) bd))) => // [t|].
  by rewrite e_.
by rewrite mul0mx add0r.
Qed.

Lemma activation l dZ : (2 <= l < L.+1)%N -> along N N_ (fun N => printed.activation L T N l) ->
  differentiable (f T l) ->
  mcurve (fun t => Z (N_ t) l) (Z N l) dZ ->
  mcurve (fun t => A (N_ t) l) (A N l) (map_mx (prime (f T l)) (Z N l) .* dZ).
Proof. by move=> lL [e e_] fd Zd; rewrite e //; apply: mcurve_eq (mcurve_map fd Zd) _ _ _ => // t; rewrite e_. Qed.

Lemma thm_mean_activation l dA : (2 <= l < L)%N -> along N N_ (fun N => printed.thm_mean_activation L T N l) ->
  mcurve (fun t => A (N_ t) l) (A N l) dA ->
  mcurve (fun t => rho_hat (N_ t) l) (rho_hat N l) (m%:R^-1 *: (ones 1 m *m dA)).
Proof.
move=> lL [e e_] Ad; rewrite e //.
apply: mcurve_eq (mcurve_scale m%:R^-1 (mcurve_mul (mcurve_const (ones 1 m)) Ad)) _ _ _ => // [t|].
  by rewrite e_.
by rewrite mul0mx add0r.
Qed.

(** A penalty of weight 0 asks nothing of the mean activations. *)
Lemma thm_penalty l drho : (2 <= l < L)%N -> along N N_ (fun N => printed.thm_penalty L T N l) ->
  (beta T l != 0 -> 0 < rho T l < 1) ->
  (beta T l != 0 -> forall i j, 0 < rho_hat N l i j < 1) ->
  mcurve (fun t => rho_hat (N_ t) l) (rho_hat N l) drho ->
  curve (fun t => Omega (N_ t) l) (Omega N l) (beta T l * inner (map_mx (prime (KL (rho T l))) (rho_hat N l)) drho).
Proof.
move=> lL [e e_] target means rhod; rewrite e //.
case: (eqVneq (beta T l) 0) => [beta0|/[dup] /target ? /means ?].
  by apply: curve_eq (curve_const 0) _ _ _ => [t||]; rewrite ?e_ // beta0 mul0r.
have kl i j : has_derivative (KL (rho T l)) (rho_hat N l i j) (prime (KL (rho T l)) (rho_hat N l i j)).
  exact: divergence_prime.
apply: curve_eq (curve_scale (beta T l) (curve_entrysum (mcurve_map_at kl rhod))) _ _ _ => // [t|].
  by rewrite e_.
by rewrite entrysum_had.
Qed.

Lemma thm_cost dA (dW : forall l, 'M[R]_(S l, S l.+1)) : along N N_ (printed.thm_cost L T) ->
  mcurve (fun t => A (N_ t) L) (A N L) dA ->
  (forall l, (1 <= l < L)%N -> mcurve (fun t => W (N_ t) l) (W N l) (dW l)) ->
  curve (fun t => J (N_ t)) (J N)
    (m%:R^-1 * inner (A N L - Y T L) dA + lambda T * \sum_(1 <= l < L) inner (W N l) (dW l)).
Proof.
move=> [e e_] Ad Wd; rewrite e.
have error := curve_sqnorm (mcurve_add (mcurve_const (Y T L)) (mcurve_opp Ad)).
have moves := curve_add (curve_mul error (curve_const (2%:R * m%:R)^-1)) (curve_decay (lambda T) Wd).
apply: curve_eq moves _ _ _ => // [t|].
  by rewrite e_.
congr (_ + _); have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
rewrite add0r innerNr -innerNl opprB mulr0 addr0 invfM.
by move: (inner _ _) (m%:R^-1) => x z; field.
Qed.

Lemma thm_sparse_cost dJ dOmega : along N N_ (printed.thm_sparse_cost L T) ->
  curve (fun t => J (N_ t)) (J N) dJ ->
  (forall l, (2 <= l < L)%N -> curve (fun t => Omega (N_ t) l) (Omega N l) (dOmega l)) ->
  curve (fun t => J_sparse (N_ t)) (J_sparse N) (dJ + \sum_(2 <= l < L) dOmega l).
Proof.
move=> [e e_] Jd Od; rewrite e.
apply: curve_eq (curve_add Jd (_ : curve (fun t => \sum_(2 <= l < L) Omega (N_ t) l) _ _)) _ _ _ => // [|t].
  by rewrite !big_nat; under [X in curve X]boolp.funext => t do rewrite big_nat; apply: curve_sum.
by rewrite e_.
Qed.

(** The same two definitions where the samples have weights. *)
Lemma thm_weighted_mean l dA : (2 <= l < L)%N -> along N N_ (fun N => printed.thm_weighted_mean L T N l) ->
  mcurve (fun t => A (N_ t) l) (A N l) dA ->
  mcurve (fun t => rho_hat_q (N_ t) l) (rho_hat_q N l) (m%:R^-1 *: ((q T)^T *m dA)).
Proof.
move=> lL [e e_] Ad; rewrite e //.
apply: mcurve_eq (mcurve_scale m%:R^-1 (mcurve_mul (mcurve_const (q T)^T) Ad)) _ _ _ => // [t|].
  by rewrite e_.
by rewrite mul0mx add0r.
Qed.

Lemma thm_weighted_cost dA (dW : forall l, 'M[R]_(S l, S l.+1)) : along N N_ (printed.thm_weighted_cost L T) ->
  mcurve (fun t => A (N_ t) L) (A N L) dA ->
  (forall l, (1 <= l < L)%N -> mcurve (fun t => W (N_ t) l) (W N l) (dW l)) ->
  curve (fun t => J_q (N_ t)) (J_q N)
    (m%:R^-1 * inner ((q T *m ones 1 (S L)) .* (A N L - Y T L)) dA + lambda T * \sum_(1 <= l < L) inner (W N l) (dW l)).
Proof.
move=> [e e_] Ad Wd; rewrite e; set C := q T *m _.
have gap := mcurve_add (mcurve_const (Y T L)) (mcurve_opp Ad).
have error := curve_entrysum (mcurve_had (mcurve_const C) (mcurve_had gap gap)).
have moves := curve_add (curve_decay (lambda T) Wd) (curve_mul error (curve_const (2%:R * m%:R)^-1)).
apply: curve_eq moves _ _ _ => // [t|].
  by rewrite e_.
rewrite addrC; congr (_ + _); have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
rewrite had0l !add0r entrysum_had innerDr [(- _) .* _]hadC inner_had innerNr mulr0 addr0 invfM.
rewrite -(opprB (Y T L)) [C .* - _]hadC hadNl innerNl [_ .* C]hadC.
by move: (inner _ _) (m%:R^-1) => x z; field.
Qed.
End Path.
