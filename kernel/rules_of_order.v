(** The rules for orders of magnitude: sums, products, quotients by e, and functions with one or two derivatives. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves orders logarithm limits.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Rules.
Variable R : realType.
Implicit Types (h g f : R -> R) (n : nat) (c x e : R).

(** The multiple may be taken positive, and e at most 1. *)
Lemma of_orderE n h : of_order n h ->
  exists C d, [/\ 0 < C, 0 < d & forall e, 0 < e < d -> e <= 1 /\ `|h e| <= C * e ^+ n].
Proof.
case=> C [d [d_gt0 hC]]; exists (`|C| + 1), (Num.min d 1); split=> [||e].
- by rewrite ltr_pwDr.
- by rewrite lt_min d_gt0 ltr01.
rewrite lt_min => /and3P[e_gt0 ed /ltW e1]; split=> //.
apply: le_trans (hC e _) _; first by rewrite e_gt0.
apply: ler_wpM2r; first by rewrite exprn_ge0 // ltW.
by apply: le_trans (ler_norm C) _; rewrite lerDl.
Qed.

Lemma of_order_eq n h g : (forall e, 0 < e -> h e = g e) -> of_order n h -> of_order n g.
Proof. by move=> hg [C [d [d_gt0 hC]]]; exists C, d; split=> // e /[dup] /andP[/hg <- _]; apply: hC. Qed.

Lemma of_order_const c : of_order 0 (fun=> c).
Proof. by exists `|c|, 1; split=> // e _; rewrite expr0 mulr1. Qed.

Lemma of_order_id : of_order 1 (@id R).
Proof. by exists 1, 1; split=> // e /andP[e_gt0 _]; rewrite expr1 mul1r gtr0_norm. Qed.

Lemma of_order_add n h g : of_order n h -> of_order n g -> of_order n (fun e => h e + g e).
Proof.
move=> [C [d [d_gt0 hC]]] [C' [d' [d'_gt0 gC]]]; exists (C + C'), (Num.min d d').
split=> [|e]; first by rewrite lt_min d_gt0.
rewrite lt_min => /and3P[e_gt0 ed ed']; apply: le_trans (ler_normD _ _) _.
by rewrite mulrDl lerD ?hC ?gC ?e_gt0.
Qed.

Lemma of_order_mul n n' h g : of_order n h -> of_order n' g -> of_order (n + n') (fun e => h e * g e).
Proof.
move=> /of_orderE[C [d [C_gt0 d_gt0 hC]]] /of_orderE[C' [d' [C'_gt0 d'_gt0 gC]]].
exists (C * C'), (Num.min d d'); split=> [|e]; first by rewrite lt_min d_gt0.
rewrite lt_min => /and3P[e_gt0 ed ed']; rewrite normrM exprD mulrACA.
by apply: ler_pM => //; [case: (hC e) | case: (gC e)]; rewrite ?e_gt0.
Qed.

Lemma of_order_scale c n h : of_order n h -> of_order n (fun e => c * h e).
Proof. exact: of_order_mul (of_order_const c). Qed.

Lemma of_order_sum (I : finType) n (h : I -> R -> R) : (forall i, of_order n (h i)) -> of_order n (fun e => \sum_i h i e).
Proof.
move=> hn; have from (s : seq I) : of_order n (fun e => \sum_(i <- s) h i e).
  elim: s => [|i s IH].
    by exists 0, 1; split=> // e _; rewrite big_nil normr0 mul0r.
  by apply: of_order_eq (of_order_add (hn i) IH) => e _; rewrite big_cons.
exact: from.
Qed.

Lemma of_order_div n h : of_order n.+1 h -> of_order n (fun e => h e / e).
Proof.
move=> [C [d [d_gt0 hC]]]; exists C, d; split=> // e /[dup] /hC he /andP[e_gt0 _].
by rewrite normrM normfV (gtr0_norm e_gt0) ler_pdivrMr // -mulrA -exprSr.
Qed.

(** Some e is so small that [h] is smaller than [c]. *)
Lemma of_order_lt n h c : 0 < c -> of_order n.+1 h -> exists d, 0 < d /\ forall e, 0 < e < d -> `|h e| < c.
Proof.
move=> c_gt0 /of_orderE[C [d [C_gt0 d_gt0 hC]]]; exists (Num.min d (c / C)).
split=> [|e]; first by rewrite lt_min d_gt0 divr_gt0.
rewrite lt_min => /and3P[e_gt0 ed ec]; have [|e1 he] := hC e; first by rewrite e_gt0.
apply: le_lt_trans he _; rewrite -ltr_pdivlMl // mulrC; apply: le_lt_trans ec.
by rewrite exprS ler_piMr ?(ltW e_gt0) // exprn_ile1 // ltW.
Qed.

(** A function with a derivative at [x]. *)
Lemma of_order_function f x d n h : has_derivative f x d -> of_order n.+1 h ->
  of_order n.+1 (fun e => f (x + h e) - f x).
Proof.
move=> /derivative_bound[C [c [C_gt0 c_gt0 fC]]] hn; have [d' [d'_gt0 small]] := of_order_lt c_gt0 hn.
have [C' [d'' [d''_gt0 hC']]] := hn; exists (C * C'), (Num.min d' d'').
split=> [|e]; first by rewrite lt_min d'_gt0.
rewrite lt_min => /and3P[e_gt0 ed' ed'']; have shift : x + h e - x = h e by rewrite addrC addKr.
apply: le_trans (fC _ _) _; rewrite shift ?small ?e_gt0 //.
by rewrite -mulrA ler_pM2l // hC' // e_gt0.
Qed.

(** A function with a derivative near [x], and a second one at [x]. *)
Lemma of_order_function2 f x d n h : (exists c, 0 < c /\ forall y, `|y - x| < c -> has_derivative f y (prime f y)) ->
  has_derivative (prime f) x d -> of_order n.+1 h ->
  of_order (n.+1 + n.+1) (fun e => f (x + h e) - f x - prime f x * h e).
Proof.
move=> [c1 [c1_gt0 fd]] /derivative_bound[C [c2 [C_gt0 c2_gt0 f'C]]] hn.
have c_gt0 : 0 < Num.min c1 c2 by rewrite lt_min c1_gt0.
have [d1 [d1_gt0 small]] := of_order_lt c_gt0 hn; have [C' [d2 [C'_gt0 d2_gt0 hC']]] := of_orderE hn.
exists (C * (C' * C')), (Num.min d1 d2); split=> [|e]; first by rewrite lt_min d1_gt0.
rewrite lt_min => /and3P[e_gt0 ed1 ed2]; have shift : x + h e - x = h e by rewrite addrC addKr.
have : `|h e| < Num.min c1 c2 by apply: small; rewrite e_gt0.
rewrite lt_min => /andP[h1 h2]; have [_ he] : e <= 1 /\ `|h e| <= C' * e ^+ n.+1 by apply: hC'; rewrite e_gt0.
have [y yc|y yh ->] := @mean_value_near R f (prime f) x (x + h e).
  by apply: fd; apply: le_lt_trans yc _; rewrite shift.
rewrite shift in yh *; rewrite -mulrBl normrM exprD -mulrA mulrACA.
have near : `|prime f y - prime f x| <= C * (C' * e ^+ n.+1).
  apply: le_trans (f'C y _) _; first exact: le_lt_trans yh h2.
  by rewrite ler_pM2l // (le_trans yh).
by rewrite [X in _ <= X]mulrA; apply: ler_pM.
Qed.
End Rules.
