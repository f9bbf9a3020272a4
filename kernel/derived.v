(** What the engine decides: that the derivation of a statement equals its formula.

    Made by sparseae_lib/kernel from the statements of the book: do not edit, run `python -m tools.kernel --write`. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From kernel Require Import curves matrices gradient functions.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.


Definition thm_kl : Prop := forall (R : realType)
  (l : nat)
  (u : R)
  (rho : nat -> R),
  0 < rho l < 1 ->
  0 < u < 1 ->
  1 - u != 0 :> R ->
  u != 0 :> R ->
  KL (rho l) u
  = rho l * ln (rho l / u) + (1 - rho l) * ln ((1 - rho l) / (1 - u)).

Definition thm_sigmoid_derivative : Prop := forall (R : realType)
  (x : R),
  has_derivative sigma x (sigma x * (1 - sigma x)).

Definition thm_output_delta : Prop := forall (R : realType)
  (L m : nat)
  (S : nat -> nat)
  (f : nat -> R -> R)
  (Y Z : forall k, 'M[R]_(m, S k)),
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S L) => sqnorm (Y L - map_mx (f L) V) / (2%:R * m%:R)) (Z L) G1 /\
  m%:R *: G1
  = (map_mx (f L) (Z L) - Y L) .* map_mx (prime (f L)) (Z L).

Definition thm_hidden_delta : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (Delta Z : forall k, 'M[R]_(m, S k)),
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S l) => entrysum (Delta l.+1 .* (ones m 1 *m b l + map_mx (f l) V *m W l))) (Z l) G1 /\
  G1
  = (Delta l.+1 *m (W l)^T) .* map_mx (prime (f l)) (Z l).

Definition thm_weight_gradient : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (lambda : R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A Delta : forall k, 'M[R]_(m, S k)),
  m%:R != 0 :> R ->
  exists G1, is_gradient (fun V : 'M[R]_(S l, S l.+1) => (lambda * sqnorm V) / 2%:R) (W l) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(S l, S l.+1) => entrysum ((m%:R^-1 *: Delta l.+1) .* (A l *m V + ones m 1 *m b l))) (W l) G2 /\
  G1 + G2
  = lambda *: W l + m%:R^-1 *: ((A l)^T *m Delta l.+1).

Definition thm_bias_gradient : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A Delta : forall k, 'M[R]_(m, S k)),
  m%:R != 0 :> R ->
  exists G1, is_gradient (fun V : 'M[R]_(1, S l.+1) => entrysum ((m%:R^-1 *: Delta l.+1) .* (A l *m W l + ones m 1 *m V))) (b l) G1 /\
  G1
  = m%:R^-1 *: (ones 1 m *m Delta l.+1).

Definition thm_kl_derivative : Prop := forall (R : realType)
  (l : nat)
  (u : R)
  (rho : nat -> R),
  0 < rho l < 1 ->
  0 < u < 1 ->
  1 - u != 0 :> R ->
  u != 0 :> R ->
  has_derivative (KL (rho l)) u ((1 - rho l) / (1 - u) - rho l / u).

Definition thm_penalty_weights : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A : forall k, 'M[R]_(m, S k)),
  0 < rho l.+1 < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m b l))) i j < 1) ->
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(S l, S l.+1) => beta l.+1 * entrysum (map_mx (KL (rho l.+1)) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m V + ones m 1 *m b l))))) (W l) G1 /\
  G1
  = (beta l.+1 / m%:R) *: ((A l)^T *m ((ones m 1 *m map_mx (prime (KL (rho l.+1))) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m b l)))) .* map_mx (prime (f l.+1)) (A l *m W l + ones m 1 *m b l))).

Definition thm_penalty_biases : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A : forall k, 'M[R]_(m, S k)),
  0 < rho l.+1 < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m b l))) i j < 1) ->
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(1, S l.+1) => beta l.+1 * entrysum (map_mx (KL (rho l.+1)) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m V))))) (b l) G1 /\
  G1
  = (beta l.+1 / m%:R) *: (ones 1 m *m ((ones m 1 *m map_mx (prime (KL (rho l.+1))) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m b l)))) .* map_mx (prime (f l.+1)) (A l *m W l + ones m 1 *m b l))).

