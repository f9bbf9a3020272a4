(** The penalty of one layer: its gradient, and the deltas that carry it. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From mathcomp Require Import ring.
From kernel Require Import curves matrices gradient functions divergence layer derived.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Gradients.
Variables (R : realType) (c r : R).
Hypothesis r01 : 0 < r < 1.

Lemma slopes m n (u : 'M[R]_(m, n)) : (forall i j, 0 < u i j < 1) ->
  forall i j, has_derivative (KL r) (u i j) (prime (KL r) (u i j)).
Proof. by move=> u01 i j; apply: divergence_prime. Qed.

Lemma gradient_mean m n (A : 'M[R]_(m, n)) (u := m%:R^-1 *: (ones 1 m *m A)) : (forall i j, 0 < u i j < 1) ->
  is_gradient (fun V => c * entrysum (map_mx (KL r) (m%:R^-1 *: (ones 1 m *m V)))) A
    ((c / m%:R) *: (ones m 1 *m map_mx (prime (KL r)) u)).
Proof.
move=> /slopes kl; differentiate.
by rewrite entrysum_had innerZr inner_mulr ones_tr innerZl mulrA.
Qed.

Lemma gradient_penalty m n f (Z : 'M[R]_(m, n)) (u := m%:R^-1 *: (ones 1 m *m map_mx f Z)) :
  differentiable f -> (forall i j, 0 < u i j < 1) ->
  is_gradient (fun V => c * entrysum (map_mx (KL r) (m%:R^-1 *: (ones 1 m *m map_mx f V)))) Z
    ((c / m%:R) *: ((ones m 1 *m map_mx (prime (KL r)) u) .* map_mx (prime f) Z)).
Proof.
move=> fd /slopes kl; differentiate.
by rewrite entrysum_had innerZr inner_mulr ones_tr inner_had innerZl mulrA.
Qed.

Section Preactivations.
Variables (m n p : nat) (f : R -> R) (A : 'M[R]_(m, n)) (W : 'M[R]_(n, p)) (b : 'M[R]_(1, p)).
Let Z := A *m W + ones m 1 *m b.
Let u := m%:R^-1 *: (ones 1 m *m map_mx f Z).
Let pull := (ones m 1 *m map_mx (prime (KL r)) u) .* map_mx (prime f) Z.
Hypotheses (fd : differentiable f) (u01 : forall i j, 0 < u i j < 1).

Lemma gradient_penalty_weights :
  is_gradient (fun V => c * entrysum (map_mx (KL r) (m%:R^-1 *: (ones 1 m *m map_mx f (A *m V + ones m 1 *m b))))) W
    ((c / m%:R) *: (A^T *m pull)).
Proof.
have kl := slopes u01; differentiate.
by rewrite entrysum_had innerZr inner_mulr ones_tr inner_had inner_mulr innerZl mulrA.
Qed.

Lemma gradient_penalty_biases :
  is_gradient (fun V => c * entrysum (map_mx (KL r) (m%:R^-1 *: (ones 1 m *m map_mx f (A *m W + ones m 1 *m V))))) b
    ((c / m%:R) *: (ones 1 m *m pull)).
Proof.
have kl := slopes u01; differentiate.
by rewrite entrysum_had innerZr inner_mulr ones_tr inner_had inner_mulr ones_tr innerZl mulrA.
Qed.
End Preactivations.
End Gradients.

Theorem thm_frozen_slope : derived.thm_frozen_slope.
Proof. by move=> R l m S beta rho A rho01 means *; eexists; split; first exact: (gradient_mean _ rho01 means). Qed.

Theorem thm_penalty_weights : derived.thm_penalty_weights.
Proof. by move=> R l m S beta rho f b W A rho01 means m_neq0 fd; eexists; split; first exact: (gradient_penalty_weights _ rho01 (fd l.+1) means). Qed.

Theorem thm_penalty_biases : derived.thm_penalty_biases.
Proof. by move=> R l m S beta rho f b W A rho01 means m_neq0 fd; eexists; split; first exact: (gradient_penalty_biases _ rho01 (fd l.+1) means). Qed.

(** In one pass: the slopes go past the sum over the samples. *)
Theorem thm_one_pass_weights : derived.thm_one_pass_weights.
Proof.
move=> R l m S beta rho f b W A rho01 means m_neq0 fd; eexists; split; first exact: (gradient_penalty_weights _ rho01 (fd l.+1) means).
by rewrite mul_had_ones hadZl.
Qed.

Theorem thm_one_pass_biases : derived.thm_one_pass_biases.
Proof.
move=> R l m S beta rho f b W A rho01 means m_neq0 fd; eexists; split; first exact: (gradient_penalty_biases _ rho01 (fd l.+1) means).
rewrite mul_had_ones hadZl; congr (_ *: (_ .* _)).
by apply/matrixP => i j; rewrite ones_mulE (ord1 i).
Qed.

Theorem thm_sparse_delta : derived.thm_sparse_delta.
Proof.
move=> R l m S beta rho f b W Delta Z rho01 means m_neq0 fd.
eexists; split; first exact: (gradient_penalty _ rho01 (fd l) means).
eexists; split; first exact: gradient_below.
by rewrite scalerA mulrCA divff // mulr1 hadDl hadZl.
Qed.

(** A penalty on the output. *)
Theorem thm_sparse_output_delta : derived.thm_sparse_output_delta.
Proof.
move=> R L m S beta rho f Y Z m_neq0 fd rho01 means.
eexists; split; first exact: gradient_error.
eexists; split; first exact: (gradient_penalty _ rho01 (fd L) means).
by rewrite scalerKV // scalerA mulrCA divff // mulr1 -hadZl -hadDl addrAC.
Qed.

(** What a penalty on a layer does to the layer below. *)
Theorem thm_penalty_below : derived.thm_penalty_below.
Proof.
move=> R l m S beta rho f b W Z rho01 means m_neq0 fd.
set u := m%:R^-1 *: _ in means *; have kl := slopes rho01 means; have fl := fd l; have fl1 := fd l.+1.
eexists; split; last exact: scalerKV.
differentiate.
rewrite entrysum_had innerZr inner_mulr ones_tr inner_had inner_mull inner_had.
by rewrite -scalemxAl hadZl !innerZl mulrCA.
Qed.

(** What the local formula loses. *)
Theorem thm_lost_term : derived.thm_lost_term.
Proof.
move=> R l m S beta rho f b W D_J D_Omega Z rho01 means m_neq0 fd.
eexists; split; first exact: (gradient_penalty _ rho01 (fd l) means).
eexists; split; first exact: gradient_below.
have cancel (M : zmodType) (x y p : M) : x + y + p - (x + p) = y by rewrite [x + y]addrC -[y + x + p]addrA addrK.
by rewrite scalerA mulrCA divff // mulr1 mulmxDl !hadDl hadZl cancel.
Qed.
