(** The functions with a definition.

    Made by sparseae_lib/kernel from the statements of the book: do not edit, run `python -m tools.kernel --write`. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.


Definition sigma (R : realType) (u : R) : R :=
  (1 + expR (- u))^-1.
Arguments sigma {R}.

Definition KL (R : realType) (t u : R) : R :=
  t * ln (t / u) + (1 - t) * ln ((1 - t) / (1 - u)).
Arguments KL {R}.