Definition thm_sparse_delta : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (Delta Z : forall k, 'M[R]_(m, S k)),
  0 < rho l < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m map_mx (f l) (Z l))) i j < 1) ->
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S l) => beta l * entrysum (map_mx (KL (rho l)) (m%:R^-1 *: (ones 1 m *m map_mx (f l) V)))) (Z l) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(m, S l) => entrysum (Delta l.+1 .* (ones m 1 *m b l + map_mx (f l) V *m W l))) (Z l) G2 /\
  G2 + m%:R *: G1
  = (Delta l.+1 *m (W l)^T + beta l *: (ones m 1 *m map_mx (prime (KL (rho l))) (m%:R^-1 *: (ones 1 m *m map_mx (f l) (Z l))))) .* map_mx (prime (f l)) (Z l).

Definition thm_shard_average : Prop := forall (R : realType)
  (l m_1 m_2 : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A_1 : forall k, 'M[R]_(m_1, S k))
  (A_2 : forall k, 'M[R]_(m_2, S k)),
  m_1%:R + m_2%:R != 0 :> R ->
  0 < rho l.+1 < 1 ->
  (forall i j, 0 < (m_1%:R^-1 *: (ones 1 m_1 *m map_mx (f l.+1) (A_1 l *m W l + ones m_1 1 *m b l))) i j < 1) ->
  m_1%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  (forall i j, 0 < (m_2%:R^-1 *: (ones 1 m_2 *m map_mx (f l.+1) (A_2 l *m W l + ones m_2 1 *m b l))) i j < 1) ->
  m_2%:R != 0 :> R ->
  exists G1, is_gradient (fun V : 'M[R]_(S l, S l.+1) => (m_1%:R * beta l.+1 * entrysum (map_mx (KL (rho l.+1)) (m_1%:R^-1 *: (ones 1 m_1 *m map_mx (f l.+1) (A_1 l *m V + ones m_1 1 *m b l)))) + m_2%:R * beta l.+1 * entrysum (map_mx (KL (rho l.+1)) (m_2%:R^-1 *: (ones 1 m_2 *m map_mx (f l.+1) (A_2 l *m V + ones m_2 1 *m b l))))) / (m_1%:R + m_2%:R)) (W l) G1 /\
  G1
  = (m_1%:R + m_2%:R)^-1 *: (m_1%:R *: ((beta l.+1 / m_1%:R) *: ((A_1 l)^T *m ((ones m_1 1 *m map_mx (prime (KL (rho l.+1))) (m_1%:R^-1 *: (ones 1 m_1 *m map_mx (f l.+1) (A_1 l *m W l + ones m_1 1 *m b l)))) .* map_mx (prime (f l.+1)) (A_1 l *m W l + ones m_1 1 *m b l)))) + m_2%:R *: ((beta l.+1 / m_2%:R) *: ((A_2 l)^T *m ((ones m_2 1 *m map_mx (prime (KL (rho l.+1))) (m_2%:R^-1 *: (ones 1 m_2 *m map_mx (f l.+1) (A_2 l *m W l + ones m_2 1 *m b l)))) .* map_mx (prime (f l.+1)) (A_2 l *m W l + ones m_2 1 *m b l))))).

Definition thm_batch_variance : Prop := forall (R : realType)
  (B l m : nat)
  (S : nat -> nat)
  (A : forall k, 'M[R]_(m, S k)),
  m%:R != 0 :> R ->
  B%:R != 0 :> R ->
  m%:R - 1 != 0 :> R ->
  ((B%:R ^+ 2)^-1) *: ((B%:R / m%:R) *: (ones 1 m *m (A l .* A l)) + ((B%:R * (B%:R - 1)) / (m%:R * (m%:R - 1))) *: ((ones 1 m *m A l) .* (ones 1 m *m A l) - ones 1 m *m (A l .* A l))) - (m%:R^-1 *: (ones 1 m *m A l)) .* (m%:R^-1 *: (ones 1 m *m A l))
  = ((m%:R - B%:R) / (B%:R * m%:R * (m%:R - 1))) *: (ones 1 m *m ((A l - ones m 1 *m (m%:R^-1 *: (ones 1 m *m A l))) .* (A l - ones m 1 *m (m%:R^-1 *: (ones 1 m *m A l))))).

Definition thm_shard_means : Prop := forall (R : realType)
  (l m_1 m_2 : nat)
  (S : nat -> nat)
  (A_1 : forall k, 'M[R]_(m_1, S k))
  (A_2 : forall k, 'M[R]_(m_2, S k)),
  m_1%:R + m_2%:R != 0 :> R ->
  (m_1%:R + m_2%:R)^-1 *: (ones 1 m_1 *m A_1 l + ones 1 m_2 *m A_2 l)
  = (m_1%:R + m_2%:R)^-1 *: (ones 1 m_1 *m A_1 l + ones 1 m_2 *m A_2 l).

Definition thm_shard_delta : Prop := forall (R : realType)
  (l m_1 m_2 : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (Delta_1 Z_1 : forall k, 'M[R]_(m_1, S k))
  (Z_2 : forall k, 'M[R]_(m_2, S k)),
  0 < rho l < 1 ->
  (forall i j, 0 < ((m_1%:R + m_2%:R)^-1 *: (ones 1 m_1 *m map_mx (f l) (Z_1 l) + ones 1 m_2 *m map_mx (f l) (Z_2 l))) i j < 1) ->
  m_1%:R + m_2%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(m_1, S l) => beta l * (m_1%:R + m_2%:R) * entrysum (map_mx (KL (rho l)) ((m_1%:R + m_2%:R)^-1 *: (ones 1 m_1 *m map_mx (f l) V + ones 1 m_2 *m map_mx (f l) (Z_2 l))))) (Z_1 l) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(m_1, S l) => entrysum (Delta_1 l.+1 .* (ones m_1 1 *m b l + map_mx (f l) V *m W l))) (Z_1 l) G2 /\
  G1 + G2
  = (Delta_1 l.+1 *m (W l)^T + beta l *: (ones m_1 1 *m map_mx (prime (KL (rho l))) ((m_1%:R + m_2%:R)^-1 *: (ones 1 m_1 *m map_mx (f l) (Z_1 l) + ones 1 m_2 *m map_mx (f l) (Z_2 l))))) .* map_mx (prime (f l)) (Z_1 l).

Definition thm_shard_weights : Prop := forall (R : realType)
  (l m m_1 m_2 : nat)
  (S : nat -> nat)
  (lambda : R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A_1 Delta_1 : forall k, 'M[R]_(m_1, S k))
  (A_2 Delta_2 : forall k, 'M[R]_(m_2, S k)),
  m%:R != 0 :> R ->
  exists G1, is_gradient (fun V : 'M[R]_(S l, S l.+1) => (lambda * sqnorm V) / 2%:R) (W l) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(S l, S l.+1) => entrysum ((m%:R^-1 *: Delta_1 l.+1) .* (A_1 l *m V + ones m_1 1 *m b l))) (W l) G2 /\
  exists G3, is_gradient (fun V : 'M[R]_(S l, S l.+1) => entrysum ((m%:R^-1 *: Delta_2 l.+1) .* (A_2 l *m V + ones m_2 1 *m b l))) (W l) G3 /\
  G1 + G2 + G3
  = lambda *: W l + m%:R^-1 *: ((A_1 l)^T *m Delta_1 l.+1 + (A_2 l)^T *m Delta_2 l.+1).

Definition thm_shard_biases : Prop := forall (R : realType)
  (l m m_1 m_2 : nat)
  (S : nat -> nat)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A_1 Delta_1 : forall k, 'M[R]_(m_1, S k))
  (A_2 Delta_2 : forall k, 'M[R]_(m_2, S k)),
  m%:R != 0 :> R ->
  exists G1, is_gradient (fun V : 'M[R]_(1, S l.+1) => entrysum ((m%:R^-1 *: Delta_1 l.+1) .* (A_1 l *m W l + ones m_1 1 *m V))) (b l) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(1, S l.+1) => entrysum ((m%:R^-1 *: Delta_2 l.+1) .* (A_2 l *m W l + ones m_2 1 *m V))) (b l) G2 /\
  G1 + G2
  = m%:R^-1 *: (ones 1 m_1 *m Delta_1 l.+1 + ones 1 m_2 *m Delta_2 l.+1).

Definition thm_frozen_slope : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (A : forall k, 'M[R]_(m, S k)),
  0 < rho l < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m A l)) i j < 1) ->
  m%:R != 0 :> R ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S l) => beta l * entrysum (map_mx (KL (rho l)) (m%:R^-1 *: (ones 1 m *m V)))) (A l) G1 /\
  G1
  = (beta l / m%:R) *: (ones m 1 *m map_mx (prime (KL (rho l))) (m%:R^-1 *: (ones 1 m *m A l))).

Definition thm_one_pass_weights : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A : forall k, 'M[R]_(m, S k)),
  0 < rho l.+1 < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m b l))) i j < 1) ->
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(S l, S l.+1) => beta l.+1 * entrysum (map_mx (KL (rho l.+1)) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m V + ones m 1 *m b l))))) (W l) G1 /\
  G1
  = ((beta l.+1 / m%:R) *: (ones (S l) 1 *m map_mx (prime (KL (rho l.+1))) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m b l))))) .* ((A l)^T *m map_mx (prime (f l.+1)) (A l *m W l + ones m 1 *m b l)).

