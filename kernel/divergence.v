(** Functions of one number: the sigmoid and the divergence. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import curves functions derived.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem thm_sigmoid_derivative : derived.thm_sigmoid_derivative.
Proof.
move=> R x; apply: curve_shift; rewrite /sigma.
have bottom_neq0 : 1 + expR (- x) != 0 by apply/lt0r_neq0/addr_gt0; [exact: ltr01|exact: expR_gt0].
have xd : curve (fun t => - (x + t)) (- x) (-1).
  apply: (curve_eq (curve_opp (curve_add (curve_const x) (@curve_time R)))) => //; first by rewrite addr0.
  by rewrite add0r.
have bottom : curve (fun t => 1 + expR (- (x + t))) (1 + expR (- x)) (0 + expR (- x) * -1).
  by apply: curve_add; [apply: curve_const|apply: curve_apply xd; apply: derivative_exp].
apply: curve_velocity (curve_apply (derivative_inv bottom_neq0) bottom) _.
by field.
Qed.

Theorem thm_kl : derived.thm_kl.
Proof. by []. Qed.

Lemma between (R : realType) (x : R) : 0 < x < 1 -> [/\ 0 < x, 0 < 1 - x, x != 0 & 1 - x != 0].
Proof. by move=> /andP[x_gt0 x_lt1]; rewrite !gt_eqF ?subr_gt0. Qed.

Theorem thm_kl_derivative : derived.thm_kl_derivative.
Proof.
move=> R l u rho rho01 u01 _ _; move: (rho l) rho01 => r r01; apply: curve_shift; rewrite /KL.
have [r_gt0 r1_gt0 r_neq0 r1_neq0] := between r01; have [u_gt0 u1_gt0 u_neq0 u1_neq0] := between u01.
have ud : curve (fun t => u + t) u 1.
  by apply: (curve_eq (curve_add (curve_const u) (@curve_time R))) => //; rewrite ?addr0 ?add0r.
have u1d : curve (fun t => 1 - (u + t)) (1 - u) (-1).
  by apply: curve_velocity (curve_add (curve_const 1) (curve_opp ud)) _; rewrite add0r.
have ratio c v (g : R -> R) d : v != 0 -> 0 < c / v -> curve g v d ->
    curve (fun t => ln (c / g t)) (ln (c / v)) ((c / v)^-1 * (0 * v^-1 + c * (- v ^- 2 * d))).
  move=> v_neq0 cv_gt0 gd; apply: curve_apply; first exact: derivative_ln.
  by apply: curve_mul; [apply: curve_const|apply: curve_apply gd; apply: derivative_inv].
apply: curve_velocity (curve_add (curve_scale r (ratio r u _ _ u_neq0 _ ud)) (curve_scale (1 - r) (ratio (1 - r) (1 - u) _ _ u1_neq0 _ u1d))) _.
- by rewrite divr_gt0.
- by rewrite divr_gt0.
by field; rewrite r_neq0 r1_neq0 u_neq0 u1_neq0.
Qed.

(** What the rules for curves ask of the divergence. *)
Lemma divergence_prime (R : realType) (r u : R) :
  0 < r < 1 -> 0 < u < 1 -> has_derivative (KL r) u (prime (KL r) u).
Proof.
move=> r01 u01; have [_ _ u_neq0 u1_neq0] := between u01.
have kl := @thm_kl_derivative R 0%N u (fun=> r) r01 u01 u1_neq0 u_neq0.
by rewrite (has_prime kl).
Qed.
