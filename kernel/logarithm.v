(** The logarithm lies below its tangent at 1, and so does the divergence above each of its own: the mean value theorem. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import boolp classical_sets.
From mathcomp Require Import reals topology normedtype derive sequences realfun exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section MeanValue.
Variable R : realType.
Implicit Types (f df : R -> R) (a b c x y : R).

(** Between two points a function has somewhere the slope of its chord. *)
Lemma mean_value f df a b : a < b -> (forall x, a <= x <= b -> has_derivative f x (df x)) ->
  exists2 c, a < c < b & f b - f a = df c * (b - a).
Proof.
move=> ab fd.
have inside x : x \in `]a, b[ -> is_derive (x : R^o) 1 (f : R^o -> R^o) (df x : R^o).
  by rewrite in_itv /= => /andP[ax xb]; apply: fd; rewrite !ltW.
have [|c c_in e] := MVT ab inside.
  apply/(@continuous_in_subspaceT _ _ _ (f : R^o -> R^o)) => x; rewrite inE /= in_itv /= => xab.
  have [/derivable1_diffP/differentiable_continuous fc _] := fd x xab.
  exact: fc.
by exists c => //; move: c_in; rewrite in_itv.
Qed.

(** The same for two points in either order: [c] is no farther from [x] than [y] is. *)
Lemma mean_value_near f df x y : (forall z, `|z - x| <= `|y - x| -> has_derivative f z (df z)) ->
  exists2 c, `|c - x| <= `|y - x| & f y - f x = df c * (y - x).
Proof.
move=> fd; case: (ltgtP x y) => [xy|yx|<-]; last by exists x; rewrite ?subrr ?mulr0.
  have near z : x <= z <= y -> `|z - x| <= `|y - x|.
    by move=> /andP[xz zy]; rewrite !ger0_norm ?subr_ge0 ?lerD2r // ltW.
  have [z /near/fd//|c /andP[xc cy] e] := @mean_value f df x y xy.
  by exists c => //; apply: near; rewrite !ltW.
have near z : y <= z <= x -> `|z - x| <= `|y - x|.
  by move=> /andP[yz zx]; rewrite !ler0_norm ?subr_le0 ?lerN2 ?lerD2r // ltW.
have [z /near/fd//|c /andP[yc cx] e] := @mean_value f df y x yx.
exists c; first by apply: near; rewrite !ltW.
by rewrite -[LHS]opprB e -mulrN opprB.
Qed.
End MeanValue.

Section Logarithm.
Variable R : realType.
Implicit Types x : R.

Lemma ln_expR x : ln (expR x) = x.
Proof. by apply: expR_inj; rewrite lnK // posrE expR_gt0. Qed.

Lemma ln_lt_tangent x : 0 < x -> x != 1 -> ln x < x - 1.
Proof.
move=> x_gt0 x1; have lnd z : 0 < z -> has_derivative (@ln R) z z^-1 by apply: derivative_ln.
case: (ltgtP x 1) x1 => [x_lt1|x_gt1|//] _.
  have [z /andP[xz _]|c /andP[xc c1]] := @mean_value R (@ln R) (fun z => z^-1) x 1 x_lt1.
    by apply: lnd; apply: lt_le_trans xz; rewrite ?ltr01.
  rewrite ln1 sub0r => e.
  have c_gt0 : 0 < c by apply: lt_trans xc.
  have : 1 - x < c^-1 * (1 - x) by rewrite ltr_pMl ?subr_gt0 // invf_gt1.
  by rewrite -e ltrNr opprB.
have [z /andP[xz _]|c /andP[c1 cx]] := @mean_value R (@ln R) (fun z => z^-1) 1 x x_gt1.
  by apply: lnd; apply: lt_le_trans xz; rewrite ?ltr01.
rewrite ln1 subr0 => ->.
by rewrite gtr_pMl ?subr_gt0 // invf_lt1 // (lt_trans ltr01).
Qed.

Lemma ln_le_tangent x : 0 < x -> ln x <= x - 1.
Proof. by case: (eqVneq x 1) => [->|x1 x_gt0]; rewrite ?ln1 ?subrr // ltW ?ln_lt_tangent. Qed.

(** [gap x] is 0 at 1 and positive elsewhere. *)
Definition gap x := x - 1 - ln x.

Lemma gap_ge0 x : 0 < x -> 0 <= gap x.
Proof. by move=> x_gt0; rewrite subr_ge0 ln_le_tangent. Qed.

Lemma gap_eq0 x : 0 < x -> gap x = 0 -> x = 1.
Proof.
move=> x_gt0 /eqP; rewrite subr_eq0 => /eqP e; apply/eqP; apply: contraT => x1.
by have := ln_lt_tangent x_gt0 x1; rewrite -e ltxx.
Qed.

Lemma gap1 : gap 1 = 0.
Proof. by rewrite /gap ln1 subrr subr0. Qed.
End Logarithm.
