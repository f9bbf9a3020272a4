(** One layer: the deltas and the gradients of its parameters, when the delta above is given. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From mathcomp Require Import ring.
From kernel Require Import curves matrices gradient functions derived.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma two_neq0 (R : realType) : (2%:R : R) != 0.
Proof. by rewrite pnatr_eq0. Qed.

Section Gradients.
Variable R : realType.

(** The mean squared error, for the pre-activations of the output. *)
Lemma gradient_error m n f (Y Z : 'M[R]_(m, n)) : m%:R != 0 :> R -> differentiable f ->
  is_gradient (fun V => sqnorm (Y - map_mx f V) / (2%:R * m%:R)) Z
    (m%:R^-1 *: ((map_mx f Z - Y) .* map_mx (prime f) Z)).
Proof.
move=> m_neq0 fd; differentiate.
rewrite innerZl -inner_had -opprB innerNl innerNr.
by have := two_neq0 R; move: (inner _ _) => x two; field; rewrite m_neq0.
Qed.

(** The pre-activations of the next layer, held against a fixed delta: for those of this layer, for the weights, and
    for the biases. *)
Lemma gradient_below m n p f (D : 'M[R]_(m, p)) (W : 'M[R]_(n, p)) (b : 'M[R]_(1, p)) (Z : 'M[R]_(m, n)) :
  differentiable f ->
  is_gradient (fun V => entrysum (D .* (ones m 1 *m b + map_mx f V *m W))) Z ((D *m W^T) .* map_mx (prime f) Z).
Proof. by move=> fd; differentiate; rewrite entrysum_had inner_mull inner_had. Qed.

Lemma gradient_weights m n p (D : 'M[R]_(m, p)) (A : 'M[R]_(m, n)) (b : 'M[R]_(1, p)) (W : 'M[R]_(n, p)) :
  is_gradient (fun V => entrysum (D .* (A *m V + ones m 1 *m b))) W (A^T *m D).
Proof. by differentiate; rewrite entrysum_had inner_mulr. Qed.

Lemma gradient_biases m n p (D : 'M[R]_(m, p)) (A : 'M[R]_(m, n)) (W : 'M[R]_(n, p)) (b : 'M[R]_(1, p)) :
  is_gradient (fun V => entrysum (D .* (A *m W + ones m 1 *m V))) b (ones 1 m *m D).
Proof. by differentiate; rewrite entrysum_had inner_mulr ones_tr. Qed.

Lemma gradient_decay n p (c : R) (W : 'M[R]_(n, p)) : is_gradient (fun V => c * sqnorm V / 2%:R) W (c *: W).
Proof.
differentiate; rewrite innerZl.
by have := two_neq0 R; move: (inner _ _) => x two; field.
Qed.

(** The same weights in a second place, transposed. *)
Lemma gradient_transposed_weights m n p (D : 'M[R]_(m, n)) (A : 'M[R]_(m, p)) (b : 'M[R]_(1, n)) (W : 'M[R]_(n, p)) :
  is_gradient (fun V => entrysum (D .* (A *m V^T + ones m 1 *m b))) W (D^T *m A).
Proof. by differentiate; rewrite entrysum_had inner_mulr inner_trr trmx_mul trmxK. Qed.

Lemma gradient_decay_twice n p (c : R) (W : 'M[R]_(n, p)) :
  is_gradient (fun V => (c * (sqnorm V + sqnorm V^T)) / 2%:R) W ((2%:R * c) *: W).
Proof.
differentiate; rewrite innerZl inner_trr trmxK.
by have := two_neq0 R; move: (inner _ _) => x two; field.
Qed.
End Gradients.

Theorem thm_output_delta : derived.thm_output_delta.
Proof.
move=> R L m S f Y Z m_neq0 fd; eexists; split; first exact: gradient_error.
exact: scalerKV.
Qed.

Theorem thm_hidden_delta : derived.thm_hidden_delta.
Proof. by move=> R l m S f b W Delta Z fd; eexists; split; first exact: gradient_below. Qed.

Theorem thm_weight_gradient : derived.thm_weight_gradient.
Proof.
move=> R l m S lambda b W A Delta m_neq0.
eexists; split; first exact: gradient_decay.
eexists; split; first exact: gradient_weights.
by rewrite -scalemxAr.
Qed.

Theorem thm_bias_gradient : derived.thm_bias_gradient.
Proof.
move=> R l m S b W A Delta m_neq0; eexists; split; first exact: gradient_biases.
by rewrite -scalemxAr.
Qed.

Theorem thm_tied_weights : derived.thm_tied_weights.
Proof.
move=> R l m S lambda b_bar b W A Delta Delta_bar A_bar m_neq0.
eexists; split; first exact: gradient_decay_twice.
eexists; split; first exact: gradient_weights.
eexists; split; first exact: gradient_transposed_weights.
by rewrite -scalemxAr linearZ -scalemxAl scalerDr addrA.
Qed.