Definition thm_one_pass_biases : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A : forall k, 'M[R]_(m, S k)),
  0 < rho l.+1 < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m b l))) i j < 1) ->
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(1, S l.+1) => beta l.+1 * entrysum (map_mx (KL (rho l.+1)) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m V))))) (b l) G1 /\
  G1
  = ((beta l.+1 / m%:R) *: map_mx (prime (KL (rho l.+1))) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (A l *m W l + ones m 1 *m b l)))) .* (ones 1 m *m map_mx (prime (f l.+1)) (A l *m W l + ones m 1 *m b l)).

Definition thm_mean_force : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (A : forall k, 'M[R]_(m, S k)),
  m%:R != 0 :> R ->
  0 < rho l.+1 < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m A l.+1)) i j < 1) ->
  (beta l.+1 / m%:R) *: (ones 1 m *m ((ones m 1 *m map_mx (prime (KL (rho l.+1))) (m%:R^-1 *: (ones 1 m *m A l.+1))) .* (A l.+1 .* (ones m (S l.+1) - A l.+1))))
  = beta l.+1 *: (map_mx (prime (KL (rho l.+1))) (m%:R^-1 *: (ones 1 m *m A l.+1)) .* ((m%:R^-1 *: (ones 1 m *m A l.+1)) .* (ones 1 (S l.+1) - m%:R^-1 *: (ones 1 m *m A l.+1)) - m%:R^-1 *: (ones 1 m *m ((A l.+1 - m%:R^-1 *: (ones m m *m A l.+1)) .* (A l.+1 - m%:R^-1 *: (ones m m *m A l.+1)))))).

