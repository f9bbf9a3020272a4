(** The mean of divergences and the divergence of the mean: Jensen's inequality, with the difference written out. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves functions orders divergence logarithm limits shape worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Mean.
Variables (R : realType) (n : nat) (part x : 'I_n -> R).
Hypotheses (part_gt0 : forall t, 0 < part t) (part1 : \sum_t part t = 1) (x01 : forall t, 0 < x t < 1).

Lemma some_part : exists t : 'I_n, true.
Proof.
case: (pickP (@predT 'I_n)) => [t _|none]; first by exists t.
by move: part1; rewrite big1 => [/eqP|t]; [rewrite eq_sym oner_eq0 | have := none t].
Qed.

(** A weighted mean lies between 0 and 1 where all its terms do. *)
Lemma mean01 : 0 < \sum_t x t * part t < 1.
Proof.
have [t _] := some_part; have pos (y : 'I_n -> R) : (forall t, 0 < y t) -> 0 < \sum_t y t * part t.
  move=> y_gt0; rewrite (bigD1 t) //= ltr_pwDl ?mulr_gt0 // sumr_ge0 // => k _.
  by rewrite mulr_ge0 // ltW.
rewrite pos => [|k]; last by case/andP: (x01 k).
rewrite -subr_gt0 -part1 -sumrB.
have -> : \sum_k (part k - x k * part k) = \sum_k (1 - x k) * part k.
  by apply: eq_bigr => k _; rewrite mulrBl mul1r.
by apply: pos => k; rewrite subr_gt0; case/andP: (x01 k).
Qed.

(** The tangents at the mean cancel. *)
Lemma mean_excess r (whole := \sum_t x t * part t) : 0 < r < 1 ->
  \sum_t part t * KL r (x t) = KL r whole + \sum_t part t * excess r whole (x t).
Proof.
move=> r01; under eq_bigr => t _ do rewrite (KL_tangent r01 mean01 (x01 t)) mulrDr mulrDr.
rewrite !big_split /= -mulr_suml part1 mul1r -/whole; congr (_ + _); rewrite -[RHS]addr0; congr (_ + _).
have -> : \sum_t part t * (prime (KL r) whole * (x t - whole))
    = prime (KL r) whole * (\sum_t x t * part t - whole * \sum_t part t).
  rewrite mulr_sumr -sumrB mulr_sumr; apply: eq_bigr => t _.
  by move: (prime _ _) => D; ring.
by rewrite part1 mulr1 subrr mulr0.
Qed.
End Mean.

Lemma sum_eq0 (R : realType) (n : nat) (x : 'I_n -> R) : (forall t, 0 <= x t) -> \sum_t x t = 0 -> forall t, x t = 0.
Proof. by move=> x_ge0 /eqP; rewrite psumr_eq0 => // /allP all0 t; have /eqP := all0 t (mem_index_enum t). Qed.

(** Shard by shard or unit by unit: the sum of all penalties is the same. *)
Lemma unit_by_unit (R : realType) (n k : nat) (part : 'I_n -> R) (y : 'I_n -> 'I_k -> R) c :
  \sum_t c * part t * (\sum_j y t j) = c * \sum_j \sum_t part t * y t j.
Proof.
rewrite exchange_big mulr_sumr; apply: eq_bigr => t _; rewrite -mulrA; congr (_ * _).
by rewrite mulr_sumr.
Qed.

Theorem thm_mean_penalty_larger : worded.thm_mean_penalty_larger.
Proof.
move=> R N l S beta rho part r; set p := rho l; set c := beta l => p01 c_ge0 part_gt0 part1 r01.
pose whole j := \sum_(s < N) r s j * part s 0.
have whole01 j : 0 < whole j < 1 by apply: (mean01 part_gt0 part1 (fun t => r01 t j)).
pose over t := \sum_j excess p (whole j) (r t j).
have over_ge0 t : 0 <= over t by apply: sumr_ge0 => j _; apply: excess_ge0.
have difference : \sum_(t < N) c * part t 0 * (\sum_(j < S l) KL p (r t j)) - c * (\sum_(j < S l) KL p (whole j))
    = c * \sum_(t < N) part t 0 * over t.
  rewrite unit_by_unit -mulrBr -sumrB; congr (_ * _).
  rewrite (eq_bigr (fun t => \sum_j part t 0 * excess p (whole j) (r t j))); last by move=> t _; rewrite mulr_sumr.
  rewrite exchange_big; apply: eq_bigr => j _.
  by rewrite (mean_excess part_gt0 part1 (fun t => r01 t j) p01) addrAC subrr add0r.
have larger : 0 <= \sum_(t < N) part t 0 * over t.
  by apply: sumr_ge0 => t _; rewrite mulr_ge0 // ltW.
split; first exact: difference.
split; first by move=> t j; exact: (excess_ge0 p01 (whole01 j) (r01 t j)).
split; first by rewrite -subr_ge0 difference mulr_ge0.
move=> c_gt0; split=> [e t j|same].
  have : \sum_(t < N) part t 0 * over t = 0.
    move: difference; rewrite e subrr => /esym/eqP; rewrite mulf_eq0 gt_eqF //= => /eqP. exact.
  move/sum_eq0 => /(_ (fun t => mulr_ge0 (ltW (part_gt0 t)) (over_ge0 t)) t)/eqP.
  rewrite mulf_eq0 gt_eqF //= => /eqP/sum_eq0 => /(_ (fun j => excess_ge0 p01 (whole01 j) (r01 t j)) j).
  exact: excess_eq0.
apply/eqP; rewrite -subr_eq0 difference big1 ?mulr0 // => t _.
rewrite /over big1 ?mulr0 // => j _; rewrite /whole -(same t) /excess.
have [_ _ a b] := between (r01 t j).
by rewrite !divff // gap1 !mulr0 addr0.
Qed.

Theorem thm_single_samples : worded.thm_single_samples.
Proof.
move=> R l m S beta rho A; set p := rho l; set c := beta l => p01 m_gt0 A01 c_gt0.
have terms t : 0 <= \sum_(j < S l) KL p (A t j) by apply: sumr_ge0 => j _; apply: KL_ge0.
split; first by rewrite mulr_sumr mulr_suml.
split; first by rewrite divr_ge0 ?(ltW m_gt0) // mulr_ge0 ?(ltW c_gt0) // sumr_ge0.
split=> [/eqP|same].
  rewrite mulf_eq0 invr_eq0 (gt_eqF m_gt0) orbF mulf_eq0 (gt_eqF c_gt0) /= => /eqP/sum_eq0 e t j.
  by have /sum_eq0 := e terms t; move=> /(_ (fun j => KL_ge0 p01 (A01 t j)) j) /(KL_eq0 p01 (A01 t j)).
rewrite big1 ?mulr0 ?mul0r // => t _; rewrite big1 // => j _.
by rewrite same; apply: KL_self.
Qed.
