(** The sigmoid far from 0: its slope is as small as e to the power of minus the distance, up to a factor of 4. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves orders logarithm functions divergence derived worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Sigmoid.
Variable R : realType.
Implicit Types x q : R.

Lemma decay01 x : 0 < expR (- `|x|) <= 1.
Proof.
rewrite expR_gt0 /=; case: (eqVneq x 0) => [->|x_neq0]; first by rewrite normr0 oppr0 expR0.
by rewrite ltW // expR_lt1 oppr_lt0 normr_gt0.
Qed.

Lemma bottom q : 0 < q -> 1 + q != 0. Proof. by move=> q_gt0; rewrite gt_eqF // addr_gt0 ?ltr01. Qed.

(** With q for the decay, the slope is q / (1 + q)^2, on both sides of 0. *)
Lemma slope x (q := expR (- `|x|)) : prime sigma x = q / (1 + q) ^+ 2.
Proof.
have q_gt0 : 0 < q by exact: expR_gt0.
rewrite (has_prime (@divergence.thm_sigmoid_derivative R x)) /sigma /q.
case: (ger0P x) => _; first by have := bottom (expR_gt0 (- x)); move: (expR _) => y y1; field.
rewrite opprK expRN; have y_gt0 := expR_gt0 x; have y1 := bottom y_gt0; move: (expR x) y_gt0 y1 => y y_gt0 y1.
have y_neq0 : y != 0 by rewrite gt_eqF.
by field; rewrite y_neq0 y1.
Qed.

Lemma decay1 x : expR (- `|x|) = 1 -> x = 0.
Proof.
move=> e; apply/eqP; rewrite -normr_eq0; apply: contraT => nx.
have : expR (- `|x|) < 1 by rewrite expR_lt1 oppr_lt0 lt_neqAle eq_sym nx normr_ge0.
by rewrite e ltxx.
Qed.
End Sigmoid.

Theorem thm_saturation : worded.thm_saturation.
Proof.
move=> R x; rewrite slope; have /andP[q_gt0 q_le1] := decay01 x.
have zero : x = 0 -> expR (- `|x|) = 1 by move=> ->; rewrite normr0 oppr0 expR0.
have one : expR (- `|x|) = 1 -> x = 0 by apply: decay1.
move: (expR _) q_gt0 q_le1 zero one => q q_gt0 q_le1 zero one.
have b_neq0 := bottom q_gt0; have b_gt0 : 0 < (1 + q) ^+ 2 by rewrite exprn_gt0 // addr_gt0 ?ltr01.
have four : (4%:R : R) != 0 by rewrite pnatr_eq0.
have four_gt0 : 0 < (4%:R : R) by rewrite ltr0n.
have low : q / (1 + q) ^+ 2 - q / 4%:R = q * ((1 - q) * (3%:R + q)) / ((1 + q) ^+ 2 * 4%:R) by field; rewrite b_neq0.
have high : 1 / 4%:R - q / (1 + q) ^+ 2 = (1 - q) ^+ 2 / ((1 + q) ^+ 2 * 4%:R) by field; rewrite b_neq0.
have d_gt0 : 0 < (1 + q) ^+ 2 * 4%:R by rewrite mulr_gt0.
have d_neq0 : ((1 + q) ^+ 2 * 4%:R)^-1 == 0 = false by rewrite invr_eq0 gt_eqF.
have q3 : 3%:R + q == 0 = false by rewrite gt_eqF // addr_gt0 // ltr0n.
have top_ge0 : 0 <= q * ((1 - q) * (3%:R + q)).
  rewrite mulr_ge0 ?(ltW q_gt0) // mulr_ge0 ?subr_ge0 //.
  by rewrite addr_ge0 ?ler0n ?(ltW q_gt0).
split; first by rewrite -subr_ge0 low divr_ge0 ?(ltW d_gt0).
split.
  split=> [/eqP|/zero ->]; last by field.
  rewrite eq_sym -subr_eq0 low mulf_eq0 d_neq0 orbF !mulf_eq0 q3 orbF gt_eqF //= subr_eq0 => /eqP e.
  by apply: one.
split; first by rewrite ltr_pdivrMr // ltr_pMr // exprn_egt1 // ltrDl.
split; first by rewrite -subr_ge0 high divr_ge0 ?(ltW d_gt0) // sqr_ge0.
split=> [/eqP|/zero ->]; last by field.
rewrite eq_sym -subr_eq0 high mulf_eq0 d_neq0 orbF expf_eq0 /= subr_eq0 => /eqP e.
by apply: one.
Qed.

Theorem thm_saturation_limit : worded.thm_saturation_limit.
Proof.
move=> R c c_gt0; exists (- ln (Num.min 1 (c / 3%:R))) => x far.
have m_gt0 : 0 < Num.min 1 (c / 3%:R) by rewrite lt_min ltr01 divr_gt0 // ltr0n.
rewrite slope; have /andP[q_gt0 q_le1] := decay01 x.
have -> : expR `|x| = (expR (- `|x|))^-1 by rewrite expRN invrK.
have : expR (- `|x|) < Num.min 1 (c / 3%:R).
  by rewrite -ltr_ln ?posrE // ln_expR ltrNl.
move: (expR _) q_gt0 q_le1 => q q_gt0 q_le1; rewrite lt_min => /andP[q_lt1 qc].
have b_neq0 := bottom q_gt0; have b_gt0 : 0 < (1 + q) ^+ 2 by rewrite exprn_gt0 // addr_gt0 ?ltr01.
have -> : q^-1 * (q / (1 + q) ^+ 2) - 1 = - (q * (2%:R + q) / (1 + q) ^+ 2) by field; rewrite b_neq0 gt_eqF.
have n_ge0 : 0 <= q * (2%:R + q) by rewrite mulr_ge0 ?(ltW q_gt0) // addr_ge0 ?ler0n ?(ltW q_gt0).
rewrite normrN ger0_norm ?divr_ge0 ?(ltW b_gt0) // ltr_pdivrMr //.
apply: (@lt_le_trans _ _ c); last by rewrite ler_pMr // exprn_ege1 // lerDl (ltW q_gt0).
apply: (@le_lt_trans _ _ (q * 3%:R)); last by rewrite -ltr_pdivlMr ?ltr0n.
have -> : (3%:R : R) = 2%:R + 1 by ring.
by rewrite ler_pM2l // lerD2l.
Qed.
