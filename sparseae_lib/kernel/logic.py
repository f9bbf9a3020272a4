"""What a theorem in words says, put together from equations and inequalities between the book's expressions.

A claim knows its text for Rocq, ``rocq(printer)``, and its LaTeX, ``latex``. Its free symbols may be anything.
"""

from dataclasses import dataclass, fields

from sympy import Basic, sympify

from sparseae_lib.formulas.printer import latex
from sparseae_lib.kernel.rocq import SUM, WORD

_SIGNS = {"<": ("<", "<"), "<=": ("<=", r"\le"), "=": ("=", "="), "!=": ("!=", r"\ne")}


class Claim:
    """Something that is true or not."""

    bound: tuple = ()
    """The symbols that the claim itself speaks for: they are no variables of it."""

    @property
    def expressions(self):
        """The SymPy expressions in it."""
        yield from _expressions(self)

    @property
    def indices(self):
        """All symbols that it or a part of it speaks for."""
        return set(self.bound).union(*(part.indices for part in _parts(self) if isinstance(part, Claim)))


def _parts(claim):
    for field in fields(claim):
        value = getattr(claim, field.name)
        yield from value if isinstance(value, tuple) else (value,)


def _expressions(claim):
    for part in _parts(claim):
        if isinstance(part, Claim):
            yield from _expressions(part)
        elif isinstance(part, Basic):
            yield part


def _bracketed(claim, printer):
    text = claim.rocq(printer)
    return text if isinstance(claim, Relation | Differentiable | Derivative | OfOrder) else f"({text})"


@dataclass(frozen=True)
class Relation(Claim):
    """``a < b``, or a chain of such, as ``0 < u < 1``: ``terms`` are the sides, ``signs`` stand between them."""

    terms: tuple
    signs: tuple

    def rocq(self, printer):
        words = [str(printer.text(self.terms[0]))]
        for sign, term in zip(self.signs, self.terms[1:], strict=True):
            words += [_SIGNS[sign][0], str(printer.text(term))]
        whole = all(term.is_integer for term in self.terms)
        return " ".join([*words, *(":> R" if whole and len(self.terms) == 2 else "").split()])

    @property
    def latex(self):
        words = [latex(self.terms[0])]
        for sign, term in zip(self.signs, self.terms[1:], strict=True):
            words += [_SIGNS[sign][1], latex(term)]
        return " ".join(words)


def relation(*words):
    """``relation(0, "<", u, "<", 1)``."""
    return Relation(tuple(map(sympify, words[::2])), words[1::2])


@dataclass(frozen=True)
class Both(Claim):
    """All of these."""

    claims: tuple

    def rocq(self, printer):
        return " /\\\n  ".join(_bracketed(claim, printer) for claim in self.claims)

    @property
    def latex(self):
        return r",\quad ".join(claim.latex for claim in self.claims)


@dataclass(frozen=True)
class Either(Claim):
    """At least one of these."""

    claims: tuple

    def rocq(self, printer):
        return " \\/ ".join(_bracketed(claim, printer) for claim in self.claims)

    @property
    def latex(self):
        return r"\text{ or }".join(claim.latex for claim in self.claims)


@dataclass(frozen=True)
class If(Claim):
    """Where all ``hypotheses`` hold, so does ``claim``."""

    hypotheses: tuple
    claim: Claim

    def rocq(self, printer):
        return " ->\n  ".join([*(_bracketed(each, printer) for each in self.hypotheses), self.claim.rocq(printer)])

    @property
    def latex(self):
        return rf"{Both(self.hypotheses).latex} \;\Rightarrow\; {self.claim.latex}"


@dataclass(frozen=True)
class Exactly(Claim):
    """One holds exactly where the other does."""

    one: Claim
    other: Claim

    def rocq(self, printer):
        return f"{_bracketed(self.one, printer)} <-> {_bracketed(self.other, printer)}"

    @property
    def latex(self):
        return rf"{self.one.latex} \;\Leftrightarrow\; {self.other.latex}"


@dataclass(frozen=True)
class Every(Claim):
    """For all values of the indices, which number samples, units or shards."""

    over: tuple
    claim: Claim

    @property
    def bound(self):
        return self.over

    def rocq(self, printer):
        return f"forall {' '.join(map(str, self.bound))}, {self.claim.rocq(printer)}"

    @property
    def latex(self):
        return rf"{self.claim.latex} \text{{ for all }} {', '.join(map(latex, self.over))}"


@dataclass(frozen=True)
class Some(Claim):
    """There is a matrix of which the claim is true."""

    matrix: Basic
    claim: Claim

    @property
    def bound(self):
        return (self.matrix,)

    def rocq(self, printer):
        from sparseae_lib.kernel.claims import shape_of

        return f"exists {self.matrix} : {shape_of(self.matrix)},\n  {self.claim.rocq(printer)}"

    @property
    def latex(self):
        return rf"{self.claim.latex} \text{{ for some }} {latex(self.matrix)}"


@dataclass(frozen=True)
class Differentiable(Claim):
    """A function has a derivative everywhere. It is that of the layer of ``argument``."""

    function: Basic
    argument: Basic

    def rocq(self, printer):
        return f"differentiable {printer.function(self.function, self.argument).within(WORD)}"

    @property
    def latex(self):
        return rf"{latex(self.function(self.argument))} \text{{ differentiable}}"


@dataclass(frozen=True)
class Derivative(Claim):
    """A function of one number has a derivative at ``argument``, and it is ``value``."""

    function: Basic
    argument: Basic
    value: Basic

    def rocq(self, printer):
        words = [printer.function(self.function, self.argument), printer.text(self.argument), printer.text(self.value)]
        return " ".join(["has_derivative", *(word.within(WORD) for word in words)])

    @property
    def latex(self):
        return rf"{latex(self.function.prime(self.argument))} = {latex(self.value)}"


@dataclass(frozen=True)
class OfOrder(Claim):
    """A number or all entries of a matrix are at most a multiple of ``variable ** order``, if it is small."""

    expression: Basic
    variable: Basic
    order: int

    @property
    def bound(self):
        return (self.variable,)

    def rocq(self, printer):
        name = "entries_of_order" if self.expression.is_Matrix else "of_order"
        return f"{name} {self.order} (fun {self.variable} : R => {printer.text(self.expression).within(SUM + 1)})"

    @property
    def latex(self):
        return rf"{latex(self.expression)} = O({latex(self.variable)}^{{{self.order}}})"


@dataclass(frozen=True)
class Tends(Claim):
    """An expression goes to a number, or to infinity, where its variable goes to 0 from above or to either infinity.

    ``how`` names a definition in ``kernel/orders.v``: ``vanishes``, ``explodes``, or ``far_out``, which is about both
    infinities and about the difference to 1.
    """

    how: str
    expression: Basic
    variable: Basic

    @property
    def bound(self):
        return (self.variable,)

    def rocq(self, printer):
        return f"{self.how} (fun {self.variable} : R => {printer.text(self.expression)})"

    @property
    def latex(self):
        x = latex(self.variable)
        to, limit = {
            "vanishes": (rf"{x} \to 0", "0"),
            "explodes": (rf"{x} \to 0", r"\infty"),
            "far_out": (rf"|{x}| \to \infty", "1"),
        }[self.how]
        return rf"{latex(self.expression)} \to {limit} \text{{ as }} {to}"
