(** The telescoping sum: the whole of backpropagation, as one identity between finite sums of products.

    For each layer l from 1 to L - 1, dA and dZ are how fast the activations and the pre-activations move. Of dZ of the
    layer above, dA W is what comes from below; the rest, [enters l], enters there: a change of that layer's parameters. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From mathcomp Require Import ring.
From kernel Require Import matrices.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Telescope.
Variables (R : realType) (S : nat -> nat) (m : nat).
Variable W : forall l, 'M[R]_(S l, S l.+1).
Variables Delta slope push dZ dA : forall l, 'M[R]_(m, S l).
Variable enters : forall l, 'M[R]_(m, S l.+1).

(** [n] is the layer reached so far. *)
Lemma telescope n : (1 <= n)%N -> dA 1%N = 0 ->
  (forall l, (1 <= l < n)%N -> dZ l.+1 = dA l *m W l + enters l) ->
  (forall l, (2 <= l < n)%N -> dA l = slope l .* dZ l) ->
  (forall l, (2 <= l < n)%N -> Delta l = (Delta l.+1 *m (W l)^T + push l) .* slope l) ->
  (1 < n)%N ->
  inner (Delta n) (dZ n) + \sum_(2 <= l < n) inner (push l) (dA l) = \sum_(1 <= l < n) inner (Delta l.+1) (enters l).
Proof.
elim: n => [//|[_ _ _ _ _ _ //|n] IH] _ bottom forward chain back _.
rewrite (forward n.+1) ?leqnn // innerDr inner_mull.
case: n => [|n] in IH forward chain back *.
  by rewrite big_geq // big_nat1 bottom inner0r add0r addr0.
have within l : (l < n.+2)%N -> (l < n.+3)%N by move/ltnW.
rewrite big_nat_recr // [in RHS]big_nat_recr //= -IH //; first last.
- by move=> l /andP[l2 /within ln]; apply: back; rewrite l2.
- by move=> l /andP[l2 /within ln]; apply: chain; rewrite l2.
- by move=> l /andP[l1 /within ln]; apply: forward; rewrite l1.
have here : (2 <= n.+2 < n.+3)%N by rewrite ltnSn.
rewrite (back _ here) -(inner_had _ (slope n.+2)) -(chain _ here) innerDl.
have shuffle (x y s p : R) : x + y + (s + p) = x + p + s + y by ring.
exact: shuffle.
Qed.
End Telescope.
