(** What the theorems about networks assume can be had: for any parameters and any input there is a network with its
    deltas, and there are its variations. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals.
From kernel Require Import curves matrices functions network printed backpropagation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** A family with one other member. *)
Section Families.
Variables (P : nat -> Type) (F : forall k, P k) (l : nat) (V : P l).

Definition set_layer k : P k :=
  match PeanoNat.Nat.eq_dec l k with left e => eq_rect l P V k e | right _ => F k end.

Lemma set_layer_same : set_layer l = V.
Proof. by rewrite /set_layer; case: PeanoNat.Nat.eq_dec => // e; rewrite (eq_irrelevance e erefl). Qed.

Lemma set_layer_other k : k != l -> set_layer k = F k.
Proof. by rewrite /set_layer; case: PeanoNat.Nat.eq_dec => // e /eqP[]. Qed.
End Families.

Section Build.
Variables (R : realType) (S : nat -> nat) (m L : nat) (T : task R S m).
Implicit Types (N : network R S m) (w : forall l, 'M[R]_(S l, S l.+1)) (c : forall l, 'M[R]_(1, S l.+1)).
Implicit Types (X : 'M[R]_(m, S 1)) (D : forall l, 'M[R]_(m, S l)).

(** [force] may put other pre-activations in the place of those that are computed. *)
Fixpoint activations w c X (force : forall l, 'M[R]_(m, S l) -> 'M[R]_(m, S l)) l : 'M[R]_(m, S l.+1) :=
  if l is k.+1 then
    map_mx (f T k.+2) (force k.+2 (activations w c X force k *m w k.+1 + ones m 1 *m c k.+1))
  else X.

Definition build w c X force D : network R S m :=
  let A_ l : 'M[R]_(m, S l) := if l is k.+1 then activations w c X force k else 0 in
  let Z_ l : 'M[R]_(m, S l) :=
    force l (match l with k.+2 => A_ k.+1 *m w k.+1 + ones m 1 *m c k.+1 | _ => 0 end) in
  let rho_ l := m%:R^-1 *: (ones 1 m *m A_ l) in
  let Omega_ l := beta T l * entrysum (map_mx (KL (rho T l)) (rho_ l)) in
  let rho_q_ l := m%:R^-1 *: ((q T)^T *m A_ l) in
  let decay := (lambda T * (\sum_(1 <= l < L) sqnorm (w l))) / 2%:R in
  let J_ := sqnorm (Y T L - A_ L) / (2%:R * m%:R) + decay in
  let J_q_ := entrysum ((q T *m ones 1 (S L)) .* ((Y T L - A_ L) .* (Y T L - A_ L))) / (2%:R * m%:R) + decay in
  Network w c Z_ A_ D rho_ rho_q_ Omega_ J_ J_q_ (J_ + \sum_(2 <= l < L) Omega_ l).

Lemma build_computed given w c X force D :
  (forall l, ~~ given l -> forall z, force l z = z) -> computed L T given (build w c X force D).
Proof.
move=> free; split=> //.
  by move=> [|l] computed; rewrite /printed.thm_forward //= => _; apply: free.
by move=> [|[|l]].
Qed.

Lemma build_network w c X D : is_network L T (build w c X (fun _ z => z) D).
Proof. exact: build_computed. Qed.

(** The deltas, from the output down. *)
Lemma deltas_exist N (push : forall l, 'M[R]_(m, S l)) : exists D,
  D L = (A N L - Y T L) .* map_mx (prime (f T L)) (Z N L) /\
  forall l, (l < L)%N -> D l = (D l.+1 *m (W N l)^T + push l) .* map_mx (prime (f T l)) (Z N l).
Proof.
set top := _ .* _; pose down D l := (D l.+1 *m (W N l)^T + push l) .* map_mx (prime (f T l)) (Z N l).
suff from n : (n <= L)%N -> exists D, D L = top /\ forall l, (L - n <= l < L)%N -> D l = down D l.
  have [D [topD downD]] := from L (leqnn L).
  by exists D; split=> // l lL; apply: downD; rewrite subnn lL.
elim: n => [_|n IH nL].
  exists (set_layer (P := fun k => 'M[R]_(m, S k)) (fun _ => 0) top); split; first exact: set_layer_same.
  by move=> l; rewrite subn0 => /andP[Ll /(leq_ltn_trans Ll)]; rewrite ltnn.
have [D [topD downD]] := IH (ltnW nL); pose k := (L - n.+1)%N; have kS : k.+1 = (L - n)%N by rewrite subnSK.
exists (set_layer D (down D k)); have kL : (k < L)%N by rewrite kS leq_subr.
split; first by rewrite set_layer_other // gtn_eqF.
move=> l /andP[kl lL]; have upper : (set_layer D (down D k)) l.+1 = D l.+1.
  by rewrite set_layer_other // gtn_eqF // ltnS.
rewrite /down upper; case: (eqVneq l k) => [->|lk]; first exact: set_layer_same.
by rewrite set_layer_other // downD // lL andbT -kS ltn_neqAle eq_sym lk.
Qed.

Theorem network_exists w c X : exists N,
  [/\ is_network L T N, has_deltas L T N, W N = w, b N = c & A N 1%N = X].
Proof.
pose N := build w c X (fun _ z => z) (fun _ => 0); have [D [top down]] := deltas_exist N (fun _ => 0).
exists (build w c X (fun _ z => z) D); split=> //; first exact: build_network.
by split=> // l /andP[_ lL]; rewrite [LHS]down // addr0.
Qed.

Theorem sparse_network_exists w c X : exists N,
  [/\ is_network L T N, has_sparse_deltas L T N, W N = w, b N = c & A N 1%N = X].
Proof.
pose N := build w c X (fun _ z => z) (fun _ => 0).
pose push l := beta T l *: (ones m 1 *m map_mx (prime (KL (rho T l))) (rho_hat N l)).
have [D [top down]] := deltas_exist N push.
exists (build w c X (fun _ z => z) D); split=> //; first exact: build_network.
by split=> // l /andP[_ lL]; rewrite [LHS]down.
Qed.

Theorem variations_exist N : exists vary_W vary_b vary_Z,
  [/\ varies_weights L T N vary_W, varies_biases L T N vary_b & varies_pre_activations L T N vary_Z].
Proof.
pose D := Delta N; pose X := A N 1%N.
pose forced l (V : 'M[R]_(m, S l)) := set_layer (P := fun k => 'M[R]_(m, S k) -> 'M[R]_(m, S k)) (fun _ z => z) (fun _ => V).
exists (fun l V => build (set_layer (W N) V) (b N) X (fun _ z => z) D).
exists (fun l V => build (W N) (set_layer (b N) V) X (fun _ z => z) D).
exists (fun l V => build (W N) (b N) X (forced l V) D); split=> l V; split=> //.
- exact: build_network.
- exact: set_layer_same.
- by move=> k kl; apply: set_layer_other.
- exact: build_network.
- exact: set_layer_same.
- by move=> k kl; apply: set_layer_other.
- by apply: build_computed => k kl z; rewrite /forced set_layer_other.
- by rewrite /= /forced set_layer_same.
Qed.
End Build.