Definition thm_penalty_below : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (Z : forall k, 'M[R]_(m, S k)),
  0 < rho l.+1 < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (ones m 1 *m b l + map_mx (f l) (Z l) *m W l))) i j < 1) ->
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S l) => beta l.+1 * entrysum (map_mx (KL (rho l.+1)) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (ones m 1 *m b l + map_mx (f l) V *m W l))))) (Z l) G1 /\
  m%:R *: G1
  = ((beta l.+1 *: ((ones m 1 *m map_mx (prime (KL (rho l.+1))) (m%:R^-1 *: (ones 1 m *m map_mx (f l.+1) (ones m 1 *m b l + map_mx (f l) (Z l) *m W l)))) .* map_mx (prime (f l.+1)) (ones m 1 *m b l + map_mx (f l) (Z l) *m W l))) *m (W l)^T) .* map_mx (prime (f l)) (Z l).

Definition thm_lost_term : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (Delta_J Delta_Omega Z : forall k, 'M[R]_(m, S k)),
  0 < rho l < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m map_mx (f l) (Z l))) i j < 1) ->
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S l) => beta l * entrysum (map_mx (KL (rho l)) (m%:R^-1 *: (ones 1 m *m map_mx (f l) V)))) (Z l) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(m, S l) => entrysum ((Delta_J l.+1 + Delta_Omega l.+1) .* (ones m 1 *m b l + map_mx (f l) V *m W l))) (Z l) G2 /\
  G2 + m%:R *: G1 - (Delta_J l.+1 *m (W l)^T + beta l *: (ones m 1 *m map_mx (prime (KL (rho l))) (m%:R^-1 *: (ones 1 m *m map_mx (f l) (Z l))))) .* map_mx (prime (f l)) (Z l)
  = (Delta_Omega l.+1 *m (W l)^T) .* map_mx (prime (f l)) (Z l).

