(** Curves: real functions of a time t, where they are at time 0, and how fast.

    Every derivative of the book is one of these. [curve g x d] says that [g] is at [x] at time 0 and that its
    derivative there is [d]; that is [is_derive], the library's definition, a limit of quotients of differences. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import boolp classical_sets functions.
From mathcomp Require Import reals topology normedtype derive sequences realfun exp.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Curves.
Variable R : realType.
Implicit Types (g h f : R -> R) (x y c d e t : R).

(** [f] has the derivative [d] at [x]: the limit of (f (x + h) - f x) / h as h goes to 0. *)
Definition has_derivative f x d := is_derive (x : R^o) 1 (f : R^o -> R^o) (d : R^o).

(** [f] has a derivative everywhere; [prime f] is that derivative. *)
Definition differentiable f := forall x, derivable (f : R^o -> R^o) x 1.
Definition prime f x : R := 'D_1 (f : R^o -> R^o) x.

Definition curve g x d := g 0 = x /\ has_derivative g 0 d.

Lemma prime_derivative f x : differentiable f -> has_derivative f x (prime f x).
Proof. by move=> /(_ x)/derivableP. Qed.

Lemma has_prime f x d : has_derivative f x d -> prime f x = d.
Proof. by case. Qed.

Lemma derivative_unique f x d e : has_derivative f x d -> has_derivative f x e -> d = e.
Proof. by move=> /has_prime <- /has_prime <-. Qed.

Lemma curve_eq g h x y d e : curve g x d -> g =1 h -> x = y -> d = e -> curve h y e.
Proof. by move=> gd /funext <- <- <-. Qed.

Lemma curve_velocity g x d e : curve g x d -> d = e -> curve g x e.
Proof. by move=> gd <-. Qed.

Lemma curve_derivative g x d e : curve g x d -> d = e -> has_derivative g 0 e.
Proof. by case=> _ gd <-. Qed.

Lemma curve_const c : curve (fun=> c) c 0.
Proof. by split=> //; apply: is_derive_cst. Qed.

Lemma curve_time : curve id 0 1.
Proof. by split=> //; apply: is_derive_id. Qed.

Lemma curve_add g h x y d e : curve g x d -> curve h y e -> curve (fun t => g t + h t) (x + y) (d + e).
Proof. by move=> [<- gd] [<- hd]; split=> //; apply: is_deriveD. Qed.

Lemma curve_opp g x d : curve g x d -> curve (fun t => - g t) (- x) (- d).
Proof. by move=> [<- gd]; split=> //; apply: is_deriveN. Qed.

(** The product rule. *)
Lemma curve_mul g h x y d e : curve g x d -> curve h y e -> curve (fun t => g t * h t) (x * y) (d * y + x * e).
Proof.
move=> [<- gd] [<- hd]; split=> //; rewrite addrC [d * _]mulrC.
exact: (is_deriveM gd hd).
Qed.

Lemma curve_scale c g x d : curve g x d -> curve (fun t => c * g t) (c * x) (c * d).
Proof. by move=> gd; apply: (curve_eq (curve_mul (curve_const c) gd)) => //; rewrite mul0r add0r. Qed.

(** The chain rule in one variable. *)
Lemma curve_apply f g x d e : has_derivative f x e -> curve g x d -> curve (fun t => f (g t)) (f x) (e * d).
Proof.
move=> fd [gx gd]; rewrite -gx in fd *; split=> //.
exact: (@is_derive1_comp R f g 0 e d).
Qed.

(** A finite sum is differentiated term by term. *)
Lemma curve_sum (I : Type) (r : seq I) (P : pred I) (g : I -> R -> R) (x d : I -> R) :
  (forall i, P i -> curve (g i) (x i) (d i)) ->
  curve (fun t => \sum_(i <- r | P i) g i t) (\sum_(i <- r | P i) x i) (\sum_(i <- r | P i) d i).
Proof.
move=> gd; elim: r => [|i r IH].
  by rewrite !big_nil; apply: (curve_eq (curve_const 0)) => // t; rewrite big_nil.
case Pi: (P i); last by apply: (curve_eq IH) => [t||]; rewrite big_cons Pi.
by apply: (curve_eq (curve_add (gd i Pi) IH)) => [t||]; rewrite big_cons Pi.
Qed.

Lemma derivative_eq f x d e : has_derivative f x d -> d = e -> has_derivative f x e.
Proof. by move=> fd <-. Qed.

(** What a differentiable function does to a curve. *)
Lemma curve_map f g x d : differentiable f -> curve g x d -> curve (fun t => f (g t)) (f x) (prime f x * d).
Proof. by move=> fd; apply: curve_apply; apply: prime_derivative. Qed.

(** From a curve to its derivative. *)
Lemma curve_shift f x d : curve (fun t => f (x + t)) (f x) d -> has_derivative f x d.
Proof.
move=> [_ fd].
have shift : has_derivative (fun y => y - x) x 1.
  apply: (@derivative_eq _ _ (1 - 0)); last by rewrite subr0.
  exact: is_deriveB.
have := @is_derive1_comp R (fun t => f (x + t)) (fun y => y - x) x d 1.
rewrite /= subrr mulr1 => /(_ fd shift) => fd'.
by rewrite /has_derivative; move: fd'; congr is_derive; apply/funext => y /=; rewrite addrC subrK.
Qed.

Lemma derivative_inv x : x != 0 -> has_derivative (fun y => y^-1) x (- x ^- 2).
Proof.
move=> x_neq0; apply: (derivative_eq (is_deriveV x_neq0 (is_derive_id _ _))).
by rewrite /GRing.scale /= mulr1.
Qed.

Lemma derivative_ln x : 0 < x -> has_derivative (@ln R) x x^-1.
Proof. exact: is_derive1_ln. Qed.

Lemma derivative_exp x : has_derivative (@expR R) x (expR x).
Proof. exact: is_derive_expR. Qed.
End Curves.
