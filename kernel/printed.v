(** The equations as the book prints them, about a network N of the task T.

    Made by sparseae_lib/kernel from the statements of the book: do not edit, run `python -m tools.kernel --write`. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From kernel Require Import curves matrices gradient functions network.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.


Section Printed.

Variables (R : realType) (S : nat -> nat) (m L : nat).

Definition thm_forward (T : task R S m) (N : network R S m) (l : nat) : Prop :=
  (1 <= l < L)%N ->
  Z N l.+1
  = A N l *m W N l + ones m 1 *m b N l.

Definition activation (T : task R S m) (N : network R S m) (l : nat) : Prop :=
  (2 <= l < L.+1)%N ->
  A N l
  = map_mx (f T l) (Z N l).

Definition thm_cost (T : task R S m) (N : network R S m) : Prop :=
  J N
  = sqnorm (Y T L - A N L) / (2%:R * m%:R) + (lambda T * (\sum_(1 <= l < L) sqnorm (W N l))) / 2%:R.

Definition thm_mean_activation (T : task R S m) (N : network R S m) (l : nat) : Prop :=
  (2 <= l < L)%N ->
  rho_hat N l
  = m%:R^-1 *: (ones 1 m *m A N l).

Definition thm_penalty (T : task R S m) (N : network R S m) (l : nat) : Prop :=
  (2 <= l < L)%N ->
  Omega N l
  = beta T l * entrysum (map_mx (KL (rho T l)) (rho_hat N l)).

Definition thm_sparse_cost (T : task R S m) (N : network R S m) : Prop :=
  J_sparse N
  = J N + (\sum_(2 <= l < L) Omega N l).

Definition thm_weighted_cost (T : task R S m) (N : network R S m) : Prop :=
  J_q N
  = (lambda T * (\sum_(1 <= l < L) sqnorm (W N l))) / 2%:R + entrysum ((q T *m ones 1 (S L)) .* ((Y T L - A N L) .* (Y T L - A N L))) / (2%:R * m%:R).

Definition thm_weighted_mean (T : task R S m) (N : network R S m) (l : nat) : Prop :=
  (2 <= l < L)%N ->
  rho_hat_q N l
  = m%:R^-1 *: ((q T)^T *m A N l).

Definition thm_output_delta (T : task R S m) (N : network R S m) : Prop :=
  Delta N L
  = (A N L - Y T L) .* map_mx (prime (f T L)) (Z N L).

Definition thm_hidden_delta (T : task R S m) (N : network R S m) (l : nat) : Prop :=
  (2 <= l < L)%N ->
  Delta N l
  = (Delta N l.+1 *m (W N l)^T) .* map_mx (prime (f T l)) (Z N l).

Definition thm_sparse_delta (T : task R S m) (N : network R S m) (l : nat) : Prop :=
  (2 <= l < L)%N ->
  Delta N l
  = (Delta N l.+1 *m (W N l)^T + beta T l *: (ones m 1 *m map_mx (prime (KL (rho T l))) (rho_hat N l))) .* map_mx (prime (f T l)) (Z N l).

Definition thm_delta (T : task R S m) (N : network R S m) (vary : forall l, 'M[R]_(m, S l) -> network R S m) (l : nat) : Prop :=
  (2 <= l < L.+1)%N ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S l) => J (vary l V)) (Z N l) G1 /\
  Delta N l
  = m%:R *: G1.

Definition thm_delta_sparse (T : task R S m) (N : network R S m) (vary : forall l, 'M[R]_(m, S l) -> network R S m) (l : nat) : Prop :=
  (2 <= l < L.+1)%N ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S l) => J_sparse (vary l V)) (Z N l) G1 /\
  Delta N l
  = m%:R *: G1.

Definition thm_weight_gradient (T : task R S m) (N : network R S m) (vary : forall l, 'M[R]_(S l, S l.+1) -> network R S m) (l : nat) : Prop :=
  (1 <= l < L)%N ->
  exists G1, is_gradient (fun V : 'M[R]_(S l, S l.+1) => J (vary l V)) (W N l) G1 /\
  G1
  = lambda T *: W N l + m%:R^-1 *: ((A N l)^T *m Delta N l.+1).

Definition thm_weight_gradient_sparse (T : task R S m) (N : network R S m) (vary : forall l, 'M[R]_(S l, S l.+1) -> network R S m) (l : nat) : Prop :=
  (1 <= l < L)%N ->
  exists G1, is_gradient (fun V : 'M[R]_(S l, S l.+1) => J_sparse (vary l V)) (W N l) G1 /\
  G1
  = lambda T *: W N l + m%:R^-1 *: ((A N l)^T *m Delta N l.+1).

Definition thm_bias_gradient (T : task R S m) (N : network R S m) (vary : forall l, 'M[R]_(1, S l.+1) -> network R S m) (l : nat) : Prop :=
  (1 <= l < L)%N ->
  exists G1, is_gradient (fun V : 'M[R]_(1, S l.+1) => J (vary l V)) (b N l) G1 /\
  G1
  = m%:R^-1 *: (ones 1 m *m Delta N l.+1).

Definition thm_bias_gradient_sparse (T : task R S m) (N : network R S m) (vary : forall l, 'M[R]_(1, S l.+1) -> network R S m) (l : nat) : Prop :=
  (1 <= l < L)%N ->
  exists G1, is_gradient (fun V : 'M[R]_(1, S l.+1) => J_sparse (vary l V)) (b N l) G1 /\
  G1
  = m%:R^-1 *: (ones 1 m *m Delta N l.+1).

End Printed.
