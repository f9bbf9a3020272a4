(** Matrices of real numbers: the operations that the book writes, and the inner product.

    [A *m B], [A^T], [c *: A] and [map_mx f A] are the library's: product, transpose, multiple, and [f] of every entry. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Operations.
Variable R : realType.

(** The elementwise product. *)
Definition had m n (A B : 'M[R]_(m, n)) := \matrix_(i, j) (A i j * B i j).

(** The matrix of ones, the sum of all entries, the sum of their squares. *)
Definition ones m n : 'M[R]_(m, n) := const_mx 1.
Definition entrysum m n (A : 'M[R]_(m, n)) := \sum_i \sum_j A i j.
Definition sqnorm m n (A : 'M[R]_(m, n)) := \sum_i \sum_j A i j ^+ 2.
End Operations.

Notation "A .* B" := (had A B) (at level 40, left associativity) : ring_scope.
Arguments ones {R} m n.

Section InnerProduct.
Variable R : realType.

(** The sum of the products of the entries. A gradient is what has the right inner product with every direction. *)
Definition inner m n (A B : 'M[R]_(m, n)) := \sum_i \sum_j A i j * B i j.

Lemma hadC m n (A B : 'M[R]_(m, n)) : A .* B = B .* A.
Proof. by apply/matrixP => i j; rewrite !mxE mulrC. Qed.

Lemma hadA m n (A B C : 'M[R]_(m, n)) : A .* (B .* C) = A .* B .* C.
Proof. by apply/matrixP => i j; rewrite !mxE mulrA. Qed.

Lemma hadDl m n (A B C : 'M[R]_(m, n)) : (A + B) .* C = A .* C + B .* C.
Proof. by apply/matrixP => i j; rewrite !mxE mulrDl. Qed.

Lemma hadZl m n c (A B : 'M[R]_(m, n)) : (c *: A) .* B = c *: (A .* B).
Proof. by apply/matrixP => i j; rewrite !mxE mulrA. Qed.

Lemma hadNl m n (A B : 'M[R]_(m, n)) : (- A) .* B = - (A .* B).
Proof. by apply/matrixP => i j; rewrite !mxE mulNr. Qed.

Lemma innerC m n (A B : 'M[R]_(m, n)) : inner A B = inner B A.
Proof. by apply: eq_bigr => i _; apply: eq_bigr => j _; rewrite mulrC. Qed.

Lemma innerDl m n (A B C : 'M[R]_(m, n)) : inner (A + B) C = inner A C + inner B C.
Proof.
rewrite -big_split; apply: eq_bigr => i _; rewrite -big_split; apply: eq_bigr => j _.
by rewrite mxE mulrDl.
Qed.

Lemma innerDr m n (A B C : 'M[R]_(m, n)) : inner A (B + C) = inner A B + inner A C.
Proof. by rewrite innerC innerDl !(innerC A). Qed.

Lemma innerZl m n c (A B : 'M[R]_(m, n)) : inner (c *: A) B = c * inner A B.
Proof.
rewrite mulr_sumr; apply: eq_bigr => i _; rewrite mulr_sumr; apply: eq_bigr => j _.
by rewrite mxE mulrA.
Qed.

Lemma innerZr m n c (A B : 'M[R]_(m, n)) : inner A (c *: B) = c * inner A B.
Proof. by rewrite innerC innerZl innerC. Qed.

Lemma innerNl m n (A B : 'M[R]_(m, n)) : inner (- A) B = - inner A B.
Proof. by rewrite -scaleN1r innerZl mulN1r. Qed.

Lemma innerNr m n (A B : 'M[R]_(m, n)) : inner A (- B) = - inner A B.
Proof. by rewrite innerC innerNl innerC. Qed.

Lemma inner0r m n (A : 'M[R]_(m, n)) : inner A 0 = 0.
Proof. by rewrite -(scale0r (0 : 'M_(m, n))) innerZr mul0r. Qed.

Lemma inner0l m n (A : 'M[R]_(m, n)) : inner 0 A = 0.
Proof. by rewrite innerC inner0r. Qed.

(** An elementwise factor goes to the other side. *)
Lemma inner_had m n (A B C : 'M[R]_(m, n)) : inner A (B .* C) = inner (A .* B) C.
Proof. by apply: eq_bigr => i _; apply: eq_bigr => j _; rewrite !mxE mulrA. Qed.

Lemma inner_tr m n (A B : 'M[R]_(m, n)) : inner A B = \tr (A^T *m B).
Proof.
rewrite /inner exchange_big; apply: eq_bigr => j _; rewrite mxE.
by apply: eq_bigr => i _; rewrite mxE.
Qed.

(** A matrix factor goes to the other side as its transpose: why backpropagation has a W^T. *)
Lemma inner_mull m n p (A : 'M[R]_(m, p)) (B : 'M[R]_(m, n)) (C : 'M[R]_(n, p)) :
  inner A (B *m C) = inner (A *m C^T) B.
Proof. by rewrite !inner_tr trmx_mul trmxK mulmxA mxtrace_mulC mulmxA. Qed.

Lemma inner_mulr m n p (A : 'M[R]_(m, p)) (B : 'M[R]_(m, n)) (C : 'M[R]_(n, p)) :
  inner A (B *m C) = inner (B^T *m A) C.
Proof. by rewrite !inner_tr trmx_mul trmxK mulmxA. Qed.

(** A transposition goes to the other side as well: the second place of a tied weight. *)
Lemma inner_trr m n (A : 'M[R]_(m, n)) (B : 'M[R]_(n, m)) : inner A B^T = inner A^T B.
Proof. by rewrite !inner_tr trmxK -trmx_mul mxtrace_tr mxtrace_mulC. Qed.

(** With the direction of the entry (i, j), which is 1 there and 0 elsewhere. *)
Lemma inner_delta m n (A : 'M[R]_(m, n)) i j : inner A (delta_mx i j) = A i j.
Proof.
rewrite /inner (bigD1 i) //= (bigD1 j) //= !mxE !eqxx mulr1 !big1 ?addr0 // => k ki.
  by rewrite big1 // => q _; rewrite mxE (negbTE ki) mulr0.
by rewrite mxE (negbTE ki) andbF mulr0.
Qed.

Lemma entrysum_had m n (A B : 'M[R]_(m, n)) : entrysum (A .* B) = inner A B.
Proof. by apply: eq_bigr => i _; apply: eq_bigr => j _; rewrite mxE. Qed.

Lemma entrysum_row n (A : 'rV[R]_n) : entrysum A = \sum_j A 0 j.
Proof. exact: big_ord1. Qed.

Lemma ones_tr m n : (ones m n)^T = ones n m :> 'M[R]__.
Proof. exact: trmx_const. Qed.

(** A row under the ones is that row for every sample, and so it goes past a product from the left. *)
Lemma ones_mulE m n (v : 'rV[R]_n) i j : (ones m 1 *m v) i j = v 0 j.
Proof. by rewrite mxE big_ord1 mxE mul1r. Qed.

Lemma mul_had_ones p m n (B : 'M[R]_(p, m)) (v : 'rV[R]_n) (C : 'M[R]_(m, n)) :
  B *m ((ones m 1 *m v) .* C) = (ones p 1 *m v) .* (B *m C).
Proof.
apply/matrixP => i j; rewrite !mxE big_ord1 mxE mul1r mulr_sumr; apply: eq_bigr => k _.
by rewrite mxE ones_mulE mulrCA.
Qed.

Lemma sqnorm_inner m n (A : 'M[R]_(m, n)) : sqnorm A = inner A A.
Proof. by []. Qed.
End InnerProduct.
