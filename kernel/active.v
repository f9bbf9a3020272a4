(** How often a unit can be active: Markov's inequality, from both sides. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves matrices functions jensen worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Markov.
Variables (R : realType) (m : nat) (t : R) (a : 'I_m -> R).
Hypotheses (t_gt0 : 0 < t) (a_ge0 : forall s, 0 <= a s).

(** 1 in the samples in which the unit is active. *)
Definition on s : R := if t <= a s then 1 else 0.

Lemma term_ge0 s : 0 <= a s - t * on s.
Proof. by rewrite /on; case: ifP => [ta|_]; rewrite ?mulr1 ?mulr0 ?subr0 ?subr_ge0. Qed.

Lemma term_eq0 s : a s - t * on s = 0 <-> a s = 0 \/ a s = t.
Proof.
rewrite /on; case: ifP => [ta|ta]; rewrite ?mulr1 ?mulr0 ?subr0; split.
- by move/eqP; rewrite subr_eq0 => /eqP; right.
- by case=> [a0|->]; rewrite ?subrr // a0 in ta *; move: ta; rewrite leNgt t_gt0.
- by left.
- by case=> // e; rewrite e lexx in ta.
Qed.

Lemma terms : \sum_s (a s - t * on s) = \sum_s a s - t * \sum_s on s.
Proof. by rewrite sumrB mulr_sumr. Qed.

(** At most 1, and at most t where it is not active: no more than t + (1 - t) [active]. *)
Lemma other_ge0 s : a s <= 1 -> 0 <= t + (1 - t) * on s - a s.
Proof.
rewrite /on; case: ifP => [_|/negbT]; rewrite ?mulr1 ?mulr0 ?addr0 ?subr_ge0.
  by rewrite addrC subrK.
by rewrite -ltNge => /ltW ? _.
Qed.
End Markov.

Theorem thm_active_fraction : worded.thm_active_fraction.
Proof.
move=> R m t a m_gt0 t_gt0 a_ge0; have m_neq0 : m%:R != 0 :> R by rewrite gt_eqF.
have t_neq0 : t != 0 by rewrite gt_eqF.
pose x (s : 'I_m) : R := a s 0; have sums := terms t x.
have gap : (\sum_(s < m) a s 0) / (m%:R * t) - (\sum_(s < m) on t x s) / m%:R
    = (\sum_(s < m) (x s - t * on t x s)) / (m%:R * t).
  have frac (y z M : R) : M != 0 -> y / (M * t) - z / M = (y - t * z) / (M * t).
    by move=> M_neq0; field; rewrite M_neq0 t_neq0.
  by rewrite sums; apply: frac.
have bottom : 0 < m%:R * t by rewrite mulr_gt0.
have terms_ge0 (s : 'I_m) : 0 <= x s - t * on t x s by apply: term_ge0.
split; first by rewrite -subr_ge0 -/(on t x _) gap divr_ge0 ?sumr_ge0 // ltW.
split.
  split=> [e i|all].
    apply/(term_eq0 x t_gt0); apply: (sum_eq0 terms_ge0).
    by move: gap; rewrite -e subrr => /esym/eqP; rewrite mulf_eq0 invr_eq0 (gt_eqF bottom) orbF => /eqP.
  apply/esym/eqP; rewrite -subr_eq0 gap big1 ?mul0r // => i _.
  by apply/(term_eq0 x t_gt0); apply: all.
move=> a_le1 t_lt1; rewrite ler_pdivrMr ?subr_gt0 // lerBlDr ler_pdivrMr //.
have -> : ((\sum_(s < m) on t x s) / m%:R * (1 - t) + t) * m%:R = \sum_(s < m) (t + (1 - t) * on t x s).
  rewrite big_split /= sumr_const card_ord -mulr_sumr -[t *+ m]mulr_natr.
  by move: (\sum_s _) => y; field.
by apply: ler_sum => s _; rewrite -subr_ge0; apply: (@other_ge0 _ _ t x s); apply: a_le1.
Qed.
