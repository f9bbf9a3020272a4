(** The shape of the divergence: it lies above its tangents, is strictly convex, and is 0 at the target alone. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves functions divergence logarithm limits derived worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Shape.
Variables (R : realType) (r : R).
Hypothesis r01 : 0 < r < 1.
Implicit Types (p u v w : R).

Lemma KL_prime p : 0 < p < 1 -> prime (KL r) p = (1 - r) / (1 - p) - r / p.
Proof.
move=> p01; have [_ _ p_neq0 p1_neq0] := between p01; apply: has_prime.
exact: (@divergence.thm_kl_derivative R 0%N p (fun=> r) r01 p01 p1_neq0 p_neq0).
Qed.

(** How far the divergence at [u] is above its tangent at [p]. *)
Definition excess p u := r * gap (u / p) + (1 - r) * gap ((1 - u) / (1 - p)).

Lemma KL_tangent p u : 0 < p < 1 -> 0 < u < 1 -> KL r u = KL r p + prime (KL r) p * (u - p) + excess p u.
Proof.
move=> p01 u01; rewrite KL_prime // /excess /gap /KL.
have [r_gt0 r1_gt0 r_neq0 r1_neq0] := between r01.
have [p_gt0 p1_gt0 p_neq0 p1_neq0] := between p01; have [u_gt0 u1_gt0 u_neq0 u1_neq0] := between u01.
rewrite !ln_div ?posrE //.
move: (ln r) (ln p) (ln u) (ln (1 - r)) (ln (1 - p)) (ln (1 - u)) => lr lp lu lr1 lp1 lu1.
by field; rewrite p_neq0 p1_neq0.
Qed.

Lemma excess_ge0 p u : 0 < p < 1 -> 0 < u < 1 -> 0 <= excess p u.
Proof.
move=> p01 u01; have [p_gt0 p1_gt0 _ _] := between p01; have [u_gt0 u1_gt0 _ _] := between u01.
have [r_gt0 r1_gt0 _ _] := between r01.
by apply: addr_ge0; apply: mulr_ge0; rewrite ?(ltW r_gt0) ?(ltW r1_gt0) // gap_ge0 // divr_gt0.
Qed.

Lemma excess_eq0 p u : 0 < p < 1 -> 0 < u < 1 -> excess p u = 0 -> u = p.
Proof.
move=> p01 u01; have [p_gt0 p1_gt0 p_neq0 _] := between p01; have [u_gt0 u1_gt0 _ _] := between u01.
have [r_gt0 r1_gt0 r_neq0 _] := between r01 => /eqP.
rewrite paddr_eq0; last 2 first.
- by apply: mulr_ge0; rewrite ?(ltW r_gt0) // gap_ge0 // divr_gt0.
- by apply: mulr_ge0; rewrite ?(ltW r1_gt0) // gap_ge0 // divr_gt0.
case/andP => /eqP/eqP; rewrite mulf_eq0 (negbTE r_neq0) /= => /eqP e _.
by have := gap_eq0 (divr_gt0 u_gt0 p_gt0) e; move/(canRL (divfK p_neq0)); rewrite mul1r.
Qed.

Lemma excess_gt0 p u : 0 < p < 1 -> 0 < u < 1 -> u != p -> 0 < excess p u.
Proof.
move=> p01 u01 up; rewrite lt_neqAle eq_sym excess_ge0 // andbT.
by apply/eqP => /(excess_eq0 p01 u01) e; rewrite e eqxx in up.
Qed.

Lemma KL_self : KL r r = 0.
Proof.
have [_ _ r_neq0 r1_neq0] := between r01.
by rewrite /KL !divff // ln1 !mulr0 addr0.
Qed.

Lemma KL_prime_self : prime (KL r) r = 0.
Proof. by have [_ _ r_neq0 r1_neq0] := between r01; rewrite KL_prime // !divff // subrr. Qed.

Lemma KL_excess u : 0 < u < 1 -> KL r u = excess r u.
Proof. by move=> u01; rewrite (KL_tangent r01 u01) KL_self KL_prime_self mul0r !add0r. Qed.

Lemma KL_ge0 u : 0 < u < 1 -> 0 <= KL r u.
Proof. by move=> u01; rewrite KL_excess // excess_ge0. Qed.

Lemma KL_eq0 u : 0 < u < 1 -> KL r u = 0 <-> u = r.
Proof.
move=> u01; split=> [|->]; last exact: KL_self.
by rewrite KL_excess //; apply: excess_eq0.
Qed.

Lemma mix01 u v w : 0 < u < 1 -> 0 < v < 1 -> 0 < w < 1 -> 0 < u * w + v * (1 - w) < 1.
Proof.
move=> u01 v01 w01; have [u_gt0 u1_gt0 _ _] := between u01; have [v_gt0 v1_gt0 _ _] := between v01.
have [w_gt0 w1_gt0 _ _] := between w01.
rewrite addr_gt0 ?mulr_gt0 //= -subr_gt0.
have -> : 1 - (u * w + v * (1 - w)) = (1 - u) * w + (1 - v) * (1 - w) by ring.
by rewrite addr_gt0 ?mulr_gt0.
Qed.

Lemma KL_convex u v w : 0 < u < 1 -> 0 < v < 1 -> 0 < w < 1 -> u != v ->
  KL r (u * w + v * (1 - w)) < w * KL r u + (1 - w) * KL r v.
Proof.
move=> u01 v01 w01 uv; have p01 := mix01 u01 v01 w01; set p := u * w + _ in p01 *.
have [w_gt0 w1_gt0 _ w1_neq0] := between w01.
rewrite (KL_tangent p01 u01) (KL_tangent p01 v01).
have up : u != p.
  apply: contra uv => /eqP e; rewrite -subr_eq0.
  have : (u - v) * (1 - w) = 0 by rewrite -(subrr u) {3}e /p; ring.
  by move/eqP; rewrite mulf_eq0 (negbTE w1_neq0) orbF.
have e_gt0 := excess_gt0 p01 u01 up; have v_ge0 := excess_ge0 p01 v01.
set K := KL r p; set D := prime _ p.
have -> : w * (K + D * (u - p) + excess p u) + (1 - w) * (K + D * (v - p) + excess p v)
    = K + (w * excess p u + (1 - w) * excess p v) by rewrite /p; ring.
by rewrite ltrDl ltr_pwDl ?mulr_gt0 // mulr_ge0 // ltW.
Qed.

Lemma curvature_derivative u : 0 < u < 1 -> has_derivative (prime (KL r)) u (r / u ^+ 2 + (1 - r) / (1 - u) ^+ 2).
Proof.
move=> u01; have [u_gt0 u1_gt0 u_neq0 u1_neq0] := between u01.
apply: (@derivative_near _ _ (fun y => (1 - r) / (1 - y) - r / y)).
  exists (Num.min u (1 - u)); split=> [|y]; first by rewrite lt_min u_gt0.
  rewrite lt_min => /andP[yu y1]; apply: KL_prime; apply/andP; split.
    by rewrite -subr_gt0; move: yu; rewrite distrC => /ltr_normlW; rewrite ltrBlDr -ltrBlDl subrr subr0.
  by move/ltr_normlW: y1; rewrite ltrD2r.
apply: curve_shift.
have ud : curve (fun t => u + t) u 1.
  by apply: (curve_eq (curve_add (curve_const u) (@curve_time R))) => //; rewrite ?addr0 ?add0r.
have u1d : curve (fun t => 1 - (u + t)) (1 - u) (-1).
  by apply: curve_velocity (curve_add (curve_const 1) (curve_opp ud)) _; rewrite add0r.
apply: curve_velocity (curve_add (curve_scale (1 - r) (curve_apply (derivative_inv u1_neq0) u1d))
  (curve_opp (curve_scale r (curve_apply (derivative_inv u_neq0) ud)))) _.
by field; rewrite u_neq0 u1_neq0.
Qed.
End Shape.

Theorem thm_kl_derivative : worded.thm_kl_derivative.
Proof.
move=> R l u v w rho r01 u01 v01 w01.
have [u_gt0 u1_gt0 _ _] := between u01; have [r_gt0 r1_gt0 _ _] := between r01.
split; first exact: curvature_derivative.
split; first by rewrite addr_gt0 // divr_gt0 // exprn_gt0.
split; first by move=> uv; apply: KL_convex.
by split; [apply: KL_ge0 | apply: KL_eq0].
Qed.
