(** What the theorems in words claim.

    Made by sparseae_lib/kernel from the statements of the book: do not edit, run `python -m tools.kernel --write`. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
From kernel Require Import curves matrices orders functions.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.


Definition thm_kl_derivative : Prop := forall (R : realType)
  (l : nat)
  (u v w : R)
  (rho : nat -> R),
  0 < rho l < 1 ->
  0 < u < 1 ->
  0 < v < 1 ->
  0 < w < 1 ->
  has_derivative (prime (KL (rho l))) u (rho l / (u ^+ 2) + (1 - rho l) / ((1 - u) ^+ 2)) /\
  0 < rho l / (u ^+ 2) + (1 - rho l) / ((1 - u) ^+ 2) /\
  (u != v ->
  KL (rho l) (u * w + v * (1 - w)) < w * KL (rho l) u + (1 - w) * KL (rho l) v) /\
  0 <= KL (rho l) u /\
  (KL (rho l) u = 0 <-> u = rho l).

Definition thm_saturation : Prop := forall (R : realType)
  (x : R),
  expR (- `|x|) / 4%:R <= prime sigma x /\
  (expR (- `|x|) / 4%:R = prime sigma x <-> x = 0) /\
  prime sigma x < expR (- `|x|) /\
  prime sigma x <= 1 / 4%:R /\
  (prime sigma x = 1 / 4%:R <-> x = 0).

Definition thm_saturation_limit : Prop := forall (R : realType),
  far_out (fun x : R => expR `|x| * prime sigma x).

