(** What a gradient is: the matrix of the partial derivatives.

    [is_gradient F V G] is the definition that every theorem about a gradient rests on. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import boolp.
From mathcomp Require Import reals.
From kernel Require Import curves matrices.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Gradient.
Variable R : realType.

(** [F] is a real function of a matrix. Entry (i, j) of its gradient [G] at [V] is its derivative when entry (i, j) of
    the matrix moves alone: the derivative at 0 of F (V + t E), where E is 1 at (i, j) and 0 elsewhere. *)
Definition is_gradient m n (F : 'M[R]_(m, n) -> R) (V G : 'M[R]_(m, n)) :=
  forall i j, has_derivative (fun t => F (V + t *: delta_mx i j)) 0 (G i j).

(** There is at most one. *)
Lemma gradient_unique m n (F : 'M[R]_(m, n) -> R) V G H : is_gradient F V G -> is_gradient F V H -> G = H.
Proof. by move=> FG FH; apply/matrixP => i j; apply: derivative_unique (FG i j) (FH i j). Qed.

(** A curve of matrices is at [A] at time 0 with velocity [D], entry by entry. *)
Definition mcurve m n (g : R -> 'M[R]_(m, n)) (A D : 'M[R]_(m, n)) :=
  forall i j, curve (fun t => g t i j) (A i j) (D i j).

(** The velocity of a curve of matrices, where it has one. *)
Definition velocity m n (g : R -> 'M[R]_(m, n)) : 'M[R]_(m, n) := \matrix_(i, j) prime (fun t => g t i j) 0.

Lemma velocityE m n (g : R -> 'M[R]_(m, n)) A D : mcurve g A D -> velocity g = D.
Proof. by move=> gd; apply/matrixP => i j; rewrite mxE; apply: has_prime; case: (gd i j). Qed.

(** Where the derivative along every curve through [V] comes from one matrix [G], that is the gradient. *)
Lemma gradient_of_curves m n (F : 'M[R]_(m, n) -> R) V G :
  (forall g D, mcurve g V D -> has_derivative (fun t => F (g t)) 0 (inner G D)) -> is_gradient F V G.
Proof.
move=> FG i j; rewrite -(inner_delta G).
suff line : mcurve (fun t => V + t *: delta_mx i j) V (delta_mx i j) by apply: FG line.
move=> p q; apply: (curve_eq (curve_add (curve_const (V p q)) (curve_mul (@curve_time R) (curve_const (delta_mx i j p q))))).
- by move=> t; rewrite !mxE.
- by rewrite mul0r addr0.
- by rewrite mul0r mul1r add0r addr0.
Qed.

Variables (m n : nat).
Implicit Types (g h : R -> 'M[R]_(m, n)) (A B D E : 'M[R]_(m, n)).

Lemma mcurve_eq g h A B D E : mcurve g A D -> g =1 h -> A = B -> D = E -> mcurve h B E.
Proof. by move=> gd gh <- <- i j; apply: (curve_eq (gd i j)) => // t; rewrite gh. Qed.

Lemma mcurve_const A : mcurve (fun=> A) A 0.
Proof. by move=> i j; rewrite mxE; apply: curve_const. Qed.

Lemma mcurve_add g h A B D E : mcurve g A D -> mcurve h B E -> mcurve (fun t => g t + h t) (A + B) (D + E).
Proof. by move=> gd hd i j; apply: (curve_eq (curve_add (gd i j) (hd i j))) => [t||]; rewrite !mxE. Qed.

Lemma mcurve_opp g A D : mcurve g A D -> mcurve (fun t => - g t) (- A) (- D).
Proof. by move=> gd i j; apply: (curve_eq (curve_opp (gd i j))) => [t||]; rewrite !mxE. Qed.

Lemma mcurve_scale c g A D : mcurve g A D -> mcurve (fun t => c *: g t) (c *: A) (c *: D).
Proof. by move=> gd i j; apply: (curve_eq (curve_scale c (gd i j))) => [t||]; rewrite !mxE. Qed.

Lemma mcurve_had g h A B D E : mcurve g A D -> mcurve h B E -> mcurve (fun t => g t .* h t) (A .* B) (D .* B + A .* E).
Proof. by move=> gd hd i j; apply: (curve_eq (curve_mul (gd i j) (hd i j))) => [t||]; rewrite !mxE. Qed.

(** A function that is applied to every entry need have a derivative only where the curve is. *)
Lemma mcurve_map_at f g A D : (forall i j, has_derivative f (A i j) (prime f (A i j))) -> mcurve g A D ->
  mcurve (fun t => map_mx f (g t)) (map_mx f A) (map_mx (prime f) A .* D).
Proof. by move=> fd gd i j; apply: (curve_eq (curve_apply (fd i j) (gd i j))) => [t||]; rewrite !mxE. Qed.

Lemma mcurve_map f g A D : differentiable f -> mcurve g A D ->
  mcurve (fun t => map_mx f (g t)) (map_mx f A) (map_mx (prime f) A .* D).
Proof. by move=> fd; apply: mcurve_map_at => i j; apply: prime_derivative. Qed.

Lemma mcurve_tr g A D : mcurve g A D -> mcurve (fun t => (g t)^T) A^T D^T.
Proof. by move=> gd i j; apply: (curve_eq (gd j i)) => [t||]; rewrite !mxE. Qed.

Lemma curve_entrysum g A D : mcurve g A D -> curve (fun t => entrysum (g t)) (entrysum A) (entrysum D).
Proof. by move=> gd; apply: curve_sum => i _; apply: curve_sum => j _; apply: gd. Qed.

Lemma curve_inner g h A B D E : mcurve g A D -> mcurve h B E ->
  curve (fun t => inner (g t) (h t)) (inner A B) (inner D B + inner A E).
Proof.
move=> gd hd; rewrite -big_split; apply: curve_sum => i _.
by rewrite -big_split; apply: curve_sum => j _; apply: curve_mul.
Qed.

Lemma curve_sqnorm g A D : mcurve g A D -> curve (fun t => sqnorm (g t)) (sqnorm A) (2%:R * inner A D).
Proof.
by move=> gd; apply: (curve_eq (curve_inner gd gd)) => //; rewrite innerC mulr2n mulrDl mul1r.
Qed.
End Gradient.

(** The product rule for matrices, whose factors do not commute. *)
Lemma mcurve_mul (R : realType) m n p (g : R -> 'M[R]_(m, n)) (h : R -> 'M[R]_(n, p)) A B D E :
  mcurve g A D -> mcurve h B E -> mcurve (fun t => g t *m h t) (A *m B) (D *m B + A *m E).
Proof.
move=> gd hd i j; apply: (curve_eq (curve_sum (index_enum _) (fun k _ => curve_mul (gd i k) (hd k j)))).
- by move=> t; rewrite mxE.
- by rewrite mxE.
- by rewrite !mxE big_split.
Qed.

Section Zeros.
Variable R : realType.

Lemma had0l m n (A : 'M[R]_(m, n)) : 0 .* A = 0.
Proof. by apply/matrixP => i j; rewrite !mxE mul0r. Qed.

(** What is constant has velocity 0. *)
Definition zeros :=
  (had0l, mul0mx, mulmx0, mul0r, mulr0, scaler0, scale0r, add0r, addr0, sub0r, subr0, oppr0, trmx0).
End Zeros.

(** The rules, one for each operation, chosen by how the curve is written. *)
Ltac rule := match goal with
  | |- curve (fun _ => ?c) _ _ => exact (curve_const c)
  | |- mcurve (fun _ => ?A) _ _ => exact (mcurve_const A)
  | H : mcurve _ _ _ |- mcurve _ _ _ => exact H
  | |- curve (fun t => entrysum (@?g t)) _ _ => eapply (@curve_entrysum _ _ _ g)
  | |- curve (fun t => sqnorm (@?g t)) _ _ => eapply (@curve_sqnorm _ _ _ g)
  | |- curve (fun t => ?c * @?g t) _ _ => eapply (@curve_scale _ c g)
  | |- curve (fun t => @?g t * @?h t) _ _ => eapply (@curve_mul _ g h)
  | |- curve (fun t => @?g t + @?h t) _ _ => eapply (@curve_add _ g h)
  | |- curve (fun t => - @?g t) _ _ => eapply (@curve_opp _ g)
  | |- mcurve (fun t => @?g t *m @?h t) _ _ => eapply (@mcurve_mul _ _ _ _ g h)
  | |- mcurve (fun t => @?g t .* @?h t) _ _ => eapply (@mcurve_had _ _ _ g h)
  | |- mcurve (fun t => ?c *: @?g t) _ _ => eapply (@mcurve_scale _ _ _ c g)
  | |- mcurve (fun t => @?g t + @?h t) _ _ => eapply (@mcurve_add _ _ _ g h)
  | |- mcurve (fun t => - @?g t) _ _ => eapply (@mcurve_opp _ _ _ g)
  | |- mcurve (fun t => (@?g t)^T) _ _ => eapply (@mcurve_tr _ _ _ g)
  | H : differentiable ?f |- mcurve (fun t => map_mx ?f (@?g t)) _ _ => eapply (@mcurve_map _ _ _ f g _ _ H)
  | H : forall i j, has_derivative ?f _ _ |- mcurve (fun t => map_mx ?f (@?g t)) _ _ =>
      eapply (@mcurve_map_at _ _ _ f g _ _ H)
  end.
Ltac rules := repeat rule.

(** To show that [G] is the gradient: differentiate along a curve, and compare with the inner product. *)
Ltac differentiate :=
  apply: gradient_of_curves => ? ? ?; eapply curve_derivative; [rules | rewrite ?zeros].
