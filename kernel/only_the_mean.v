(** What the penalty sees of a layer: the means of its units, and nothing else. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import curves matrices functions divergence shape worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma ones_ones (R : realType) p m q : ones p m *m ones m q = m%:R *: ones p q :> 'M[R]_(_, _).
Proof.
apply/matrixP => i j; rewrite !mxE (eq_bigr (fun=> 1)) => [|k _]; last by rewrite !mxE mulr1.
by rewrite sumr_const card_ord mulr1.
Qed.

Theorem thm_only_the_mean : worded.thm_only_the_mean.
Proof.
move=> R l m S beta rho E A rho01 m_gt0; have m_neq0 : m%:R != 0 :> R by rewrite gt_eqF.
split.
  congr (_ * entrysum (map_mx _ (_ *: _))).
  rewrite mulmxBr mulmxDr -scalemxAr mulmxA ones_ones -scalemxAl scalerA mulVf // scale1r.
  by rewrite addrC addrA addNr add0r.
rewrite /entrysum big1 ?mulr0 // => i _; rewrite big1 // => j _.
by rewrite !mxE mulr1 KL_self.
Qed.
