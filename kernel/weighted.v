(** Weighted samples: each counts as often as its weight says, in the cost and in the mean activations. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From mathcomp Require Import ring.
From kernel Require Import curves matrices gradient functions divergence layer penalty derived.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Gradients.
Variable R : realType.

(** The squared errors, each with a weight, for the pre-activations of the output. *)
Lemma gradient_weighted_error m n f (C Y Z : 'M[R]_(m, n)) : m%:R != 0 :> R -> differentiable f ->
  is_gradient (fun V => entrysum (C .* ((Y - map_mx f V) .* (Y - map_mx f V))) / (2%:R * m%:R)) Z
    (m%:R^-1 *: (C .* (map_mx f Z - Y) .* map_mx (prime f) Z)).
Proof.
move=> m_neq0 fd; differentiate.
rewrite entrysum_had innerDr [(- _) .* _]hadC inner_had innerNr -inner_had.
rewrite -(opprB Y) [C .* _]hadC !hadNl [_ .* C]hadC innerZl innerNl -!inner_had.
by have := two_neq0 R; move: (inner _ _) => x two; field; rewrite m_neq0.
Qed.

(** The penalty on means in which the samples have the weights q. *)
Lemma gradient_weighted_penalty (c r : R) m n f (q : 'M[R]_(m, 1)) (Z : 'M[R]_(m, n))
  (u := m%:R^-1 *: (q^T *m map_mx f Z)) :
  0 < r < 1 -> differentiable f -> (forall i j, 0 < u i j < 1) ->
  is_gradient (fun V => c * entrysum (map_mx (KL r) (m%:R^-1 *: (q^T *m map_mx f V)))) Z
    ((c / m%:R) *: ((q *m map_mx (prime (KL r)) u) .* map_mx (prime f) Z)).
Proof.
move=> r01 fd /(slopes r01) kl; differentiate.
by rewrite entrysum_had innerZr inner_mulr trmxK inner_had innerZl mulrA.
Qed.
End Gradients.

Theorem thm_weighted_output_delta : derived.thm_weighted_output_delta.
Proof.
move=> R L m S f q Y Z m_neq0 fd; eexists; split; first exact: gradient_weighted_error.
exact: scalerKV.
Qed.

Theorem thm_weighted_delta : derived.thm_weighted_delta.
Proof.
move=> R l m S beta rho f q b W Delta_q Z rho01 means m_neq0 fd.
eexists; split; first exact: (gradient_weighted_penalty _ rho01 (fd l) means).
eexists; split; first exact: gradient_below.
by rewrite scalerA mulrCA divff // mulr1 hadDl hadZl.
Qed.
