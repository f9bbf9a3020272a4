(** Wrong lines of the source, each at a witness: the two sides are computed, and differ.

    Made by sparseae_lib/kernel from the readings of the source: do not edit, run `python -m tools.kernel --write`. *)

From Coq Require Import QArith List.
Import ListNotations.
Local Open Scope Q_scope.

Fixpoint sum (n : nat) (term : nat -> Q) : Q := match n with O => 0 | S k => sum k term + term k end.
Definition delta (i j : nat) : Q := if Nat.eqb i j then 1 else 0.
Definition entry (rows : list (list Q)) (i j : nat) : Q := nth j (nth i rows []) 0.


Module E15_reading_2.
(* delta^(l + 1) *) Definition m0 := entry [[(2 # 1)]; [(3 # 1)]; [(1 # 1)]; [(-3 # 1)]].
(* z^(l) *) Definition m1 := entry [[(1 # 1)]; [(1 # 1)]; [(3 # 1)]].
(* W^(l) *) Definition m2 := entry [[(-1 # 1); (-2 # 1); (2 # 1)]; [(-1 # 1); (-1 # 1); (1 # 1)]; [(2 # 1); (-3 # 1); (-2 # 1)]; [(-3 # 1); (3 # 1); (-2 # 1)]].
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := (sum 1 (fun i0 => (sum 4 (fun i1 => ((m0 i1 0) * (sum 3 (fun i2 => ((f1 (m1 i2 0)) * (delta i2 0) * (m2 i1 i2))))))))).
Definition line : Q := ((f1 (m1 0 0)) * (sum 4 (fun i3 => ((2 # 1) * (m2 i3 0) * (m0 i3 0))))).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E15_reading_2.

Module E18_reading_3.
(* delta^(l) *) Definition m0 := entry [[(-3 # 1); (2 # 1); (-2 # 1)]].
(* z^(l - 1) *) Definition m1 := entry [[(-1 # 1); (-3 # 1); (-1 # 1)]].
(* W^(l - 1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := (sum 3 (fun i0 => (sum 1 (fun i1 => ((m0 0 i0) * (sum 3 (fun i2 => ((f1 (m1 0 i2)) * (delta i2 0) * (m2 i2 i0))))))))).
Definition line : Q := (sum 3 (fun i3 => (sum 1 (fun i4 => ((f1 (m1 0 i3)) * (delta i3 0) * (sum 3 (fun i5 => ((m2 i5 i3) * (m0 0 i5))))))))).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E18_reading_3.

Module E19_reading_3.
(* delta^(l) *) Definition m0 := entry [[(-3 # 1); (2 # 1); (-2 # 1)]].
(* z^(l - 1) *) Definition m1 := entry [[(-1 # 1); (-3 # 1); (-1 # 1)]].
(* W^(l - 1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := (sum 3 (fun i0 => (sum 1 (fun i1 => ((m0 0 i0) * (sum 3 (fun i2 => ((f1 (m1 0 i2)) * (delta i2 0) * (m2 i2 i0))))))))).
Definition line : Q := (sum 3 (fun i3 => (sum 1 (fun i4 => ((f1 (m1 0 i3)) * (delta i3 0) * (sum 3 (fun i5 => ((m2 i5 i3) * (m0 0 i5))))))))).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E19_reading_3.

Module E20_reading_3.
(* delta^(l) *) Definition m0 := entry [[(-3 # 1); (2 # 1); (-2 # 1)]].
(* z^(l - 1) *) Definition m1 := entry [[(-1 # 1); (-3 # 1); (-1 # 1)]].
(* W^(l - 1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := (sum 3 (fun i0 => (sum 1 (fun i1 => ((m0 0 i0) * (sum 3 (fun i2 => ((f1 (m1 0 i2)) * (delta i2 0) * (m2 i2 i0))))))))).
Definition line : Q := ((f1 (m1 0 0)) * (sum 3 (fun i3 => ((m2 i3 0) * (m0 0 i3))))).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E20_reading_3.

Module E22_reading_3.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Y^(3) *) Definition m3 := entry [[(1 # 1); (2 # 1); (-3 # 1)]; [(1 # 1); (-1 # 1); (3 # 1)]].
(* b^(2) *) Definition m4 := entry [[(1 # 1); (1 # 1); (2 # 1)]].
(* W^(2) *) Definition m5 := entry [[(-1 # 1); (-2 # 1); (2 # 1)]; [(-1 # 1); (-1 # 1); (1 # 1)]; [(2 # 1); (-3 # 1); (-2 # 1)]].
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition truth : Q := ((f1 ((m0 0 0) + (sum 3 (fun i0 => ((m1 0 i0) * (m2 i0 0)))))) * (sum 3 (fun i1 => ((((-1 # 1) * (m3 0 i1)) + (f0 ((m4 0 i1) + (sum 3 (fun i2 => ((f0 ((m0 0 i2) + (sum 3 (fun i3 => ((m1 0 i3) * (m2 i3 i2)))))) * (m5 i2 i1))))))) * (f1 ((m4 0 i1) + (sum 3 (fun i4 => ((f0 ((m0 0 i4) + (sum 3 (fun i5 => ((m1 0 i5) * (m2 i5 i4)))))) * (m5 i4 i1)))))) * (m5 0 i1))))).
Definition line : Q := ((((-1 # 1) * (m3 0 0)) + (f0 ((m4 0 0) + (sum 3 (fun i6 => ((f0 ((m0 0 i6) + (sum 3 (fun i7 => ((m1 0 i7) * (m2 i7 i6)))))) * (m5 i6 0))))))) * (f1 ((m4 0 0) + (sum 3 (fun i8 => ((f0 ((m0 0 i8) + (sum 3 (fun i9 => ((m1 0 i9) * (m2 i9 i8)))))) * (m5 i8 0))))))).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E22_reading_3.

Module E27_reading_3.
(* Delta^(l + 1) *) Definition m0 := entry [[(2 # 1); (-2 # 1); (-3 # 1)]; [(-2 # 1); (3 # 1); (-1 # 1)]; [(2 # 1); (-3 # 1); (-3 # 1)]].
(* A^(l) *) Definition m1 := entry [[(1 # 1); (2 # 1); (-2 # 1)]; [(3 # 1); (2 # 1); (-2 # 1)]; [(-2 # 1); (3 # 1); (-1 # 1)]].
Definition truth : Q := (sum 3 (fun i0 => (sum 3 (fun i1 => ((/ ((3 # 1) ^ 1)) * (m0 i1 i0) * (sum 3 (fun i2 => ((delta i0 0) * (delta i2 0) * (m1 i1 i2))))))))).
Definition line : Q := (sum 3 (fun i3 => ((m1 i3 0) * (m0 0 i3)))).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E27_reading_3.

Module E32_reading_1.
(* A^(2) *) Definition m0 := entry [[(1 # 1); (2 # 1); (-2 # 1)]; [(3 # 1); (2 # 1); (-2 # 1)]].
Definition truth : Q := ((/ ((2 # 1) ^ 1)) * (sum 2 (fun i0 => (m0 i0 0)))).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (sum 2 (fun i1 => (m0 0 0)))).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E32_reading_1.

Module E38_reading_2.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := (0 # 1).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E38_reading_2.

Module E41_reading_1.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1); (-3 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1)]; [(3 # 1); (-3 # 1)]; [(-1 # 1); (2 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1); (-1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1); (3 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 4 (fun i0 => (sum 1 (fun i1 => ((/ ((3 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((3 # 1) ^ 1)) * (sum 3 (fun i2 => (f0 ((m0 0 i0) + (sum 2 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (3 # 1) * (/ ((sum 3 (fun i4 => (f0 ((m0 0 i0) + (sum 2 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 3 (fun i6 => ((f1 ((m0 0 i0) + (sum 2 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 2 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((3 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((3 # 1) ^ 1)) * (sum 3 (fun i9 => (f0 ((m0 0 0) + (sum 2 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (3 # 1) * (/ ((sum 3 (fun i11 => (f0 ((m0 0 0) + (sum 2 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (sum 3 (fun i13 => ((f1 ((m0 0 0) + (sum 2 (fun i14 => ((m1 0 i14) * (m2 i14 0)))))) * (sum 2 (fun i15 => ((delta i15 0) * (m1 0 i15))))))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E41_reading_1.

Module E41_reading_2.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i13 => ((f1 ((m0 0 0) + (sum 3 (fun i14 => ((m1 0 i14) * (m2 i14 0)))))) * (sum 3 (fun i15 => ((delta i15 0) * (m1 0 i15))))))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E41_reading_2.

Module E42_reading_2.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := (0 # 1).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E42_reading_2.

Module E42_reading_4.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (f1 (m3 0 0)) * (m1 0 0) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E42_reading_4.

Module E43_reading_2.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := (0 # 1).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E43_reading_2.

Module E43_reading_4.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (f1 (m3 0 0)) * (m1 0 0) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E43_reading_4.

Module E44_reading_2.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i13 => (0 # 1))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E44_reading_2.

Module E44_reading_4.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i13 => ((f1 (m3 i13 0)) * (m1 i13 0)))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E44_reading_4.

Module E45_reading_2.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i13 => ((f1 (m3 0 0)) * (m1 0 0)))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E45_reading_2.

Module E45_reading_4.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i13 => ((f1 (m3 i13 0)) * (m1 i13 0)))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E45_reading_4.

Module E46_reading_2.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => ((((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i10 => (f0 ((m0 0 0) + (sum 3 (fun i11 => ((m1 i10 i11) * (m2 i11 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i12 => (f0 ((m0 0 0) + (sum 3 (fun i13 => ((m1 i12 i13) * (m2 i13 0)))))))) ^ 1)) * (1 # 8))) * (f1 (m3 0 0)) * (m1 0 0)))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E46_reading_2.

Module E46_reading_4.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (sum 3 (fun i8 => ((delta i0 0) * (delta i8 0) * (m1 i6 i8)))))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i13 => ((f1 (m3 i13 0)) * (m1 i13 0)))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E46_reading_4.

Module E47_reading_2.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (delta i0 0))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (sum 2 (fun i8 => ((((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i9 => (f0 ((m0 0 0) + (sum 3 (fun i10 => ((m1 i9 i10) * (m2 i10 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i11 => (f0 ((m0 0 0) + (sum 3 (fun i12 => ((m1 i11 i12) * (m2 i12 0)))))))) ^ 1)) * (1 # 8))) * (f1 (m3 0 0))))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E47_reading_2.

Module E47_reading_4.
(* b^(1) *) Definition m0 := entry [[(2 # 1); (-3 # 1); (-2 # 1)]].
(* A^(1) *) Definition m1 := entry [[(2 # 1); (-2 # 1); (-1 # 1)]; [(3 # 1); (-3 # 1); (-1 # 1)]].
(* W^(1) *) Definition m2 := entry [[(-1 # 1); (-1 # 1); (1 # 1)]; [(-1 # 1); (3 # 1); (-3 # 1)]; [(-1 # 1); (-3 # 1); (-1 # 1)]].
(* Z^(1) *) Definition m3 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 ((m0 0 i0) + (sum 3 (fun i3 => ((m1 i2 i3) * (m2 i3 i0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i4 => (f0 ((m0 0 i0) + (sum 3 (fun i5 => ((m1 i4 i5) * (m2 i5 i0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i6 => ((f1 ((m0 0 i0) + (sum 3 (fun i7 => ((m1 i6 i7) * (m2 i7 i0)))))) * (delta i0 0))))))))) * (1 # 2)).
Definition line : Q := ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i8 => (f0 ((m0 0 0) + (sum 3 (fun i9 => ((m1 i8 i9) * (m2 i9 0)))))))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i10 => (f0 ((m0 0 0) + (sum 3 (fun i11 => ((m1 i10 i11) * (m2 i11 0)))))))) ^ 1)) * (1 # 8))) * (sum 2 (fun i12 => (f1 (m3 i12 0)))) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E47_reading_4.

Module E48_reading_2.
(* Z^(2) *) Definition m0 := entry [[(-1 # 1); (-3 # 1); (2 # 1)]; [(-1 # 1); (3 # 1); (3 # 1)]].
(* Z^(1) *) Definition m1 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((2 # 1) * (sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 (m0 i2 i0)))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i3 => (f0 (m0 i3 i0)))) ^ 1)) * (1 # 8))) * (sum 2 (fun i4 => ((f1 (m0 i4 i0)) * (delta i0 0) * (delta i4 1))))))))) * (1 # 2)).
Definition line : Q := ((((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i5 => (f0 (m0 i5 0)))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i6 => (f0 (m0 i6 0)))) ^ 1)) * (1 # 8))) * (f1 (m1 1 0)) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E48_reading_2.

Module E48_reading_4.
(* Z^(2) *) Definition m0 := entry [[(-1 # 1); (-3 # 1); (2 # 1)]; [(-1 # 1); (3 # 1); (3 # 1)]].
(* Z^(1) *) Definition m1 := entry [[(-1 # 1); (3 # 1); (3 # 1)]; [(3 # 1); (-2 # 1); (-2 # 1)]].
Definition f0 (x : Q) : Q := (1 # 1) * x ^ 0 + (2 # 1) * x ^ 1 + (-1 # 1) * x ^ 2 + (-1 # 1) * x ^ 3.
Definition f1 (x : Q) : Q := (2 # 1) * x ^ 0 + (-2 # 1) * x ^ 1 + (-3 # 1) * x ^ 2.
Definition truth : Q := ((2 # 1) * (sum 3 (fun i0 => (sum 1 (fun i1 => ((/ ((2 # 1) ^ 1)) * (((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i2 => (f0 (m0 i2 i0)))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i3 => (f0 (m0 i3 i0)))) ^ 1)) * (1 # 8))) * (sum 2 (fun i4 => ((f1 (m0 i4 i0)) * (delta i0 0) * (delta i4 1))))))))) * (1 # 2)).
Definition line : Q := ((((/ (((1 # 1) + ((-1 # 1) * (/ ((2 # 1) ^ 1)) * (sum 2 (fun i5 => (f0 (m0 i5 0)))))) ^ 1)) * ((1 # 1) + ((-1 # 1) * (1 # 8)))) + ((-1 # 1) * (2 # 1) * (/ ((sum 2 (fun i6 => (f0 (m0 i6 0)))) ^ 1)) * (1 # 8))) * (f1 (m1 1 0)) * (1 # 2)).
Theorem differ : ~ truth == line.
Proof. vm_compute. discriminate. Qed.
End E48_reading_4.