Definition thm_mean_force : Prop := forall (R : realType)
  (l m : nat)
  (beta rho : nat -> R)
  (a : 'M[R]_(m, 1)),
  0 < rho l < 1 ->
  0 < beta l ->
  0 < m%:R :> R ->
  (forall i, 0 < a i 0 < 1) ->
  beta l * prime (KL (rho l)) ((\sum_(s < m) a s 0) / m%:R) * (((\sum_(s < m) a s 0) * (1 - (\sum_(s < m) a s 0) / m%:R)) / m%:R - (\sum_(s < m) ((a s 0 - (\sum_(s < m) a s 0) / m%:R) ^+ 2)) / m%:R) = beta l * ((\sum_(s < m) a s 0) / m%:R - rho l) * (1 - (\sum_(s < m) ((a s 0 - (\sum_(s < m) a s 0) / m%:R) ^+ 2)) / ((\sum_(s < m) a s 0) * (1 - (\sum_(s < m) a s 0) / m%:R))) /\
  0 <= (\sum_(s < m) ((a s 0 - (\sum_(s < m) a s 0) / m%:R) ^+ 2)) / m%:R <= ((\sum_(s < m) a s 0) * (1 - (\sum_(s < m) a s 0) / m%:R)) / m%:R /\
  (0 < beta l * prime (KL (rho l)) ((\sum_(s < m) a s 0) / m%:R) * (((\sum_(s < m) a s 0) * (1 - (\sum_(s < m) a s 0) / m%:R)) / m%:R - (\sum_(s < m) ((a s 0 - (\sum_(s < m) a s 0) / m%:R) ^+ 2)) / m%:R) <-> rho l < (\sum_(s < m) a s 0) / m%:R) /\
  (beta l * prime (KL (rho l)) ((\sum_(s < m) a s 0) / m%:R) * (((\sum_(s < m) a s 0) * (1 - (\sum_(s < m) a s 0) / m%:R)) / m%:R - (\sum_(s < m) ((a s 0 - (\sum_(s < m) a s 0) / m%:R) ^+ 2)) / m%:R) < 0 <-> (\sum_(s < m) a s 0) / m%:R < rho l) /\
  `|beta l * prime (KL (rho l)) ((\sum_(s < m) a s 0) / m%:R) * (((\sum_(s < m) a s 0) * (1 - (\sum_(s < m) a s 0) / m%:R)) / m%:R - (\sum_(s < m) ((a s 0 - (\sum_(s < m) a s 0) / m%:R) ^+ 2)) / m%:R)| <= beta l * `|rho l - (\sum_(s < m) a s 0) / m%:R|.

Definition thm_mean_penalty_larger : Prop := forall (R : realType)
  (N l : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (part : 'M[R]_(N, 1))
  (r : 'M[R]_(N, S l)),
  0 < rho l < 1 ->
  0 <= beta l ->
  (forall i, 0 < part i 0) ->
  (\sum_(i < N) part i 0) = 1 ->
  (forall i k, 0 < r i k < 1) ->
  (\sum_(t < N) (beta l * part t 0 * (\sum_(j < S l) KL (rho l) (r t j)))) - beta l * (\sum_(j < S l) KL (rho l) (\sum_(s < N) (r s j * part s 0))) = beta l * (\sum_(t < N) (part t 0 * (\sum_(j < S l) (rho l * (r t j / (\sum_(s < N) (r s j * part s 0)) - 1 - ln (r t j / (\sum_(s < N) (r s j * part s 0)))) + (1 - rho l) * ((1 - r t j) / (1 - (\sum_(s < N) (r s j * part s 0))) - 1 - ln ((1 - r t j) / (1 - (\sum_(s < N) (r s j * part s 0))))))))) /\
  (forall t j, 0 <= rho l * (r t j / (\sum_(s < N) (r s j * part s 0)) - 1 - ln (r t j / (\sum_(s < N) (r s j * part s 0)))) + (1 - rho l) * ((1 - r t j) / (1 - (\sum_(s < N) (r s j * part s 0))) - 1 - ln ((1 - r t j) / (1 - (\sum_(s < N) (r s j * part s 0)))))) /\
  beta l * (\sum_(j < S l) KL (rho l) (\sum_(s < N) (r s j * part s 0))) <= (\sum_(t < N) (beta l * part t 0 * (\sum_(j < S l) KL (rho l) (r t j)))) /\
  (0 < beta l ->
  (\sum_(t < N) (beta l * part t 0 * (\sum_(j < S l) KL (rho l) (r t j)))) = beta l * (\sum_(j < S l) KL (rho l) (\sum_(s < N) (r s j * part s 0))) <-> (forall t j, r t j = (\sum_(s < N) (r s j * part s 0)))).

Definition thm_batch_bias : Prop := forall (R : realType)
  (N l : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (part : 'M[R]_(N, 1))
  (r : 'M[R]_(N, S l)),
  0 < rho l < 1 ->
  (forall i, 0 < part i 0) ->
  (\sum_(i < N) part i 0) = 1 ->
  (forall i k, 0 < r i k < 1) ->
  (exists xi : 'M[R]_(N, S l),
  (forall t j, 0 < xi t j < 1) /\
  (forall t j, `|xi t j - (\sum_(s < N) (r s j * part s 0))| <= `|r t j - (\sum_(s < N) (r s j * part s 0))|) /\
  (\sum_(t < N) (beta l * part t 0 * (\sum_(j < S l) KL (rho l) (r t j)))) - beta l * (\sum_(j < S l) KL (rho l) (\sum_(s < N) (r s j * part s 0))) = (beta l * (\sum_(j < S l) \sum_(t < N) (part t 0 * prime (prime (prime (KL (rho l)))) (xi t j) * ((r t j - (\sum_(s < N) (r s j * part s 0))) ^+ 3)))) / 6%:R + (beta l * (\sum_(j < S l) (prime (prime (KL (rho l))) (\sum_(s < N) (r s j * part s 0)) * (\sum_(t < N) (part t 0 * ((r t j - (\sum_(s < N) (r s j * part s 0))) ^+ 2)))))) / 2%:R) /\
  (0 < beta l ->
  0 <= (beta l * (\sum_(j < S l) (prime (prime (KL (rho l))) (\sum_(s < N) (r s j * part s 0)) * (\sum_(t < N) (part t 0 * ((r t j - (\sum_(s < N) (r s j * part s 0))) ^+ 2)))))) / 2%:R /\
  ((beta l * (\sum_(j < S l) (prime (prime (KL (rho l))) (\sum_(s < N) (r s j * part s 0)) * (\sum_(t < N) (part t 0 * ((r t j - (\sum_(s < N) (r s j * part s 0))) ^+ 2)))))) / 2%:R = 0 <-> (forall t j, r t j = (\sum_(s < N) (r s j * part s 0))))).

Definition thm_single_samples : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (A : 'M[R]_(m, S l)),
  0 < rho l < 1 ->
  0 < m%:R :> R ->
  (forall i k, 0 < A i k < 1) ->
  0 < beta l ->
  (\sum_(s < m) ((beta l * (\sum_(j < S l) KL (rho l) (A s j))) / m%:R)) = (beta l * (\sum_(s < m) \sum_(j < S l) KL (rho l) (A s j))) / m%:R /\
  0 <= (beta l * (\sum_(s < m) \sum_(j < S l) KL (rho l) (A s j))) / m%:R /\
  ((beta l * (\sum_(s < m) \sum_(j < S l) KL (rho l) (A s j))) / m%:R = 0 <-> (forall i k, A i k = rho l)).

Definition thm_single_samples_limits : Prop := forall (R : realType)
  (l : nat)
  (beta rho : nat -> R),
  0 < rho l < 1 ->
  0 < beta l ->
  (vanishes (fun e : R => beta l * KL (rho l) (e * (1 - rho l) + rho l * (1 - e)))) /\
  (explodes (fun e : R => beta l * ((1 - rho l) * KL (rho l) e + rho l * KL (rho l) (1 - e)))).

Definition thm_penalty_step : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (eta : R)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (rho_hat : forall k, 'M[R]_(1, S k))
  (b : forall k, 'M[R]_(1, S k.+1))
  (W : forall k, 'M[R]_(S k, S k.+1))
  (A Z moved : forall k, 'M[R]_(m, S k)),
  moved l.+1 = A l *m (W l - ((eta * beta l.+1) / m%:R) *: ((A l)^T *m ((ones m 1 *m map_mx (prime (KL (rho l.+1))) (rho_hat l.+1)) .* map_mx (prime (f l.+1)) (Z l.+1)))) + ones m 1 *m (b l - ((eta * beta l.+1) / m%:R) *: (ones 1 m *m ((ones m 1 *m map_mx (prime (KL (rho l.+1))) (rho_hat l.+1)) .* map_mx (prime (f l.+1)) (Z l.+1)))) - A l *m W l - ones m 1 *m b l ->
  moved l.+1 = - (((eta * beta l.+1) / m%:R) *: ((ones m m + A l *m (A l)^T) *m ((ones m 1 *m map_mx (prime (KL (rho l.+1))) (rho_hat l.+1)) .* map_mx (prime (f l.+1)) (Z l.+1)))) /\
  (0 < rho l.+1 < 1 ->
  0 < eta ->
  0 < beta l.+1 ->
  (forall j, 0 < (rho_hat l.+1) 0 j < 1) ->
  (forall s i, 0 <= (A l) s i) ->
  (forall s j, 0 < prime (f l.+1) ((Z l.+1) s j)) ->
  forall s j, (rho l.+1 < (rho_hat l.+1) 0 j ->
  (moved l.+1) s j < 0) /\
  ((rho_hat l.+1) 0 j < rho l.+1 ->
  0 < (moved l.+1) s j) /\
  ((rho_hat l.+1) 0 j = rho l.+1 ->
  (moved l.+1) s j = 0)).

Definition thm_only_the_mean : Prop := forall (R : realType)
  (l m : nat)
  (S : nat -> nat)
  (beta rho : nat -> R)
  (E : 'M[R]_(m, S l))
  (A : forall k, 'M[R]_(m, S k)),
  0 < rho l < 1 ->
  0 < m%:R :> R ->
  beta l * entrysum (map_mx (KL (rho l)) (m%:R^-1 *: (ones 1 m *m (E + A l - m%:R^-1 *: (ones m m *m E))))) = beta l * entrysum (map_mx (KL (rho l)) (m%:R^-1 *: (ones 1 m *m A l))) /\
  beta l * entrysum (map_mx (KL (rho l)) (rho l *: ones 1 (S l))) = 0.

Definition thm_active_fraction : Prop := forall (R : realType)
  (m : nat)
  (level : R)
  (a : 'M[R]_(m, 1)),
  0 < m%:R :> R ->
  0 < level ->
  (forall i, 0 <= a i 0) ->
  (\sum_(s < m) (if level <= a s 0 then 1 else 0)) / m%:R <= (\sum_(s < m) a s 0) / (m%:R * level) /\
  ((\sum_(s < m) (if level <= a s 0 then 1 else 0)) / m%:R = (\sum_(s < m) a s 0) / (m%:R * level) <-> (forall i, a i 0 = 0 \/ a i 0 = level)) /\
  ((forall i, a i 0 <= 1) ->
  level < 1 ->
  ((\sum_(s < m) a s 0) / m%:R - level) / (1 - level) <= (\sum_(s < m) (if level <= a s 0 then 1 else 0)) / m%:R).

Definition thm_evasion : Prop := forall (R : realType)
  (m : nat)
  (S : nat -> nat)
  (w z_rho : R)
  (beta rho : nat -> R)
  (f : nat -> R -> R)
  (c : 'M[R]_(1, S 3%N))
  (V : 'M[R]_(S 1%N, S 2%N))
  (D : 'M[R]_(S 2%N, S 3%N))
  (A Y : forall k, 'M[R]_(m, S k)),
  differentiable (f 2%N) ->
  differentiable (prime (f 2%N)) ->
  differentiable (f 3%N) ->
  0 < m%:R :> R ->
  0 < rho 2%N < 1 ->
  f 2%N z_rho = rho 2%N ->
  prime (f 2%N) z_rho != 0 ->
  entries_of_order 1 (fun epsilon : R => map_mx (f 2%N) (epsilon *: (A 1%N *m V) + ones m 1 *m (z_rho *: ones 1 (S 2%N) - (epsilon / m%:R) *: (ones 1 m *m A 1%N *m V))) - rho 2%N *: ones m (S 2%N)) /\
  entries_of_order 1 (fun epsilon : R => map_mx (f 3%N) (ones m 1 *m (c - (f 2%N z_rho / (epsilon * prime (f 2%N) z_rho)) *: (ones 1 (S 2%N) *m D)) + (epsilon * prime (f 2%N) z_rho)^-1 *: (map_mx (f 2%N) (epsilon *: (A 1%N *m V) + ones m 1 *m (z_rho *: ones 1 (S 2%N) - (epsilon / m%:R) *: (ones 1 m *m A 1%N *m V))) *m D)) - map_mx (f 3%N) (ones m 1 *m c + (A 1%N - m%:R^-1 *: (ones m m *m A 1%N)) *m V *m D)) /\
  of_order 4 (fun epsilon : R => beta 2%N * entrysum (map_mx (KL (rho 2%N)) (m%:R^-1 *: (ones 1 m *m map_mx (f 2%N) (epsilon *: (A 1%N *m V) + ones m 1 *m (z_rho *: ones 1 (S 2%N) - (epsilon / m%:R) *: (ones 1 m *m A 1%N *m V))))))) /\
  of_order 1 (fun epsilon : R => sqnorm (Y 3%N - map_mx (f 3%N) (ones m 1 *m (c - (f 2%N z_rho / (epsilon * prime (f 2%N) z_rho)) *: (ones 1 (S 2%N) *m D)) + (epsilon * prime (f 2%N) z_rho)^-1 *: (map_mx (f 2%N) (epsilon *: (A 1%N *m V) + ones m 1 *m (z_rho *: ones 1 (S 2%N) - (epsilon / m%:R) *: (ones 1 m *m A 1%N *m V))) *m D))) / (2%:R * m%:R) - sqnorm (Y 3%N - map_mx (f 3%N) (ones m 1 *m c + (A 1%N - m%:R^-1 *: (ones m m *m A 1%N)) *m V *m D)) / (2%:R * m%:R)) /\
  (Y 3%N = map_mx (f 3%N) (ones m 1 *m c + ((A 1%N - m%:R^-1 *: (ones m m *m A 1%N)) *m V) *m D) ->
  of_order 2 (fun epsilon : R => sqnorm (Y 3%N - map_mx (f 3%N) (ones m 1 *m (c - (f 2%N z_rho / (epsilon * prime (f 2%N) z_rho)) *: (ones 1 (S 2%N) *m D)) + (epsilon * prime (f 2%N) z_rho)^-1 *: (map_mx (f 2%N) (epsilon *: (A 1%N *m V) + ones m 1 *m (z_rho *: ones 1 (S 2%N) - (epsilon / m%:R) *: (ones 1 m *m A 1%N *m V))) *m D))) / (2%:R * m%:R) - sqnorm (Y 3%N - map_mx (f 3%N) (ones m 1 *m c + (A 1%N - m%:R^-1 *: (ones m m *m A 1%N)) *m V *m D)) / (2%:R * m%:R))) /\
  (w != 0 ->
  sqnorm (w *: V) + sqnorm ((w * prime (f 2%N) z_rho)^-1 *: D) = (w ^+ 2) * sqnorm V + sqnorm D / ((w ^+ 2) * ((prime (f 2%N) z_rho) ^+ 2))).
