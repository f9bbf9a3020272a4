(** What a network holds. Nothing is said here of how these numbers hang together: that is what the equations do.

    Layers are numbered from 1 to L. What a family has for other numbers is never looked at. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** What is given: the activation function of each layer, the weight decay, the target and the weight of the penalty on
    each layer, and the targets and the weights of the m samples. The widths are S. *)
Record task (R : realType) (S : nat -> nat) (m : nat) := Task {
  f : nat -> R -> R;
  lambda : R;
  rho : nat -> R;
  beta : nat -> R;
  Y : forall l, 'M[R]_(m, S l);
  q : 'M[R]_(m, 1)
}.

(** The parameters W and b, and what is computed from them; [rho_hat_q] and [J_q] are the means and the cost in which
    the samples have weights. *)
Record network (R : realType) (S : nat -> nat) (m : nat) := Network {
  W : forall l, 'M[R]_(S l, S l.+1);
  b : forall l, 'M[R]_(1, S l.+1);
  Z : forall l, 'M[R]_(m, S l);
  A : forall l, 'M[R]_(m, S l);
  Delta : forall l, 'M[R]_(m, S l);
  rho_hat : forall l, 'M[R]_(1, S l);
  rho_hat_q : forall l, 'M[R]_(1, S l);
  Omega : nat -> R;
  J : R;
  J_q : R;
  J_sparse : R
}.
