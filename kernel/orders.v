(** How small and how large: orders of magnitude and limits, each in one line, and the rules for them. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals topology normedtype derive realfun.
From kernel Require Import curves.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Orders.
Variable R : realType.
Implicit Types (h g : R -> R) (n : nat).

(** For small positive e, [h e] is at most a multiple of e to the power [n]. *)
Definition of_order n h := exists C d, 0 < d /\ forall e, 0 < e < d -> `|h e| <= C * e ^+ n.
Definition entries_of_order n p q (h : R -> 'M[R]_(p, q)) := forall i j, of_order n (fun e => h e i j).

(** [h e] goes to 0, or to infinity, as e goes to 0 from above; [h x] goes to 1 as x goes to either infinity. *)
Definition vanishes h := forall c, 0 < c -> exists d, 0 < d /\ forall e, 0 < e < d -> `|h e| < c.
Definition explodes h := forall c, exists d, 0 < d /\ forall e, 0 < e < d -> c < h e.
Definition far_out h := forall c, 0 < c -> exists d, forall x, d < `|x| -> `|h x - 1| < c.
End Orders.
