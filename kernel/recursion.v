(** The gradients and the deltas of a whole network, as the book prints them.

    They are read off the theorems about paths: let one matrix of one layer move, and everything else rest. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From kernel Require Import curves matrices gradient network printed forward backpropagation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** A sum of which one term is left. *)
Lemma only_term (R : realType) (F : nat -> R) a k c : (a <= k < c)%N ->
  (forall l, (a <= l < c)%N -> l != k -> F l = 0) -> \sum_(a <= l < c) F l = F k.
Proof.
move=> akc others; rewrite (bigD1_seq k) ?mem_index_iota ?iota_uniq //= big1_seq ?addr0 // => l /andP[lk].
by rewrite mem_index_iota => lr; apply: others.
Qed.

Section Rest.
Variables (R : realType) (p q : nat).
Implicit Types (g h : R -> 'M[R]_(p, q)) (A D : 'M[R]_(p, q)).

Definition moving g A D := mcurve g A (velocity g) /\ velocity g = D.

Lemma moves g h A D : mcurve g A D -> (forall t, h t = g t) -> moving h A D.
Proof.
move=> gd hg; have hd : mcurve h A D by apply: mcurve_eq gd _ _ _ => // t; rewrite hg.
by rewrite /moving (velocityE hd).
Qed.

Lemma rests g A : (forall t, g t = A) -> moving g A 0.
Proof. by move=> gA; apply: moves (mcurve_const A) _. Qed.
End Rest.

Section Network.
Variables (R : realType) (S : nat -> nat) (m L : nat) (T : task R S m) (N : network R S m).
Hypothesis f_diff : forall l, differentiable (f T l).
Hypothesis N_net : is_network L T N.

(** [cost] stands for J, or for J_sparse: what the theorems about paths say of it. *)
Definition moves_along_paths (cost : network R S m -> R) := forall given (N_ : R -> network R S m),
  (forall t, computed L T given (N_ t)) -> (forall t, same_input N (N_ t)) ->
  (forall l, mcurve (fun t => W (N_ t) l) (W N l) (velocity (fun t => W (N_ t) l))) ->
  (forall l, mcurve (fun t => b (N_ t) l) (b N l) (velocity (fun t => b (N_ t) l))) ->
  (forall l, given l -> mcurve (fun t => Z (N_ t) l) (Z N l) (velocity (fun t => Z (N_ t) l))) ->
  curve (fun t => cost (N_ t)) (cost N) (slope_of_cost R S m L T N N_).

Lemma cost_moves_along_paths : (1 < L)%N -> has_deltas L T N -> moves_along_paths (@J R S m).
Proof. by move=> L_gt1 deltas given N_ *; apply: cost_along_path deltas. Qed.

Lemma sparse_cost_moves_along_paths :
  (1 < L)%N -> has_sparse_deltas L T N -> has_slopes L T N -> moves_along_paths (@J_sparse R S m).
Proof. by move=> L_gt1 deltas slopes given N_ *; apply: sparse_cost_along_path deltas slopes. Qed.

Variable cost : network R S m -> R.
Hypothesis cost_paths : moves_along_paths cost.

Lemma weights_gradient vary l : varies_weights L T N vary -> (1 <= l < L)%N ->
  is_gradient (fun V => cost (vary l V)) (W N l) (lambda T *: W N l + m%:R^-1 *: ((A N l)^T *m Delta N l.+1)).
Proof.
move=> varies lL; apply: gradient_of_curves => g D gD.
set N_ := fun t => vary l (g t); have eqs t := varies l (g t).
have nets t : is_network L T (N_ t) by case: (eqs t).
have input t : same_input N (N_ t) by case: (eqs t).
have W_l : moving (fun t => W (N_ t) l) (W N l) D by apply: moves gD _ => t; case: (eqs t).
have W_k k : k != l -> moving (fun t => W (N_ t) k) (W N k) 0.
  by move=> kl; apply: rests => t; case: (eqs t) => _ _ _ _; apply.
