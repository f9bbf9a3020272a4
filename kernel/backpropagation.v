(** Backpropagation computes the gradient: for any widths, any depth, any number of samples, any differentiable
    activation functions, and a penalty on any of the hidden layers. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From mathcomp Require Import ring.
From kernel Require Import curves matrices gradient network printed forward telescope.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Definitions.
Variables (R : realType) (S : nat -> nat) (m L : nat) (T : task R S m).
Implicit Type N : network R S m.

(** All equations hold; but the pre-activations of the layers [given] are not computed from the layer below, they may be
    any numbers. In a network, none are given. *)
Record computed (given : pred nat) N : Prop := Computed {
  by_forward : forall l, ~~ given l.+1 -> printed.thm_forward L T N l;
  by_activation : forall l, printed.activation L T N l;
  by_cost : printed.thm_cost L T N;
  by_mean_activation : forall l, printed.thm_mean_activation L T N l;
  by_penalty : forall l, printed.thm_penalty L T N l;
  by_sparse_cost : printed.thm_sparse_cost L T N
}.
Definition is_network := computed pred0.

(** The recursion of the deltas, without a penalty and with penalties. *)
Definition has_deltas N := printed.thm_output_delta L T N /\ forall l, printed.thm_hidden_delta L T N l.
Definition has_sparse_deltas N := printed.thm_output_delta L T N /\ forall l, printed.thm_sparse_delta L T N l.

(** The penalties have derivatives: where there is one, its target and the mean activations are between 0 and 1. *)
Definition has_slopes N := forall l, (2 <= l < L)%N -> beta T l != 0 ->
  0 < rho T l < 1 /\ forall i j, 0 < rho_hat N l i j < 1.

(** [vary l V] is the network N with other weights [V] in layer l, with other biases, or with other pre-activations:
    with [V] for Z, in which case all that lies above is computed from it. *)
Definition same_input N N' := A N' 1%N = A N 1%N.
Definition same_weights N N' := forall k, W N' k = W N k.
Definition same_biases N N' := forall k, b N' k = b N k.

Definition varies_weights N (vary : forall l, 'M[R]_(S l, S l.+1) -> network R S m) := forall l V,
  [/\ is_network (vary l V), same_input N (vary l V), same_biases N (vary l V), W (vary l V) l = V
    & forall k, k != l -> W (vary l V) k = W N k].

Definition varies_biases N (vary : forall l, 'M[R]_(1, S l.+1) -> network R S m) := forall l V,
  [/\ is_network (vary l V), same_input N (vary l V), same_weights N (vary l V), b (vary l V) l = V
    & forall k, k != l -> b (vary l V) k = b N k].

Definition varies_pre_activations N (vary : forall l, 'M[R]_(m, S l) -> network R S m) := forall l V,
  [/\ computed (pred1 l) (vary l V), same_input N (vary l V), same_weights N (vary l V), same_biases N (vary l V)
    & Z (vary l V) l = V].
End Definitions.

(** A path of networks, all with one input, whose parameters move, and whose given pre-activations may move as well. *)
Unset Implicit Arguments.
Section Path.
Variables (R : realType) (S : nat -> nat) (m L : nat) (T : task R S m) (given : pred nat).
Variables (N : network R S m) (N_ : R -> network R S m).
Hypothesis (f_diff : forall l, differentiable (f T l)) (L_gt1 : (1 < L)%N).
Hypothesis (N_net : is_network L T N) (N_net_ : forall t, computed L T given (N_ t)).
Hypothesis input : forall t, same_input N (N_ t).

Let dW l := velocity (fun t => W (N_ t) l).
Let db l := velocity (fun t => b (N_ t) l).
Let dZ l := velocity (fun t => Z (N_ t) l).
Let dA l := velocity (fun t => A (N_ t) l).

Hypothesis W_moves : forall l, mcurve (fun t => W (N_ t) l) (W N l) (dW l).
Hypothesis b_moves : forall l, mcurve (fun t => b (N_ t) l) (b N l) (db l).
Hypothesis given_moves : forall l, given l -> mcurve (fun t => Z (N_ t) l) (Z N l) (dZ l).

Lemma input_rests : mcurve (fun t => A (N_ t) 1%N) (A N 1%N) 0.
Proof. by apply: mcurve_eq (mcurve_const (A N 1%N)) _ _ _ => // t; rewrite input. Qed.

(** Layer by layer, everything moves. *)
Lemma Z_step l : (1 <= l < L)%N -> mcurve (fun t => A (N_ t) l) (A N l) (dA l) ->
  mcurve (fun t => Z (N_ t) l.+1) (Z N l.+1) (dZ l.+1).
Proof.
move=> lL A_moves; case: (boolP (given l.+1)) => [/given_moves//|computed].
have eqs : along N N_ (fun N => printed.thm_forward L T N l).
  by split=> [|t]; [apply: by_forward N_net _ _ | apply: by_forward (N_net_ t) _ _].
have Zd := thm_forward lL eqs A_moves (W_moves l) (b_moves l).
by rewrite /dZ (velocityE Zd).
Qed.

Lemma A_step l : (2 <= l < L.+1)%N -> mcurve (fun t => Z (N_ t) l) (Z N l) (dZ l) ->
  mcurve (fun t => A (N_ t) l) (A N l) (dA l) /\ dA l = map_mx (prime (f T l)) (Z N l) .* dZ l.
Proof.
move=> lL Z_moves; have eqs : along N N_ (fun N => printed.activation L T N l).
  by split=> [|t]; [apply: by_activation N_net _ | apply: by_activation (N_net_ t) _].
have Ad := activation lL eqs (f_diff l) Z_moves.
by rewrite /dA (velocityE Ad).
Qed.

Lemma A_moves l : (1 <= l < L.+1)%N -> mcurve (fun t => A (N_ t) l) (A N l) (dA l).
Proof.
elim: l => // l IH lL; case: (posnP l) => [->|l_gt0].
  by rewrite /dA (velocityE input_rests); apply: input_rests.
have below : (1 <= l < L)%N by rewrite l_gt0.
have lL' : (1 <= l < L.+1)%N by rewrite l_gt0 ltnW.
by case: (A_step l.+1 below (Z_step l below (IH lL'))).
Qed.

Lemma Z_moves l : (1 <= l < L)%N -> mcurve (fun t => Z (N_ t) l.+1) (Z N l.+1) (dZ l.+1).
Proof. by move=> lL; apply: Z_step => //; apply: A_moves; case/andP: lL => -> /ltnW. Qed.

Lemma dA_slope l : (2 <= l < L.+1)%N -> dA l = map_mx (prime (f T l)) (Z N l) .* dZ l.
Proof. by case: l => [|[|l]] // lL; case: (A_step l.+2 lL (Z_moves l.+1 lL)). Qed.

(** What enters a layer does not come from the layer below. *)
Definition enters l := dZ l.+1 - dA l *m W N l.

Lemma enters_computed l : (1 <= l < L)%N -> ~~ given l.+1 -> enters l = A N l *m dW l + ones m 1 *m db l.
Proof.
move=> lL computed; have Ad : mcurve (fun t => A (N_ t) l) (A N l) (dA l).
  by apply: A_moves; case/andP: lL => -> /ltnW.
have eqs : along N N_ (fun N => printed.thm_forward L T N l).
  by split=> [|t]; [apply: by_forward N_net _ _ | apply: by_forward (N_net_ t) _ _].
by rewrite /enters /dZ (velocityE (thm_forward lL eqs Ad (W_moves l) (b_moves l))) addrC addKr.
Qed.

(** The deltas collect the error at the output, and what is pushed at each hidden layer. *)
Lemma collected push : printed.thm_output_delta L T N ->
  (forall l, (2 <= l < L)%N -> Delta N l = (Delta N l.+1 *m (W N l)^T + push l) .* map_mx (prime (f T l)) (Z N l)) ->
  inner (A N L - Y T L) (dA L) + \sum_(2 <= l < L) inner (push l) (dA l)
  = \sum_(1 <= l < L) inner (Delta N l.+1) (enters l).
Proof.
move=> output hidden; have -> : inner (A N L - Y T L) (dA L) = inner (Delta N L) (dZ L).
  by rewrite dA_slope ?L_gt1 ?ltnSn // inner_had output.
apply: (telescope (W := W N) (slope := fun l => map_mx (prime (f T l)) (Z N l))) => //.
- exact: ltnW.
- by rewrite /dA (velocityE input_rests).
- by move=> l lL; rewrite /enters addrC subrK.
- by move=> l /andP[l2 /ltnW lL]; apply: dA_slope; rewrite l2.
Qed.

Definition slope_of_cost :=
  m%:R^-1 * (\sum_(1 <= l < L) inner (Delta N l.+1) (enters l)) + lambda T * \sum_(1 <= l < L) inner (W N l) (dW l).

Lemma cost_moves : curve (fun t => J (N_ t)) (J N)
  (m%:R^-1 * inner (A N L - Y T L) (dA L) + lambda T * \sum_(1 <= l < L) inner (W N l) (dW l)).
Proof.
apply: (thm_cost (T := T)) => //; last by apply: A_moves; rewrite ltnW // ltnSn.
by split=> [|t]; [apply: by_cost N_net | apply: by_cost (N_net_ t)].
Qed.

Theorem cost_along_path : has_deltas L T N -> curve (fun t => J (N_ t)) (J N) slope_of_cost.
Proof.
case=> output hidden; apply: curve_velocity cost_moves _; rewrite /slope_of_cost.
rewrite -(collected (fun=> 0) output) => [|l lL]; last by rewrite addr0 hidden.
by congr (_ * _ + _); rewrite big1 ?addr0 // => l _; rewrite inner0l.
Qed.

Lemma penalty_moves l : (2 <= l < L)%N -> has_slopes L T N ->
  curve (fun t => Omega (N_ t) l) (Omega N l)
    (m%:R^-1 * inner (beta T l *: (ones m 1 *m map_mx (prime (functions.KL (rho T l))) (rho_hat N l))) (dA l)).
Proof.
move=> lL slopes; have lL' : (1 <= l < L.+1)%N by case/andP: lL => /ltnW -> /ltnW.
have means : along N N_ (fun N => printed.thm_mean_activation L T N l).
  by split=> [|t]; [apply: by_mean_activation N_net _ | apply: by_mean_activation (N_net_ t) _].
have penalties : along N N_ (fun N => printed.thm_penalty L T N l).
  by split=> [|t]; [apply: by_penalty N_net _ | apply: by_penalty (N_net_ t) _].
have rho_moves := thm_mean_activation lL means (A_moves l lL').
apply: curve_velocity (thm_penalty lL penalties _ _ rho_moves) _.
- by case/(slopes l lL).
- by case/(slopes l lL).
by rewrite innerZl innerZr inner_mulr ones_tr mulrCA.
Qed.

Theorem sparse_cost_along_path : has_sparse_deltas L T N -> has_slopes L T N ->
  curve (fun t => J_sparse (N_ t)) (J_sparse N) slope_of_cost.
Proof.
case=> output hidden slopes.
have eqs : along N N_ (printed.thm_sparse_cost L T).
  by split=> [|t]; [apply: by_sparse_cost N_net | apply: by_sparse_cost (N_net_ t)].
apply: curve_velocity (thm_sparse_cost eqs cost_moves (fun l lL => penalty_moves l lL slopes)) _.
rewrite /slope_of_cost -(collected _ output (fun l lL => hidden l lL)) -mulr_sumr mulrDr.
by rewrite addrAC.
Qed.
End Path.
