(** Inequalities, under the names that newer versions of the library give them.

    They stand in every version, but under other names, so they are proved here once more, and the proofs of the other
    files hold with all of them. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Inequalities.
Variable R : realFieldType.
Implicit Types x y z t : R.

(** Moving a term to the other side. *)
Lemma lerD2r x : {mono +%R^~ x : y z / y <= z}.
Proof. by move=> y z /=; rewrite -subr_ge0 -[RHS]subr_ge0; congr (0 <= _); ring. Qed.

Lemma lerD2l x : {mono +%R x : y z / y <= z}.
Proof. by move=> y z /=; rewrite -subr_ge0 -[RHS]subr_ge0; congr (0 <= _); ring. Qed.

Lemma ltrD2r x : {mono +%R^~ x : y z / y < z}.
Proof. by move=> y z /=; rewrite -subr_gt0 -[RHS]subr_gt0; congr (0 < _); ring. Qed.

Lemma ltrD2l x : {mono +%R x : y z / y < z}.
Proof. by move=> y z /=; rewrite -subr_gt0 -[RHS]subr_gt0; congr (0 < _); ring. Qed.

Lemma lerN2 : {mono (-%R : R -> R) : x y /~ x <= y}.
Proof. by move=> x y /=; rewrite -subr_ge0 -[RHS]subr_ge0; congr (0 <= _); ring. Qed.

Lemma lerBlDr x y z : (x - y <= z) = (x <= z + y).
Proof. by rewrite -subr_ge0 -[RHS]subr_ge0; congr (0 <= _); ring. Qed.

Lemma ltrBlDr x y z : (x - y < z) = (x < z + y).
Proof. by rewrite -subr_gt0 -[RHS]subr_gt0; congr (0 < _); ring. Qed.

Lemma ltrBlDl x y z : (x - y < z) = (x < y + z).
Proof. by rewrite ltrBlDr addrC. Qed.

Lemma ltrNr x y : (x < - y) = (y < - x).
Proof. by rewrite -subr_gt0 -[RHS]subr_gt0; congr (0 < _); ring. Qed.

Lemma ltrNl x y : (- x < y) = (- y < x).
Proof. by rewrite -subr_gt0 -[RHS]subr_gt0; congr (0 < _); ring. Qed.

Lemma lerDl x y : (x <= x + y) = (0 <= y).
Proof. by rewrite -{1}[x]addr0 lerD2l. Qed.

Lemma ltrDl x y : (x < x + y) = (0 < y).
Proof. by rewrite -{1}[x]addr0 ltrD2l. Qed.

(** Sums. *)
Lemma lerD x y z t : x <= y -> z <= t -> x + z <= y + t.
Proof. by move=> xy zt; apply: (@le_trans _ _ (y + z)); rewrite ?lerD2r ?lerD2l. Qed.

Lemma ltr_pwDl y x z : 0 < x -> y <= z -> y < x + z.
Proof. by move=> x_gt0 yz; apply: le_lt_trans yz _; rewrite addrC ltrDl. Qed.

Lemma ltr_pwDr y x z : 0 < x -> y <= z -> y < z + x.
Proof. by rewrite addrC; apply: ltr_pwDl. Qed.

Lemma ler_normD x y : `|x + y| <= `|x| + `|y|.
Proof.
have below z : - z <= `|z| by rewrite -normrN ler_norm.
by case: (ger0P (x + y)) => _; rewrite ?opprD; apply: lerD; rewrite ?ler_norm.
Qed.

(** Products with a positive number. *)
Lemma ler_pM2l x : 0 < x -> {mono *%R x : y z / y <= z}.
Proof. by move=> x_gt0 y z /=; rewrite -subr_ge0 -mulrBr pmulr_rge0 // subr_ge0. Qed.

Lemma ler_pM2r x : 0 < x -> {mono *%R^~ x : y z / y <= z}.
Proof. by move=> x_gt0 y z /=; rewrite ![_ * x]mulrC ler_pM2l. Qed.

Lemma ltr_pM2l x : 0 < x -> {mono *%R x : y z / y < z}.
Proof. by move=> x_gt0 y z /=; rewrite -subr_gt0 -mulrBr pmulr_rgt0 // subr_gt0. Qed.

Lemma ler_wpM2l x : 0 <= x -> {homo *%R x : y z / y <= z}.
Proof. by move=> x_ge0 y z yz; rewrite -subr_ge0 -mulrBr mulr_ge0 ?subr_ge0. Qed.

Lemma ler_wpM2r x : 0 <= x -> {homo *%R^~ x : y z / y <= z}.
Proof. by move=> x_ge0 y z yz /=; rewrite ![_ * x]mulrC ler_wpM2l. Qed.

Lemma ler_pM x y z t : 0 <= x -> 0 <= z -> x <= y -> z <= t -> x * z <= y * t.
Proof.
move=> x_ge0 z_ge0 xy zt; apply: (@le_trans _ _ (y * z)); first exact: ler_wpM2r.
by apply: ler_wpM2l => //; apply: le_trans xy.
Qed.

Lemma ler_piMr x y : 0 <= y -> x <= 1 -> y * x <= y.
Proof. by move=> y_ge0 x_le1; rewrite -[leRHS]mulr1 ler_wpM2l. Qed.

Lemma ler_pMr x y : 0 < y -> (y <= y * x) = (1 <= x).
Proof. by move=> y_gt0; rewrite -{1}[y]mulr1 ler_pM2l. Qed.

Lemma ltr_pMr x y : 0 < y -> (y < y * x) = (1 < x).
Proof. by move=> y_gt0; rewrite -{1}[y]mulr1 ltr_pM2l. Qed.

Lemma ltr_pMl x y : 0 < y -> (y < x * y) = (1 < x).
Proof. by rewrite mulrC; apply: ltr_pMr. Qed.

Lemma gtr_pMl x y : 0 < y -> (x * y < y) = (x < 1).
Proof. by move=> y_gt0; rewrite mulrC -{2}[y]mulr1 ltr_pM2l. Qed.

Lemma ler_pdivrMr z x y : 0 < z -> (y / z <= x) = (y <= x * z).
Proof. by move=> z_gt0; rewrite -[LHS](ler_pM2r z_gt0) divfK ?gt_eqF. Qed.

Lemma ltr_pdivrMl z x y : 0 < z -> (z^-1 * y < x) = (y < z * x).
Proof. by move=> z_gt0; rewrite -[LHS](ltr_pM2l z_gt0) mulVKf ?gt_eqF. Qed.

Lemma ltr_pdivrMr z x y : 0 < z -> (y / z < x) = (y < x * z).
Proof. by rewrite mulrC [x * z]mulrC; apply: ltr_pdivrMl. Qed.

Lemma ltr_pdivlMl z x y : 0 < z -> (x < z^-1 * y) = (z * x < y).
Proof. by move=> z_gt0; rewrite -[LHS](ltr_pM2l z_gt0) mulVKf ?gt_eqF. Qed.

Lemma ltr_pdivlMr z x y : 0 < z -> (x < y / z) = (x * z < y).
Proof. by rewrite mulrC [x * z]mulrC; apply: ltr_pdivlMl. Qed.

(** The smaller and the larger of two numbers. *)
Lemma lt_min z x y : (z < Num.min x y) = (z < x) && (z < y).
Proof.
case: (leP x y) => [xy|/ltW yx]; apply/idP/andP => [z_lt|[]//]; split=> //.
  exact: lt_le_trans z_lt xy.
exact: lt_le_trans z_lt yx.
Qed.

Lemma gt_min z x y : (Num.min x y < z) = (x < z) || (y < z).
Proof.
case: (leP x y) => [xy|/ltW yx]; apply/idP/orP => [|[]//]; [by left | | by right | ].
  exact: le_lt_trans.
exact: le_lt_trans.
Qed.

Lemma ge_min z x y : (Num.min x y <= z) = (x <= z) || (y <= z).
Proof.
case: (leP x y) => [xy|/ltW yx]; apply/idP/orP => [|[]//]; [by left | | by right | ].
  exact: le_trans.
exact: le_trans.
Qed.

Lemma lt_max z x y : (z < Num.max x y) = (z < x) || (z < y).
Proof.
case: (leP x y) => [xy|/ltW yx]; apply/idP/orP => [|[]//]; [by right | | by left | ].
  by move=> z_lt; apply: lt_le_trans xy.
by move=> z_lt; apply: lt_le_trans yx.
Qed.

Lemma le_max z x y : (z <= Num.max x y) = (z <= x) || (z <= y).
Proof.
case: (leP x y) => [xy|/ltW yx]; apply/idP/orP => [|[]//]; [by right | | by left | ].
  by move=> z_le; apply: le_trans xy.
by move=> z_le; apply: le_trans yx.
Qed.

Lemma gt_max z x y : (Num.max x y < z) = (x < z) && (y < z).
Proof.
case: (leP x y) => [xy|/ltW yx]; apply/idP/andP => [lt_z|[]//]; split=> //.
  exact: le_lt_trans xy lt_z.
exact: le_lt_trans yx lt_z.
Qed.
End Inequalities.