have b_k k : moving (fun t => b (N_ t) k) (b N k) 0 by apply: rests => t; case: (eqs t) => _ _ ->.
have W_moves k : mcurve (fun t => W (N_ t) k) (W N k) (velocity (fun t => W (N_ t) k)).
  by case: (eqVneq k l) => [->|/W_k[]//]; case: W_l.
have b_moves k : mcurve (fun t => b (N_ t) k) (b N k) (velocity (fun t => b (N_ t) k)) by case: (b_k k).
have none k : pred0 k -> mcurve (fun t => Z (N_ t) k) (Z N k) (velocity (fun t => Z (N_ t) k)) by [].
have below k (kL : (1 <= k < L)%N) :=
  enters_computed _ _ _ _ _ _ _ _ f_diff N_net nets input W_moves b_moves none k kL isT.
apply: curve_derivative (cost_paths nets input W_moves b_moves none) _; rewrite /slope_of_cost.
rewrite !(only_term lL) => [|k kL kl|k kL kl].
- rewrite below // (proj2 (b_k l)) mulmx0 addr0 (proj2 W_l) inner_mulr.
  by rewrite innerDl !innerZl addrC.
- by rewrite (proj2 (W_k k kl)) inner0r.
- by rewrite below // (proj2 (b_k k)) (proj2 (W_k k kl)) !mulmx0 addr0 inner0r.
Qed.

Lemma biases_gradient vary l : varies_biases L T N vary -> (1 <= l < L)%N ->
  is_gradient (fun V => cost (vary l V)) (b N l) (m%:R^-1 *: (ones 1 m *m Delta N l.+1)).
Proof.
move=> varies lL; apply: gradient_of_curves => g D gD.
set N_ := fun t => vary l (g t); have eqs t := varies l (g t).
have nets t : is_network L T (N_ t) by case: (eqs t).
have input t : same_input N (N_ t) by case: (eqs t).
have b_l : moving (fun t => b (N_ t) l) (b N l) D by apply: moves gD _ => t; case: (eqs t).
have b_k k : k != l -> moving (fun t => b (N_ t) k) (b N k) 0.
  by move=> kl; apply: rests => t; case: (eqs t) => _ _ _ _; apply.
have W_k k : moving (fun t => W (N_ t) k) (W N k) 0 by apply: rests => t; case: (eqs t) => _ _ ->.
have b_moves k : mcurve (fun t => b (N_ t) k) (b N k) (velocity (fun t => b (N_ t) k)).
  by case: (eqVneq k l) => [->|/b_k[]//]; case: b_l.
have W_moves k : mcurve (fun t => W (N_ t) k) (W N k) (velocity (fun t => W (N_ t) k)) by case: (W_k k).
have none k : pred0 k -> mcurve (fun t => Z (N_ t) k) (Z N k) (velocity (fun t => Z (N_ t) k)) by [].
have below k (kL : (1 <= k < L)%N) :=
  enters_computed _ _ _ _ _ _ _ _ f_diff N_net nets input W_moves b_moves none k kL isT.
have decay0 : \sum_(1 <= k < L) inner (W N k) (velocity (fun t => W (N_ t) k)) = 0.
  by rewrite big1 // => k _; rewrite (proj2 (W_k k)) inner0r.
apply: curve_derivative (cost_paths nets input W_moves b_moves none) _.
rewrite /slope_of_cost decay0 mulr0 addr0 (only_term lL) => [|k kL kl].
- by rewrite below // (proj2 (W_k l)) mulmx0 add0r (proj2 b_l) inner_mulr ones_tr innerZl.
- by rewrite below // (proj2 (b_k k kl)) (proj2 (W_k k)) !mulmx0 addr0 inner0r.
Qed.

(** The pre-activations of a layer move, and no parameter: all layers below rest. *)
Lemma pre_activations_gradient vary l : varies_pre_activations L T N vary -> (2 <= l < L.+1)%N ->
  is_gradient (fun V => cost (vary l V)) (Z N l) (m%:R^-1 *: Delta N l).
Proof.
move=> varies lL; apply: gradient_of_curves => g D gD.
set N_ := fun t => vary l (g t); have eqs t := varies l (g t).
have nets t : computed L T (pred1 l) (N_ t) by case: (eqs t).
have input t : same_input N (N_ t) by case: (eqs t).
have Z_l : moving (fun t => Z (N_ t) l) (Z N l) D by apply: moves gD _ => t; case: (eqs t).
have W_k k : moving (fun t => W (N_ t) k) (W N k) 0 by apply: rests => t; case: (eqs t) => _ _ ->.
have b_k k : moving (fun t => b (N_ t) k) (b N k) 0 by apply: rests => t; case: (eqs t) => _ _ _ ->.
have W_moves k : mcurve (fun t => W (N_ t) k) (W N k) (velocity (fun t => W (N_ t) k)) by case: (W_k k).
have b_moves k : mcurve (fun t => b (N_ t) k) (b N k) (velocity (fun t => b (N_ t) k)) by case: (b_k k).
have given k : pred1 l k -> mcurve (fun t => Z (N_ t) k) (Z N k) (velocity (fun t => Z (N_ t) k)).
  by move=> /eqP ->; case: Z_l.
have enters0 k : (1 <= k < L)%N -> k.+1 != l -> enters R S m N N_ k = 0.
  move=> kL kl; rewrite (enters_computed _ _ _ _ _ _ _ _ f_diff N_net nets input W_moves b_moves given k kL) //.
  by rewrite (proj2 (W_k k)) (proj2 (b_k k)) !mulmx0 addr0.
have A_rests k : (1 <= k < l)%N -> velocity (fun t => A (N_ t) k) = 0.
  elim: k => // k IH kl; case: (posnP k) => [->|k_gt0]; first exact: (proj2 (rests input)).
  have kL : (2 <= k.+1 < L.+1)%N.
    by rewrite !ltnS k_gt0 /=; case/andP: kl => _ /ltnW kl; case/andP: lL => _; rewrite ltnS; apply: (leq_trans kl).
  have kl' : (1 <= k < l)%N by rewrite k_gt0; case/andP: kl => _ /ltnW.
  have kl1 : k.+1 != l by case/andP: kl => _; rewrite ltn_neqAle => /andP[].
  have := enters0 k kL kl1; rewrite /enters (IH kl') mul0mx subr0.
  rewrite (dA_slope _ _ _ _ _ _ _ _ f_diff N_net nets input W_moves b_moves given k.+1 kL) => ->.
  by rewrite hadC had0l.
have decay0 : \sum_(1 <= k < L) inner (W N k) (velocity (fun t => W (N_ t) k)) = 0.
  by rewrite big1 // => k _; rewrite (proj2 (W_k k)) inner0r.
case: l => [|[|l]] // in lL vary varies D g gD N_ eqs nets input Z_l W_k b_k W_moves b_moves given enters0 A_rests decay0 *.
apply: curve_derivative (cost_paths nets input W_moves b_moves given) _.
rewrite /slope_of_cost decay0 mulr0 addr0.
rewrite (only_term (k := l.+1)) // => [|k kL kl]; last by rewrite enters0 ?inner0r // eqSS.
by rewrite /enters A_rests ?ltnSn // mul0mx subr0 (proj2 Z_l) innerZl.
Qed.
End Network.

(** The equations of the book. *)
Section Theorems.
Variables (R : realType) (S : nat -> nat) (m L : nat) (T : task R S m) (N : network R S m).
Hypothesis f_diff : forall l, differentiable (f T l).
Hypothesis N_net : is_network L T N.

Lemma two_layers l : (1 <= l < L)%N -> (1 < L)%N.
Proof. by case/andP; apply: leq_ltn_trans. Qed.

(** Without a penalty. *)
Theorem thm_weight_gradient vary l : has_deltas L T N -> varies_weights L T N vary ->
  printed.thm_weight_gradient L T N vary l.
Proof.
move=> deltas varies lL; eexists; split; last by [].
exact: (weights_gradient f_diff N_net (cost_moves_along_paths f_diff N_net (two_layers lL) deltas) varies lL).
Qed.

Theorem thm_bias_gradient vary l : has_deltas L T N -> varies_biases L T N vary ->
  printed.thm_bias_gradient L T N vary l.
Proof.
move=> deltas varies lL; eexists; split; last by [].
exact: (biases_gradient f_diff N_net (cost_moves_along_paths f_diff N_net (two_layers lL) deltas) varies lL).
Qed.

Theorem thm_delta vary l : m%:R != 0 :> R -> has_deltas L T N -> varies_pre_activations L T N vary ->
  printed.thm_delta L T N vary l.
Proof.
move=> m_neq0 deltas varies lL; exists (m%:R^-1 *: Delta N l); split; last by rewrite scalerKV.
have L_gt1 : (1 < L)%N by case/andP: lL; apply: leq_ltn_trans.
exact: (pre_activations_gradient f_diff N_net (cost_moves_along_paths f_diff N_net L_gt1 deltas) varies lL).
Qed.

(** With a penalty on any of the hidden layers. *)
Theorem thm_weight_gradient_sparse vary l : has_sparse_deltas L T N -> has_slopes L T N ->
  varies_weights L T N vary -> printed.thm_weight_gradient_sparse L T N vary l.
Proof.
move=> deltas slopes varies lL; eexists; split; last by [].
exact: (weights_gradient f_diff N_net (sparse_cost_moves_along_paths f_diff N_net (two_layers lL) deltas slopes) varies lL).
Qed.

Theorem thm_bias_gradient_sparse vary l : has_sparse_deltas L T N -> has_slopes L T N ->
  varies_biases L T N vary -> printed.thm_bias_gradient_sparse L T N vary l.
Proof.
move=> deltas slopes varies lL; eexists; split; last by [].
exact: (biases_gradient f_diff N_net (sparse_cost_moves_along_paths f_diff N_net (two_layers lL) deltas slopes) varies lL).
Qed.

Theorem thm_delta_sparse vary l : m%:R != 0 :> R -> has_sparse_deltas L T N -> has_slopes L T N ->
  varies_pre_activations L T N vary -> printed.thm_delta_sparse L T N vary l.
Proof.
move=> m_neq0 deltas slopes varies lL; exists (m%:R^-1 *: Delta N l); split; last by rewrite scalerKV.
have L_gt1 : (1 < L)%N by case/andP: lL; apply: leq_ltn_trans.
exact: (pre_activations_gradient f_diff N_net (sparse_cost_moves_along_paths f_diff N_net L_gt1 deltas slopes) varies lL).
Qed.
End Theorems.
