(** A unit that is on in a fraction of the samples and off in the others: the penalty on the mean goes to 0, and the mean
    of the penalties on single samples to infinity. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves functions orders divergence logarithm limits shape rules_of_order worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Singles.
Variables (R : realType) (r : R).
Hypothesis r01 : 0 < r < 1.

Lemma KL_derivable u : 0 < u < 1 -> has_derivative (KL r) u (prime (KL r) u).
Proof. by apply: divergence_prime. Qed.

(** The divergence at 1 - e is not negative, and at e it is at least - r ln e and a number. *)
Lemma KL_low e : 0 < e < 1 -> r * ln r + (1 - r) * ln (1 - r) - r * ln e <= KL r e.
Proof.
move=> e01; have [r_gt0 r1_gt0 _ _] := between r01; have [e_gt0 e1_gt0 _ _] := between e01.
rewrite /KL !ln_div ?posrE // -subr_ge0.
have -> : r * (ln r - ln e) + (1 - r) * (ln (1 - r) - ln (1 - e))
    - (r * ln r + (1 - r) * ln (1 - r) - r * ln e) = (1 - r) * - ln (1 - e).
  by move: (ln r) (ln e) (ln (1 - r)) (ln (1 - e)) => x y z w; ring.
rewrite mulr_ge0 ?(ltW r1_gt0) // oppr_ge0; apply: le_trans (ln_le_tangent e1_gt0) _.
by rewrite addrAC subrr sub0r oppr_le0 ltW.
Qed.
End Singles.

Theorem thm_single_samples_limits : worded.thm_single_samples_limits.
Proof.
move=> R l beta rho; set c := beta l; set r := rho l => r01 c_gt0.
have [r_gt0 r1_gt0 _ _] := between r01; split.
  move=> small small_gt0.
  have moves : of_order 1 (fun e : R => (1 - r - r) * e) by apply: of_order_scale; apply: of_order_id.
  have [d [d_gt0 dP]] := of_order_lt small_gt0 (of_order_scale c (of_order_function (KL_derivable r01 r01) moves)).
  exists d; split=> // e /dP; rewrite KL_self // subr0.
  by have -> : r + (1 - r - r) * e = e * (1 - r) + r * (1 - e) by ring.
move=> big; pose low := r * ln r + (1 - r) * ln (1 - r).
pose far := (big / c / (1 - r) - low) / r.
have d_gt0 : 0 < Num.min (1 / 2%:R) (expR (- far)) by rewrite lt_min divr_gt0 ?ltr01 ?ltr0n ?expR_gt0.
exists (Num.min (1 / 2%:R) (expR (- far))); split=> // e /andP[e_gt0].
rewrite lt_min => /andP[e_half e_far].
have e01 : 0 < e < 1.
  by rewrite e_gt0 (lt_trans e_half) // ltr_pdivrMr ?ltr0n // mul1r ltr1n.
have e01' : 0 < 1 - e < 1 by case/andP: e01 => ? ?; rewrite subr_gt0 ltrBlDr ltrDl e_gt0 andbT.
rewrite mulrC -ltr_pdivrMr //; apply: (@lt_le_trans _ _ ((1 - r) * KL r e)); last first.
  by rewrite lerDl mulr_ge0 ?(ltW r_gt0) // KL_ge0.
rewrite [(1 - r) * _]mulrC -ltr_pdivrMr //; apply: lt_le_trans (KL_low r01 e01).
rewrite -/low -ltrBlDl -mulrN -ltr_pdivrMl // mulrC -/far ltrNr.
by rewrite -[- far]ln_expR ltr_ln ?posrE ?expR_gt0.
Qed.
