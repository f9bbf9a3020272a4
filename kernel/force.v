(** The mean force on one sigmoid unit: less than the difference to the target, the more its activations vary. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves matrices functions divergence shape shards jensen step worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Unit.
Variables (R : realType) (m : nat) (a : 'I_m -> R).
Hypotheses (m_gt0 : 0 < m%:R :> R) (a01 : forall s, 0 < a s < 1).

Let mean := (\sum_s a s) / m%:R.
Let variance := (\sum_s (a s - mean) ^+ 2) / m%:R.

Lemma positive_mean (x : 'I_m -> R) : (forall s, 0 < x s) -> 0 < (\sum_s x s) / m%:R.
Proof.
move=> x_gt0; have s : 'I_m by apply: Ordinal; move: m_gt0; rewrite ltr0n; apply.
by rewrite divr_gt0 // (bigD1 s) //= ltr_pwDl // sumr_ge0 // => k _; apply: ltW.
Qed.

(** What is left of mean (1 - mean) when the variance is taken away is the mean of a (1 - a). *)
Lemma left_over : mean * (1 - mean) - variance = (\sum_s a s * (1 - a s)) / m%:R.
Proof.
have m_neq0 : m%:R != 0 :> R by rewrite gt_eqF.
have -> : \sum_s a s * (1 - a s) = \sum_s a s - \sum_s a s * a s.
  by rewrite -sumrB; apply: eq_bigr => s _; rewrite mulrBr mulr1.
have -> : variance = (\sum_s (a s - mean) * (a s - mean)) / m%:R.
  by congr (_ / _); apply: eq_bigr => s _; rewrite expr2.
rewrite sum_of_squares /mean; move: (\sum_s a s) (\sum_s a s * a s) => x y.
by field.
Qed.

Lemma left_over_gt0 : 0 < mean * (1 - mean) - variance.
Proof.
by rewrite left_over; apply: positive_mean => s; case/andP: (a01 s) => ? ?; rewrite mulr_gt0 ?subr_gt0.
Qed.

Lemma variance_ge0 : 0 <= variance.
Proof. by rewrite divr_ge0 ?(ltW m_gt0) // sumr_ge0 // => s _; apply: sqr_ge0. Qed.

Lemma mean_between : 0 < mean < 1.
Proof.
rewrite positive_mean => [|s]; last by case/andP: (a01 s).
have -> : (mean < 1) = (0 < (\sum_s (1 - a s)) / m%:R).
  by rewrite sumrB sumr_const card_ord mulrBl divff ?gt_eqF // subr_gt0.
by apply: positive_mean => s; case/andP: (a01 s); rewrite subr_gt0.
Qed.
End Unit.

Theorem thm_mean_force : worded.thm_mean_force.
Proof.
move=> R l m beta rho a; set c := beta l; set r := rho l => r01 c_gt0 m_gt0 a01.
pose x (s : 'I_m) : R := a s 0.
have left_gt0 := left_over_gt0 m_gt0 (a01 : forall s, 0 < x s < 1).
have v_ge0 := variance_ge0 x m_gt0; have mean01 := mean_between m_gt0 (a01 : forall s, 0 < x s < 1).
rewrite /x in left_gt0 v_ge0 mean01.
set mean := (\sum_s _) / _ in left_gt0 v_ge0 mean01; set v := (\sum_s _) / _ in left_gt0 v_ge0.
have regroup : (\sum_(s < m) a s 0) * (1 - (\sum_(s < m) a s 0) / m%:R) = mean * (1 - mean) * m%:R.
  by rewrite /mean; move: (\sum_s _) => y; field; rewrite gt_eqF.
have m_neq0 : m%:R != 0 :> R by rewrite gt_eqF.
rewrite !regroup mulfK // -/mean.
have -> : (\sum_(s < m) (a s 0 - mean) ^+ 2) / (mean * (1 - mean) * m%:R) = v / (mean * (1 - mean)).
  by rewrite [mean * _ * _]mulrC invfM mulrA.
rewrite -/v; move: mean v mean01 left_gt0 v_ge0 {regroup} => u v u01 left_gt0 v_ge0.
have [u_gt0 u1_gt0 u_neq0 u1_neq0] := between u01.
have b_gt0 : 0 < u * (1 - u) by rewrite mulr_gt0.
have fraction : c * prime (KL r) u * (u * (1 - u) - v) = c * (u - r) * ((u * (1 - u) - v) / (u * (1 - u))).
  by rewrite slope_fraction //; field; rewrite u_neq0 u1_neq0.
have share_gt0 : 0 < (u * (1 - u) - v) / (u * (1 - u)) by rewrite divr_gt0.
have share_le1 : (u * (1 - u) - v) / (u * (1 - u)) <= 1 by rewrite ler_pdivrMr // mul1r lerBlDr lerDl.
split; first by rewrite fraction; field; rewrite u_neq0 u1_neq0.
split; first by rewrite v_ge0 -subr_ge0 ltW.
rewrite fraction; split; first by rewrite pmulr_lgt0 // pmulr_rgt0 // subr_gt0.
split; first by rewrite pmulr_llt0 // pmulr_rlt0 // subr_lt0.
rewrite normrM [`|c * (u - r)|]normrM (gtr0_norm c_gt0) (gtr0_norm share_gt0) [`|r - u|]distrC.
by rewrite -[X in _ <= X]mulr1 ler_wpM2l // mulr_ge0 ?(ltW c_gt0).
Qed.
