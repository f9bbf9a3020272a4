(** A batch in two shards, and sums over the samples. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From mathcomp Require Import ring.
From kernel Require Import curves matrices gradient functions divergence layer penalty derived.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem thm_shard_means : derived.thm_shard_means.
Proof. by []. Qed.

Theorem thm_shard_weights : derived.thm_shard_weights.
Proof.
move=> R l m m_1 m_2 S lambda b W A_1 D_1 A_2 D_2 m_neq0.
eexists; split; first exact: gradient_decay.
eexists; split; first exact: gradient_weights.
eexists; split; first exact: gradient_weights.
by rewrite -!scalemxAr scalerDr addrA.
Qed.

Theorem thm_shard_biases : derived.thm_shard_biases.
Proof.
move=> R l m m_1 m_2 S b W A_1 D_1 A_2 D_2 m_neq0.
eexists; split; first exact: gradient_biases.
eexists; split; first exact: gradient_biases.
by rewrite -!scalemxAr scalerDr.
Qed.

(** The samples of one shard move; the mean activations are those of both. *)
Theorem thm_shard_delta : derived.thm_shard_delta.
Proof.
move=> R l m_1 m_2 S beta rho f b W D_1 Z_1 Z_2 rho01 means m_neq0 fd.
set u := _ *: _ in means *; have kl := slopes rho01 means; have fl := fd l.
set G := ((ones m_1 1 *m map_mx (prime (KL (rho l))) u) .* map_mx (prime (f l)) (Z_1 l)).
exists (beta l *: G); split.
  differentiate.
  rewrite entrysum_had innerZr inner_mulr ones_tr inner_had innerZl -/G.
  by move: (inner _ _) => x; field.
eexists; split; first exact: gradient_below.
by rewrite hadDl hadZl addrC.
Qed.

Section Sums.
Variables (R : realType) (m n : nat).
Implicit Types (F H : 'M[R]_(m, n) -> R) (V G K : 'M[R]_(m, n)).

Lemma gradient_add F H V G K : is_gradient F V G -> is_gradient H V K -> is_gradient (fun V => F V + H V) V (G + K).
Proof. by move=> FG HK i j; rewrite mxE; exact: (proj2 (curve_add (conj erefl (FG i j)) (conj erefl (HK i j)))). Qed.

Lemma gradient_scale c F V G : is_gradient F V G -> is_gradient (fun V => c * F V) V (c *: G).
Proof. by move=> FG i j; rewrite mxE; exact: (proj2 (curve_scale c (conj erefl (FG i j)))). Qed.

Lemma gradient_ext F H V G : F =1 H -> is_gradient H V G -> is_gradient F V G.
Proof. by move=> /boolp.funext ->. Qed.

(** Ones on the left add up the samples. *)
Lemma ones_sumE p (B : 'M[R]_(m, n)) i j : (ones p m *m B) i j = \sum_k B k j.
Proof. by rewrite mxE; apply: eq_bigr => k _; rewrite mxE mul1r. Qed.

Lemma sum_of_squares (a : 'I_m -> R) c :
  \sum_k (a k - c) * (a k - c) = (\sum_k a k * a k) - 2%:R * c * (\sum_k a k) + m%:R * (c * c).
Proof.
have square k : (a k - c) * (a k - c) = a k * a k + (- (2%:R * c) * a k + c * c) by ring.
under eq_bigr => k _ do rewrite square.
by rewrite !big_split /= -mulr_sumr sumr_const card_ord -[_ *+ m]mulr_natl mulNr addrA.
Qed.

Lemma hadE (A B : 'M[R]_(m, n)) i j : (A .* B) i j = A i j * B i j. Proof. exact: mxE. Qed.
Lemma addE (A B : 'M[R]_(m, n)) i j : (A + B) i j = A i j + B i j. Proof. exact: mxE. Qed.
Lemma oppE (A : 'M[R]_(m, n)) i j : (- A) i j = - A i j. Proof. exact: mxE. Qed.
Lemma scaleE c (A : 'M[R]_(m, n)) i j : (c *: A) i j = c * A i j. Proof. exact: mxE. Qed.
End Sums.

(** The mean of the shards' penalties has the mean of their gradients. *)
Theorem thm_shard_average : derived.thm_shard_average.
Proof.
move=> R l m_1 m_2 S beta rho f b W A_1 A_2 m_neq0 rho01 means_1 m1_neq0 fd means_2 m2_neq0.
eexists; split; last by [].
have weighted (p q c e h : R) : (p * c * e + q * c * h) / (p + q) = (p + q)^-1 * (p * (c * e) + q * (c * h)).
  by rewrite [LHS]mulrC -!mulrA.
apply: gradient_ext (fun V => weighted _ _ _ _ _) _; apply: gradient_scale; apply: gradient_add; apply: gradient_scale.
  exact: (gradient_penalty_weights _ rho01 (fd l.+1) means_1).
exact: (gradient_penalty_weights _ rho01 (fd l.+1) means_2).
Qed.

(** A batch drawn at random: the variance of its means, from the sums over all samples. *)
Theorem thm_batch_variance : derived.thm_batch_variance.
Proof.
move=> R B l m S A m_neq0 B_neq0 m1_neq0; apply/matrixP => i j.
have square : \sum_k (A l .* A l) k j = \sum_k A l k j * A l k j by apply: eq_bigr => k _; rewrite hadE.
pose mean := m%:R^-1 *: (ones 1 m *m A l).
have dev : \sum_k ((A l - ones m 1 *m mean) .* (A l - ones m 1 *m mean)) k j
    = \sum_k (A l k j - mean 0 j) * (A l k j - mean 0 j).
  by apply: eq_bigr => k _; rewrite hadE addE oppE ones_mulE.
rewrite -/mean !(scaleE, addE, oppE, hadE, ones_sumE) square dev sum_of_squares !(scaleE, ones_sumE).
by move: (\sum_k _) (\sum_k _) => s1 s2; field; rewrite m_neq0 B_neq0 m1_neq0.
Qed.

(** For the sigmoid, f' is a (1 - a): the mean force is a variance short of that at the mean. *)
Theorem thm_mean_force : derived.thm_mean_force.
Proof.
move=> R l m S beta rho A m_neq0 _ _; apply/matrixP => i j; rewrite (ord1 i).
set K := map_mx (prime (KL (rho l.+1))) _; set M := A l.+1.
have force : \sum_k ((ones m 1 *m K) .* (M .* (ones m (S l.+1) - M))) k j
    = K 0 j * (\sum_k M k j - \sum_k M k j * M k j).
  rewrite -sumrB mulr_sumr; apply: eq_bigr => k _.
  have one : ones m (S l.+1) k j = 1 :> R by rewrite mxE.
  by rewrite !hadE addE oppE ones_mulE one; move: (K 0 j) (M k j) => x y; ring.
have dev : \sum_k ((M - m%:R^-1 *: (ones m m *m M)) .* (M - m%:R^-1 *: (ones m m *m M))) k j
    = \sum_k (M k j - m%:R^-1 * \sum_q M q j) * (M k j - m%:R^-1 * \sum_q M q j).
  by apply: eq_bigr => k _; rewrite hadE addE oppE scaleE ones_sumE.
have one : ones 1 (S l.+1) 0 j = 1 :> R by rewrite mxE.
rewrite !(scaleE, addE, oppE, hadE, ones_sumE) force dev sum_of_squares one.
by move: (K 0 j) (\sum_k _) (\sum_k _) => k s1 s2; field.
Qed.
