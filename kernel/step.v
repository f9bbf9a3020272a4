(** A step along the penalty alone: what it does to the pre-activations, and its direction. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From mathcomp Require Import ring.
From kernel Require Import inequalities curves matrices functions divergence shape worded.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Slope.
Variables (R : realType) (r : R).
Hypothesis r01 : 0 < r < 1.

(** The slope of the divergence has the sign of the difference to the target. *)
Lemma slope_fraction u : 0 < u < 1 -> prime (KL r) u = (u - r) / (u * (1 - u)).
Proof. by move=> u01; rewrite KL_prime //; have [_ _ u0 u1] := between u01; field; rewrite u0 u1. Qed.

Lemma slope_gt0 u : 0 < u < 1 -> r < u -> 0 < prime (KL r) u.
Proof.
by move=> u01 ru; rewrite slope_fraction //; have [? ? _ _] := between u01; rewrite divr_gt0 ?subr_gt0 ?mulr_gt0.
Qed.

Lemma slope_lt0 u : 0 < u < 1 -> u < r -> prime (KL r) u < 0.
Proof.
move=> u01 ur; rewrite slope_fraction //; have [? ? _ _] := between u01.
by rewrite pmulr_llt0 ?subr_lt0 // invr_gt0 mulr_gt0.
Qed.
End Slope.

Theorem thm_penalty_step : worded.thm_penalty_step.
Proof.
move=> R l m S eta beta rho f rho_hat b W A Z moved.
set K := map_mx (prime (KL _)) _; set F := map_mx (prime (f _)) _ => moves.
have change : moved l.+1 = - (((eta * beta l.+1) / m%:R) *: ((ones m m + A l *m (A l)^T) *m ((ones m 1 *m K) .* F))).
  rewrite moves !mulmxBr mulmxDl -!scalemxAr !mulmxA.
  have -> : ones m 1 *m ones 1 m = ones m m :> 'M[R]_(_, _).
    by apply/matrixP => i j; rewrite mxE big_ord1 !mxE mulr1.
  have shuffle (M : zmodType) (p q u v : M) : p - u + (q - v) - p - q = - (v + u).
    apply/eqP; rewrite !subr_eq opprD -addrA [X in _ == X]addrC; apply/eqP; congr (_ + _).
    by rewrite addrCA addrC [- u - v]addrC.
  by rewrite scalerDr; apply: shuffle.
split=> // rho01 eta_gt0 beta_gt0 hat01 A_ge0 f_gt0 s j; rewrite change.
have m_gt0 : 0 < m%:R :> R by rewrite ltr0n (leq_ltn_trans (leq0n s) (ltn_ord s)).
have c_gt0 : 0 < (eta * beta l.+1) / m%:R by rewrite divr_gt0 // mulr_gt0.
pose w k := (ones m m + A l *m (A l)^T) s k; pose total := \sum_k w k * F k j.
have w_gt0 k : 0 < w k.
  rewrite /w mxE; apply: ltr_pwDl; first by rewrite mxE ltr01.
  by rewrite mxE sumr_ge0 // => i _; rewrite mxE mulr_ge0.
have total_gt0 : 0 < total.
  have term_gt0 k : 0 < w k * F k j by rewrite mulr_gt0 // mxE.
  by rewrite /total (bigD1 s) //= ltr_pwDl // sumr_ge0 // => k _; apply: ltW.
have -> : (- (((eta * beta l.+1) / m%:R) *: ((ones m m + A l *m (A l)^T) *m ((ones m 1 *m K) .* F)))) s j
    = - ((eta * beta l.+1) / m%:R * total * prime (KL (rho l.+1)) (rho_hat l.+1 0 j)).
  have entry : ((ones m m + A l *m (A l)^T) *m ((ones m 1 *m K) .* F)) s j = total * K 0 j.
    rewrite mxE /total mulr_suml; apply: eq_bigr => k _.
    by rewrite [X in _ * X]mxE ones_mulE -/(w k); move: (w k) (K 0 j) (F k j) => x y z; ring.
  by rewrite [LHS]mxE [X in - X]mxE entry mulrA [in K 0 j]mxE.
have both : 0 < (eta * beta l.+1) / m%:R * total by rewrite mulr_gt0.
split; last split.
- by move=> up; rewrite oppr_lt0 mulr_gt0 // slope_gt0.
- by move=> down; rewrite oppr_gt0 pmulr_rlt0 // slope_lt0.
- by move=> ->; rewrite KL_prime_self // mulr0 oppr0.
Qed.
