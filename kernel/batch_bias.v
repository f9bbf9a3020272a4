(** By how much the penalties of batches exceed that of the whole: half the curvature times the scatter of the batches'
    means, and a remainder of the third order. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import curves functions divergence logarithm limits shape jensen taylor worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Unit.
Variables (R : realType) (n : nat) (part x : 'I_n -> R) (r : R).
Hypotheses (part_gt0 : forall t, 0 < part t) (part1 : \sum_t part t = 1) (x01 : forall t, 0 < x t < 1).
Hypothesis r01 : 0 < r < 1.
Let whole := \sum_t x t * part t.

(** Taylor's theorem for each term at the mean of all: the terms of the first order cancel. *)
Lemma mean_taylor : exists2 xi : 'I_n -> R,
  forall t, 0 < xi t < 1 /\ `|xi t - whole| <= `|x t - whole| &
  \sum_t part t * KL r (x t) = KL r whole
    + (\sum_t part t * prime (prime (prime (KL r))) (xi t) * (x t - whole) ^+ 3) / 6%:R
    + (prime (prime (KL r)) whole * \sum_t part t * (x t - whole) ^+ 2) / 2%:R.
Proof.
have whole01 : 0 < whole < 1 := mean01 part_gt0 part1 x01.
have /fin_all_exists[xi xi_ok] t := divergence_taylor r01 whole01 (x01 t).
exists xi => [t|]; first by case: (xi_ok t).
have each t : part t * KL r (x t) = KL r whole * part t + prime (KL r) whole * (x t * part t - whole * part t)
    + part t * prime (prime (prime (KL r))) (xi t) * (x t - whole) ^+ 3 / 6%:R
    + prime (prime (KL r)) whole * (part t * (x t - whole) ^+ 2) / 2%:R.
  case: (xi_ok t) => _ _ ->.
  move: whole (x t) (part t) (KL _ _) (prime (KL r) whole) (prime (prime _) _) (prime (prime (prime _)) _).
  by move=> *; field.
rewrite (eq_bigr _ (fun t _ => each t)) !big_split /= -!mulr_suml -!mulr_sumr sumrB -mulr_sumr part1.
by rewrite !mulr1 -/whole subrr mulr0 addr0.
Qed.
End Unit.

Lemma curvature_gt0 (R : realType) (r y : R) : 0 < r < 1 -> 0 < y < 1 -> 0 < prime (prime (KL r)) y.
Proof.
move=> r01 y01; rewrite KL_prime2 //.
have [r_gt0 r1_gt0 _ _] := between r01; have [y_gt0 y1_gt0 _ _] := between y01.
by rewrite addr_gt0 // divr_gt0 // mulr_gt0.
Qed.

Theorem thm_batch_bias : worded.thm_batch_bias.
Proof.
move=> R N l S beta rho part r; set p := rho l; set c := beta l => p01 part_gt0 part1 r01.
pose whole j := \sum_(s < N) r s j * part s 0.
have whole01 j : 0 < whole j < 1 by apply: (mean01 part_gt0 part1 (fun t => r01 t j)).
split.
  have /fin_all_exists2[xi xi_ok sums] j := mean_taylor part_gt0 part1 (fun t => r01 t j) p01.
  exists (\matrix_(t, j) xi j t); split; first by move=> t j; rewrite mxE; case: (xi_ok j t).
  split; first by move=> t j; rewrite mxE; case: (xi_ok j t).
  under [X in _ = _ * X / _ + _]eq_bigr => j _ do under eq_bigr => t _ do rewrite mxE.
  rewrite unit_by_unit (eq_bigr _ (fun j _ => sums j)) !big_split /= -!mulr_suml.
  have sort a b d : c * (a + b / 6%:R + d / 2%:R) - c * a = (c * b) / 6%:R + (c * d) / 2%:R by field.
  exact: sort.
move=> c_gt0; have square_ge0 j t : 0 <= part t 0 * (r t j - whole j) ^+ 2.
  by rewrite mulr_ge0 ?sqr_ge0 // ltW.
have term_ge0 j : 0 <= prime (prime (KL p)) (whole j) * \sum_t part t 0 * (r t j - whole j) ^+ 2.
  by apply: mulr_ge0; [exact: ltW (curvature_gt0 p01 (whole01 j)) | apply: sumr_ge0 => t _; exact: square_ge0].
split.
  by rewrite divr_ge0 ?ler0n //; apply: mulr_ge0; [exact: ltW | apply: sumr_ge0 => j _; exact: term_ge0].
split=> [/eqP|same].
  rewrite mulf_eq0 invr_eq0 pnatr_eq0 orbF mulf_eq0 gt_eqF //= => /eqP/sum_eq0 => /(_ term_ge0) none t j.
  have /eqP := none j; rewrite mulf_eq0 (gt_eqF (curvature_gt0 p01 (whole01 j))) /=.
  move=> /eqP/sum_eq0 => /(_ (square_ge0 j) t)/eqP.
  by rewrite mulf_eq0 gt_eqF //= sqrf_eq0 subr_eq0 => /eqP.
rewrite big1 ?mulr0 ?mul0r // => j _; rewrite [X in _ * X]big1 ?mulr0 // => t _.
have -> : r t j - \sum_(s < N) r s j * part s 0 = 0 by apply/eqP; rewrite subr_eq0; apply/eqP; exact: same.
by rewrite expr0n mulr0.
Qed.
