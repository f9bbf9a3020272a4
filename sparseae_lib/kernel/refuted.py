"""The source's wrong lines at a witness, written out in fractions, for Rocq to compute that the two sides differ.

A line is refuted by one world: sizes, matrices, numbers, and a polynomial of degree 3 as the activation function. What
the line should equal is the engine's derivative, in entries; here it is only computed.
"""

from fractions import Fraction
from itertools import count
from math import perm

from sympy import Integer, Symbol
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.printer import Printer

from sparseae_lib.calculus import IllFormed, Unsupported
from sparseae_lib.calculus.indices import comparable
from sparseae_lib.calculus.unfolding import unfold
from sparseae_lib.calculus.witness import TRIES, World
from sparseae_lib.errata import load_errata
from sparseae_lib.statements.source import READINGS


def refutable():
    """(name, sides, world, indices) for every literal reading of a wrong line that a world in fractions refutes."""
    for entry in load_errata():
        if entry.verdict == "wrong":
            for k, reading in enumerate(READINGS.get(entry.id, ()), start=1):
                if reading.literal and not reading.denies and (found := _witness(reading)):
                    yield f"{entry.id}_reading_{k}", *found


def _witness(reading):
    """The two sides, and the first world and place at which they differ; ``None`` where there is none in fractions."""
    try:
        left, right, free = comparable(reading.truth, reading.line)
    except (IllFormed, Unsupported):
        return None
    sides = unfold(left), unfold(right)
    for seed in range(TRIES):
        world = World(seed, sides, free)
        if not world.exact:
            return None
        for indices, a, b in world.pairs(*sides, free):
            if a != b:
                return sides, world, dict(zip(free, indices, strict=True))
    return None


class Numbers(Printer):
    """An index expression as a term over the rational numbers of Rocq, its matrices named and collected."""

    def __init__(self, world):
        super().__init__()
        self.world, self.matrices, self.functions, self.letters = world, {}, {}, {}
        self.fresh = count()

    def emptyPrinter(self, expression):
        raise Unsupported(f"{type(expression).__name__} in {expression} has no form in fractions")

    def _chain(self, operator, parts):
        return f"({f' {operator} '.join(map(self._print, parts))})"

    def _print_Add(self, expression):
        return self._chain("+", expression.args)

    def _print_Mul(self, expression):
        return self._chain("*", expression.args)

    def _print_Pow(self, expression):
        base, exponent = expression.args
        power = f"({self._print(base)} ^ {abs(exponent)})"
        return f"(/ {power})" if exponent < 0 else power

    def _print_Rational(self, expression):
        return fraction(Fraction(int(expression.p), int(expression.q)))

    def _print_Symbol(self, expression):
        return fraction(self.world.value(expression, {}))

    _print_AppliedUndef = _print_Function = _print_Symbol

    def _print_Sum(self, expression):
        body, text = expression.function, "{}"
        for index, _, high in reversed(expression.limits):
            self.letters[index] = f"i{next(self.fresh)}"
            size = int(self.world.value(high + 1, {}))
            text = text.format(f"(sum {size} (fun {self.letters[index]} => {{}}))")
        return text.format(self._print(body))

    def _print_KroneckerDelta(self, expression):
        return f"(delta {' '.join(map(self._index, expression.args[:2]))})"

    def _index(self, index):
        return self.letters[index] if isinstance(index, Symbol) else str(index)

    def _print_MatrixElement(self, expression):
        matrix, *indices = expression.args
        named = self.matrices.setdefault(matrix, f"m{len(self.matrices)}")
        return f"({named} {' '.join(map(self._index, indices))})"

    def _print_Applied(self, expression):
        function, argument = expression.args
        named = self.functions.setdefault(function, f"{function.name}{function.order}")
        return f"({named} {self._print(argument)})"


def fraction(number):
    number = Fraction(number)
    return f"({number.numerator} # {number.denominator})"


def theorem(name, sides, world, indices):
    """The theorem that the two sides differ at a witness, with the definitions that it needs."""
    printer = Numbers(world)
    printer.letters |= {index: str(value) for index, value in indices.items()}
    left, right = map(printer._print, sides)
    lines = [f"Module {name}."]
    for matrix, named in printer.matrices.items():
        rows = [
            [world.value(MatrixElement(matrix, Integer(i), Integer(j)), {}) for j in world.range(matrix.shape[1], {})]
            for i in world.range(matrix.shape[0], {})
        ]
        text = "; ".join(f"[{'; '.join(map(fraction, row))}]" for row in rows)
        lines.append(f"(* {matrix} *) Definition {named} := entry [{text}].")
    for function, named in printer.functions.items():
        k = function.order
        powers = [(n, perm(n, k) * world.small(function.name, "abcd"[n])) for n in range(k, 4)]
        text = " + ".join(f"{fraction(c)} * x ^ {n - k}" for n, c in powers)
        lines.append(f"Definition {named} (x : Q) : Q := {text or 0}.")
    lines += [
        f"Definition truth : Q := {left}.",
        f"Definition line : Q := {right}.",
        "Theorem differ : ~ truth == line.",
        "Proof. vm_compute. discriminate. Qed.",
        f"End {name}.",
    ]
    return "\n".join(lines)


HEAD = """(** Wrong lines of the source, each at a witness: the two sides are computed, and differ.

    Made by sparseae_lib/kernel from the readings of the source: do not edit, run `python -m tools.kernel --write`. *)

From Coq Require Import QArith List.
Import ListNotations.
Local Open Scope Q_scope.

Fixpoint sum (n : nat) (term : nat -> Q) : Q := match n with O => 0 | S k => sum k term + term k end.
Definition delta (i j : nat) : Q := if Nat.eqb i j then 1 else 0.
Definition entry (rows : list (list Q)) (i j : nat) : Q := nth j (nth i rows []) 0.
"""


def text():
    """The file with every refutation."""
    return "\n\n".join([HEAD, *(theorem(*found) for found in refutable())]) + "\n"
