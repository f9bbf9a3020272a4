(** A derivative in epsilon and delta, and what follows: it depends on nearby values alone, and bounds their distances. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import boolp classical_sets functions.
From mathcomp Require Import reals topology normedtype derive sequences realfun exp.
From kernel Require Import inequalities curves.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Limits.
Variable R : realType.
Implicit Types (f g : R -> R) (x d c e h : R).

Definition slope_near f x d := forall c, 0 < c -> exists e, 0 < e /\ forall h, h != 0 -> `|h| < e ->
  `|h^-1 * (f (h + x) - f x) - d| < c.

Lemma derivative_slope f x d : has_derivative f x d <-> slope_near f x d.
Proof.
split=> [[fd <-] c c_gt0|near].
  have /cvgrPdist_lt/(_ c c_gt0) := fd.
  rewrite -/(derive _ _ _) => near; have [e e_gt0 ball_e] := proj1 (nbhs_ballP (0 : R^o) _) near.
  exists e; split=> // h h0 he.
  rewrite distrC; have := ball_e h; rewrite /ball /= sub0r normrN => /(_ he h0).
  by rewrite /GRing.scale /= mulr1.
have lim_d : ((fun h => h^-1 *: ((f : R^o -> R^o) (h *: (1 : R^o) + x) - f x : R^o)) @ (0 : R^o)^' --> (d : R^o))%classic.
  apply/cvgrPdist_lt => c c_gt0; have [e [e_gt0 he]] := near c c_gt0.
  apply/nbhs_ballP; exists e => // h; rewrite /ball /= sub0r normrN => h_lt h0.
  by rewrite distrC /GRing.scale /= mulr1; apply: he.
by apply: DeriveDef; [apply/cvg_ex; exists d | apply/cvg_lim].
Qed.

(** Only the values nearby count. *)
Lemma derivative_near f g x d : (exists e, 0 < e /\ forall y, `|y - x| < e -> f y = g y) ->
  has_derivative g x d -> has_derivative f x d.
Proof.
move=> [e [e_gt0 fg]] /derivative_slope gd; apply/derivative_slope => c /gd[e' [e'_gt0 gd']].
exists (Num.min e e'); split=> [|h h0]; first by rewrite lt_min e_gt0.
rewrite lt_min => /andP[he he']; rewrite !fg ?addrK ?subrr ?normr0 //; exact: gd'.
Qed.

(** Near a point at which it has a derivative, a function is not steeper than some number. *)
Lemma derivative_bound f x d : has_derivative f x d -> exists C e, [/\ 0 < C, 0 < e &
  forall y, `|y - x| < e -> `|f y - f x| <= C * `|y - x|].
Proof.
move=> /derivative_slope/(_ 1 ltr01)[e [e_gt0 he]]; exists (`|d| + 1), e; split=> //.
  by rewrite ltr_pwDr.
move=> y ye; case: (eqVneq y x) => [->|yx]; first by rewrite !subrr normr0 mulr0.
have h0 : y - x != 0 by rewrite subr_eq0.
have := he _ h0 ye; rewrite subrK => bound.
have -> : f y - f x = (y - x) * ((y - x)^-1 * (f y - f x)) by rewrite mulVKf.
rewrite normrM mulrC ler_pM2r ?normr_gt0 //.
rewrite -[X in `|X|](subrK d); apply: le_trans (ler_normD _ _) _.
by rewrite addrC lerD2l ltW.
Qed.
End Limits.
