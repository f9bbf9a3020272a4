(** Taylor's theorem with Lagrange's remainder, to the third order, and what it says of the divergence. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves functions orders divergence logarithm limits shape.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Taylor.
Variables (R : realType) (F F1 F2 F3 : R -> R) (p u : R).
Let low := Num.min p u.
Let high := Num.max p u.
Hypothesis F1d : forall y, low <= y <= high -> has_derivative F y (F1 y).
Hypothesis F2d : forall y, low <= y <= high -> has_derivative F1 y (F2 y).
Hypothesis F3d : forall y, low <= y <= high -> has_derivative F2 y (F3 y).

Lemma curve_at (f : R -> R) y d : has_derivative f y d -> curve (fun t => f (y + t)) (f y) d.
Proof.
move=> fd; have moves : curve (fun t => y + t) y 1.
  by apply: (curve_eq (curve_add (curve_const y) (@curve_time R))) => //; rewrite ?addr0 ?add0r.
by apply: curve_velocity (curve_apply fd moves) _; rewrite mulr1.
Qed.

(** What is missing at [u] if the polynomial is taken at [y], less a multiple [K] of the cube. *)
Let G K y := F u - F y - F1 y * (u - y) - F2 y / 2%:R * ((u - y) * (u - y)) - K * ((u - y) * ((u - y) * (u - y))).

Lemma G_derivative K y : low <= y <= high ->
  has_derivative (G K) y ((3%:R * K - F3 y / 2%:R) * ((u - y) * (u - y))).
Proof.
move=> y_in; apply: curve_shift.
have f0 := curve_at (F1d y_in); have f1 := curve_at (F2d y_in); have f2 := curve_at (F3d y_in).
have v : curve (fun t => u - (y + t)) (u - y) (-1).
  apply: (curve_eq (curve_add (curve_const (u - y)) (curve_opp (@curve_time R)))) => [t||].
  - by rewrite opprD addrA.
  - by rewrite oppr0 addr0.
  - by rewrite add0r.
have vv := curve_mul v v; have vvv := curve_mul v vv.
have half := curve_mul f2 (curve_const 2%:R^-1).
have all := curve_add (curve_add (curve_add (curve_add (curve_const (F u)) (curve_opp f0))
  (curve_opp (curve_mul f1 v))) (curve_opp (curve_mul half vv))) (curve_opp (curve_scale K vvv)).
apply: curve_velocity all _.
by move: (F1 y) (F2 y) (F3 y) (u - y) => a b c w; field.
Qed.

Lemma taylor : exists2 x, low <= x <= high &
  F u = F p + F1 p * (u - p) + F2 p / 2%:R * (u - p) ^+ 2 + F3 x / 6%:R * (u - p) ^+ 3.
Proof.
case: (eqVneq u p) => [up|up].
  by exists p; rewrite ?ge_min ?le_max ?lexx // up subrr !expr0n /= !mulr0 !addr0.
have w_neq0 : u - p != 0 by rewrite subr_eq0.
pose K := (F u - F p - F1 p * (u - p) - F2 p / 2%:R * ((u - p) * (u - p))) / ((u - p) * ((u - p) * (u - p))).
have Gp : G K p = 0 by rewrite /G /K divfK ?subrr // !mulf_neq0.
have Gu : G K u = 0 by rewrite /G [u - u]subrr !mulr0 !subr0 subrr.
have [x /andP[x_low x_high] Gx] : exists2 x, low < x < high & G K x = G K x /\
    (3%:R * K - F3 x / 2%:R) * ((u - x) * (u - x)) = 0.
  have from a b : a < b -> low = a -> high = b -> G K a = 0 -> G K b = 0 ->
      exists2 x, low < x < high & (3%:R * K - F3 x / 2%:R) * ((u - x) * (u - x)) = 0.
    move=> ab la hb Ga Gb.
    have [y y_in|x x_in] := @mean_value R (G K) (fun y => (3%:R * K - F3 y / 2%:R) * ((u - y) * (u - y))) a b ab.
      by apply: G_derivative; rewrite la hb.
    rewrite Ga Gb subr0 => /esym/eqP; rewrite mulf_eq0 subr_eq0 [b == a]gt_eqF // orbF => /eqP e.
    by exists x; rewrite ?la ?hb.
  suff [x x_in e] : exists2 x, low < x < high & (3%:R * K - F3 x / 2%:R) * ((u - x) * (u - x)) = 0 by exists x.
  case: (ltgtP p u) (up) => [pu _|up' _|_]; last by [].
    by apply: (from p u pu); rewrite // /low /high ?min_l ?max_r ?ltW.
  by apply: (from u p up'); rewrite // /low /high ?min_r ?max_l ?ltW.
exists x; first by rewrite !ltW.
have xu : u - x != 0.
  rewrite subr_eq0; apply/eqP => e; move: x_low x_high; rewrite /low /high -e.
  by rewrite gt_min lt_max !ltxx orbF orbF => /(lt_trans) h /h; rewrite ltxx.
case: Gx => _ /eqP; rewrite !mulf_eq0 (negbTE xu) !orbF subr_eq0 => /eqP KF.
have -> : F3 x / 6%:R = K.
  have -> : F3 x / 6%:R = F3 x / 2%:R / 3%:R by field.
  by rewrite -KF; field.
rewrite /K; move: (F u) (F p) (F1 p) (F2 p) (u - p) w_neq0 => a b c d w w0.
by field.
Qed.
End Taylor.

Section Divergence.
Variables (R : realType) (r : R).
Hypothesis r01 : 0 < r < 1.
Implicit Types (p u y : R).

(** Between 0 and 1 the derivatives are these; nothing is asked elsewhere. *)
Lemma equal_near (f g : R -> R) y d : 0 < y < 1 -> (forall x, 0 < x < 1 -> f x = g x) ->
  has_derivative g y d -> has_derivative f y d.
Proof.
move=> /andP[y_gt0 y_lt1] fg; apply: derivative_near.
exists (Num.min y (1 - y)); split=> [|x]; first by rewrite lt_min y_gt0 subr_gt0.
rewrite lt_min => /andP[xy x1]; apply: fg; apply/andP; split.
  by rewrite -subr_gt0; move: xy; rewrite distrC => /ltr_normlW; rewrite ltrBlDr -ltrBlDl subrr subr0.
by move/ltr_normlW: x1; rewrite ltrD2r.
Qed.

Lemma KL_prime2 y : 0 < y < 1 -> prime (prime (KL r)) y = r / (y * y) + (1 - r) / ((1 - y) * (1 - y)).
Proof. by move=> y01; rewrite (has_prime (curvature_derivative r01 y01)) !expr2. Qed.

Lemma KL_prime2_derivable y : 0 < y < 1 -> has_derivative (prime (prime (KL r))) y (prime (prime (prime (KL r))) y).
Proof.
move=> y01; have [y_gt0 y1_gt0 y_neq0 y1_neq0] := between y01.
have yd : curve (fun t => y + t) y 1.
  by apply: (curve_eq (curve_add (curve_const y) (@curve_time R))) => //; rewrite ?addr0 ?add0r.
have y1d : curve (fun t => 1 - (y + t)) (1 - y) (-1).
  by apply: curve_velocity (curve_add (curve_const 1) (curve_opp yd)) _; rewrite add0r.
have yy_neq0 : y * y != 0 by rewrite mulf_neq0.
have yy1_neq0 : (1 - y) * (1 - y) != 0 by rewrite mulf_neq0.
have [d fd] : exists d, has_derivative (fun x => r / (x * x) + (1 - r) / ((1 - x) * (1 - x))) y d.
  eexists; apply: curve_shift.
  exact: (curve_add (curve_scale r (curve_apply (derivative_inv yy_neq0) (curve_mul yd yd)))
    (curve_scale (1 - r) (curve_apply (derivative_inv yy1_neq0) (curve_mul y1d y1d)))).
have all := equal_near y01 KL_prime2 fd.
by rewrite (has_prime all).
Qed.

Lemma divergence_taylor p u : 0 < p < 1 -> 0 < u < 1 -> exists x, [/\ 0 < x < 1, `|x - p| <= `|u - p| &
  KL r u = KL r p + prime (KL r) p * (u - p) + prime (prime (KL r)) p / 2%:R * (u - p) ^+ 2
    + prime (prime (prime (KL r))) x / 6%:R * (u - p) ^+ 3].
Proof.
move=> p01 u01; have within y : Num.min p u <= y <= Num.max p u -> 0 < y < 1.
  case/andP: p01 u01 => p_gt0 p_lt1 /andP[u_gt0 u_lt1] /andP[y_low y_high].
  by rewrite (lt_le_trans _ y_low) ?lt_min ?p_gt0 // (le_lt_trans y_high) // gt_max p_lt1.
have [y /within y01|y /within y01|y /within y01|x x_in e] :=
  @taylor R (KL r) (prime (KL r)) (prime (prime (KL r))) (prime (prime (prime (KL r)))) p u.
- exact: divergence_prime.
- by rewrite -/(has_derivative _ _ _) (has_prime (curvature_derivative r01 y01)); apply: curvature_derivative.
- exact: KL_prime2_derivable.
exists x; split=> //; first exact: within.
case/andP: x_in => low high; case: (leP p u) => [pu|/ltW up].
  by move: low high; rewrite min_l // max_r // => low high; rewrite !ger0_norm ?subr_ge0 ?lerD2r.
by move: low high; rewrite min_r // max_l // => low high; rewrite !ler0_norm ?subr_le0 ?lerN2 ?lerD2r.
Qed.
End Divergence.