Definition thm_sparse_output_delta : Prop := forall (R : realType)
  (L m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (Y Z : forall k, 'M[R]_(m, S k)),
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  0 < rho L < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (ones 1 m *m map_mx (f L) (Z L))) i j < 1) ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S L) => sqnorm (Y L - map_mx (f L) V) / (2%:R * m%:R)) (Z L) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(m, S L) => beta L * entrysum (map_mx (KL (rho L)) (m%:R^-1 *: (ones 1 m *m map_mx (f L) V)))) (Z L) G2 /\
  m%:R *: G1 + m%:R *: G2
  = (map_mx (f L) (Z L) + beta L *: (ones m 1 *m map_mx (prime (KL (rho L))) (m%:R^-1 *: (ones 1 m *m map_mx (f L) (Z L)))) - Y L) .* map_mx (prime (f L)) (Z L).

Definition thm_tied_weights : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (lambda : R)
  (b_bar : forall k, 'M[R]_(1, S k))
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A Delta Delta_bar : forall k, 'M[R]_(m, S k))
  (A_bar : forall k, 'M[R]_(m, S k.+1)),
  m%:R != 0 :> R ->
  exists G1, is_gradient (fun V : 'M[R]_(S l, S l.+1) => (lambda * (sqnorm V + sqnorm V^T)) / 2%:R) (W l) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(S l, S l.+1) => entrysum ((m%:R^-1 *: Delta l.+1) .* (A l *m V + ones m 1 *m b l))) (W l) G2 /\
  exists G3, is_gradient (fun V : 'M[R]_(S l, S l.+1) => entrysum ((m%:R^-1 *: Delta_bar l) .* (A_bar l *m V^T + ones m 1 *m b_bar l))) (W l) G3 /\
  G1 + G2 + G3
  = (2%:R * lambda) *: W l + m%:R^-1 *: ((A l)^T *m Delta l.+1 + (Delta_bar l)^T *m A_bar l).

Definition thm_weighted_output_delta : Prop := forall (R : realType)
  (L m : nat)
  (S : nat -> nat)
  (f : nat -> R -> R)
  (q : 'M[R]_(m, 1))
  (Y Z : forall k, 'M[R]_(m, S k)),
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S L) => entrysum ((q *m ones 1 (S L)) .* ((Y L - map_mx (f L) V) .* (Y L - map_mx (f L) V))) / (2%:R * m%:R)) (Z L) G1 /\
  m%:R *: G1
  = (q *m ones 1 (S L)) .* (map_mx (f L) (Z L) - Y L) .* map_mx (prime (f L)) (Z L).

Definition thm_weighted_delta : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (q : 'M[R]_(m, 1))
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (Delta_q Z : forall k, 'M[R]_(m, S k)),
  0 < rho l < 1 ->
  (forall i j, 0 < (m%:R^-1 *: (q^T *m map_mx (f l) (Z l))) i j < 1) ->
  m%:R != 0 :> R ->
  (forall k, differentiable (f k)) ->
  exists G1, is_gradient (fun V : 'M[R]_(m, S l) => beta l * entrysum (map_mx (KL (rho l)) (m%:R^-1 *: (q^T *m map_mx (f l) V)))) (Z l) G1 /\
  exists G2, is_gradient (fun V : 'M[R]_(m, S l) => entrysum (Delta_q l.+1 .* (ones m 1 *m b l + map_mx (f l) V *m W l))) (Z l) G2 /\
  G2 + m%:R *: G1
  = (Delta_q l.+1 *m (W l)^T + beta l *: (q *m map_mx (prime (KL (rho l))) (m%:R^-1 *: (q^T *m map_mx (f l) (Z l))))) .* map_mx (prime (f l)) (Z l).
