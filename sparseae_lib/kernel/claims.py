"""The statements as propositions that the kernel of Rocq checks: the equation, its variables, and where it has values.

A statement becomes one or two propositions:

``derived``  that its derivation equals its formula, for all sizes and all values of what stands in it: what the engine
             decides. Nothing is known of the network but what the expressions say.
``printed``  the equation as it is printed, about a network: of these, some define what a network is, and others are
             what a theorem about all layers at once concludes.
"""

from dataclasses import dataclass, replace
from functools import cache

from sympy import Basic, Dummy, MatrixSymbol, Pow, Sum, Symbol
from sympy.core.function import AppliedUndef

from sparseae_lib.calculus import Elementwise, Gradient, LayerMatrix
from sparseae_lib.calculus.functions import Applied, AppliedToMatrix
from sparseae_lib.kernel import refuted
from sparseae_lib.kernel.rocq import WORD, Rocq, number
from sparseae_lib.kernel.worded import WORDED
from sparseae_lib.statements import STATEMENTS, backpropagation, definitions, sparsity, weighted
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import KL, A, J, J_sparse, L, f, l, sigma

OF_TASK = dict.fromkeys(("f", "lambda", "rho", "beta", "Y", "q"), "T")
OF_NETWORK = dict.fromkeys(("W", "b", "Z", "A", "Delta", "rho_hat", "rho_hat_q", "Omega", "J", "J_q", "J_sparse"), "N")
"""What a printed equation speaks of: fields of the two records in ``kernel/network.v``."""

ACTIVATION = Statement("activation", "The activations", left=A(l), formula=f(backpropagation.Z(l)), layers=(2, L))
"""What A is: the statements write it as ``f(Z)`` where they differentiate."""


def _of_sparse_cost(statement):
    """The same equation about the cost with its penalties."""
    return Statement(
        f"{statement.label}-sparse",
        statement.title,
        statement.left.xreplace({J: J_sparse}),
        statement.formula.xreplace({J: J_sparse}),
        layers=statement.layers,
    )


PRINTED = [
    definitions.FORWARD,
    ACTIVATION,
    definitions.COST,
    sparsity.MEAN_ACTIVATION,
    sparsity.PENALTY,
    sparsity.SPARSE_COST,
    weighted.WEIGHTED_COST,
    weighted.WEIGHTED_MEAN,
    backpropagation.OUTPUT_DELTA,
    backpropagation.HIDDEN_DELTA,
    sparsity.SPARSE_DELTA,
    *(
        statement
        for original in (backpropagation.DELTA, backpropagation.WEIGHT_GRADIENT, backpropagation.BIAS_GRADIENT)
        for statement in (original, _of_sparse_cost(original))
    ),
]
"""The equations about a network: first those that define one, then the recursion, then what is claimed of it."""

DERIVED = [replace(sparsity.DIVERGENCE, derivation=sparsity.DIVERGENCE.left)]
DERIVED += [statement for statement in STATEMENTS.values() if statement.derivation is not None]
"""The equations that follow from the definitions in them; the divergence is what its theorem says that it is."""


def name(label):
    return label.replace("-", "_")


@dataclass(frozen=True)
class Sides:
    """An equation: both sides, and a name for each gradient in them."""

    left: Basic
    right: Basic

    @property
    def gradients(self):
        """{gradient: its name}, in the order in which they stand."""
        found = [part for side in (self.left, self.right) for part in _parts(side) if isinstance(part, Gradient)]
        return {gradient: f"G{k}" for k, gradient in enumerate(dict.fromkeys(found), start=1)}


def functions():
    """The two functions with a definition, from the same ``Lambda`` that the engine unfolds."""
    texts = []
    for function, parameters in ((sigma, ()), (KL(l), (Symbol("t", real=True),))):
        u = Symbol("u", real=True)
        body = Elementwise(*function.args[:3], *parameters).definition(u)
        words = " ".join(map(str, (*parameters, u)))
        head = f"Definition {function.name} (R : realType) ({words} : R) : R :="
        texts.append(f"{head}\n  {Rocq().text(body)}.\nArguments {function.name} {{R}}.")
    return texts


def derived(statement, formula=None):
    """The proposition that the statement's derivation equals its formula, or another ``formula`` in its place."""
    formula = statement.formula if formula is None else formula
    expanded = formula.xreplace(statement.where)
    if isinstance(statement.left, Applied) and statement.left.args[0].order:
        return _derivative(statement.label, statement.left, expanded)
    sides = Sides(statement.derivation, expanded)
    hypotheses = _hypotheses(sides.left, sides.right)
    equation = _equation(sides, Rocq((), sides.gradients), _as_function)
    return _definition(statement.label, _variables(sides.left, sides.right), hypotheses, equation)


def _derivative(label, left, formula):
    """That a function of one number has this derivative."""
    function, argument = left.args
    below = function.of_order(function.order - 1)
    printer = Rocq()
    words = [printer.function(below, argument), printer.text(argument), printer.text(formula)]
    claim = " ".join(["has_derivative", *(word.within(WORD) for word in words)])
    return _definition(label, _variables(left, formula), _hypotheses(left, formula), [claim])


def printed(statement, formula=None):
    """The equation of a statement about the network ``N`` of the task ``T``, or with another ``formula``.

    Where it holds a gradient, ``vary l V`` is the network in which ``V`` stands in the place of what is differentiated.
    """
    sides = Sides(statement.left, statement.formula if formula is None else formula)
    printer = Rocq(OF_TASK | OF_NETWORK, sides.gradients)
    varied = Rocq(OF_TASK | dict.fromkeys(OF_NETWORK, "(vary l V)"))
    equation = _equation(sides, printer, lambda cost, variable: (shape_of(variable), varied.text(cost)))
    first, last = statement.layers or (None, None)
    bounds = [f"({first} <= l < {number(last + 1)})%N ->"] if statement.layers else []
    layer = " (l : nat)" if statement.layers else ""
    vary = [f" (vary : forall l, {shape_of(g.args[1])} -> network R S m)" for g in sides.gradients][:1]
    head = f"Definition {name(statement.label)} (T : task R S m) (N : network R S m){''.join(vary)}{layer} : Prop :="
    return "\n  ".join([head, *bounds, *equation]) + "."


def _equation(sides, printer, function):
    """The lines of: there are matrices G1, ..., each the gradient that it is a name for, with which the sides agree."""
    lines = []
    for gradient, named in sides.gradients.items():
        shape, body = function(*gradient.args[:2])
        at = printer.text(gradient.args[1]).within(WORD)
        lines.append(f"exists {named}, is_gradient (fun V : {shape} => {body}) {at} {named} /\\")
    return [*lines, f"{printer.text(sides.left)}", f"= {printer.text(sides.right)}"]


def _as_function(cost, variable):
    """The type of a matrix that is called V, and the cost as a term in which it stands for ``variable``."""
    place = MatrixSymbol("V", *variable.shape)
    return shape_of(variable), Rocq().text(cost.xreplace({variable: place}))


def _definition(label, variables, hypotheses, claim):
    lines = [f"Definition {name(label)} : Prop := forall (R : realType)", *(f"  {text}" for text in variables)]
    lines[-1] += ","
    lines += [f"  {text} ->" for text in hypotheses]
    return "\n".join([*lines, *(f"  {line}" for line in claim)]) + "."


# The variables


def _variables(*expressions, bound=()):
    """A declaration for everything that an equation speaks of: sizes, numbers, functions, matrices."""
    declared = {_declaration(part) for expression in expressions for part in _symbols(expression)}
    declared = {(word, kind) for word, kind in declared if word not in bound}
    groups = {}
    for word, kind in sorted(declared, key=lambda pair: (_KINDS.index(pair[1].rpartition("-> ")[2][:2]), *pair[::-1])):
        groups.setdefault(kind, []).append(word)
    return [f"({' '.join(words)} : {kind})" for kind, words in groups.items()]


_KINDS = ["na", "R", "'M", "fo"]
"""How the types begin, or what they end in, in the order in which they are declared: sizes first."""


def _symbols(expression):
    """What a value must be given for: sizes, numbers, functions and matrices."""
    for part in _parts(expression):
        is_value = isinstance(part, Symbol | AppliedUndef | MatrixSymbol) and not isinstance(part, Dummy)
        if is_value or (isinstance(part, Elementwise) and part.definition is None):
            yield part


def _parts(expression):
    """Every part, from the outside in; of a function with a definition only what it takes before its variable."""
    yield expression
    inside = expression.parameters if isinstance(expression, Elementwise) else expression.args
    for part in inside:
        yield from _parts(part)


def _declaration(part):
    """(name, type) of a symbol. A family has one member for each layer."""
    match part:
        case LayerMatrix():
            k = Symbol("k", integer=True)
            shape = [_moved(size, k - part.layer) for size in part.shape]
            return part.name, f"forall k, {_matrix_type(shape)}"
        case MatrixSymbol():
            return part.name, shape_of(part)
        case Elementwise():
            return part.name, "nat -> R -> R"
        case AppliedUndef():
            return part.func.__name__, "nat -> nat" if part.is_integer else "nat -> R"
    return str(part), "nat" if part.is_integer else "R"


def _moved(size, by):
    return size.replace(lambda part: isinstance(part, AppliedUndef), lambda part: part.func(part.args[0] + by))


def shape_of(matrix):
    return _matrix_type(matrix.shape)


def _matrix_type(shape):
    return f"'M[R]_({', '.join(map(number, shape))})"


# Where both sides have values


def _hypotheses(*expressions):
    """That what is divided by is not 0, that each activation function is differentiable, and that what a divergence is
    taken of lies between 0 and 1, as its target does."""
    text, found = Rocq().text, {}
    for expression in expressions:
        for part in _parts(expression):
            if isinstance(part, Pow) and part.exp.is_Integer and part.exp < 0:
                found[f"{text(part.base)} != 0 :> R"] = None
            elif isinstance(part, Applied | AppliedToMatrix):
                function, argument = part.args
                if function.definition is None:
                    found[f"(forall k, differentiable ({function.name} k))"] = None
                for p in function.parameters:
                    found[f"0 < {text(p)} < 1"] = None
                if function.parameters:
                    row = text(argument).within(WORD)
                    found[f"(forall i j, 0 < {row} i j < 1)" if argument.is_Matrix else f"0 < {row} < 1"] = None
    return list(found)


def worded(label, claim):
    """The proposition that a theorem in words claims, for all values of what stands in it."""
    bound = {str(symbol) for symbol in claim.indices} | _bound_in(claim)
    variables = [f"  {text}" for text in _variables(*claim.expressions, bound=bound)]
    head = "\n".join([f"Definition {name(label)} : Prop := forall (R : realType)", *variables])
    return f"{head},\n  {claim.rocq(Rocq(layer=2))}."


def _bound_in(claim):
    """The names of the indices that the sums in a claim run over."""
    sums = (part for expression in claim.expressions for part in expression.atoms(Sum))
    return {str(index) for each in sums for index, *_ in each.limits}


# The files

_HEAD = """(** {title}

    Made by sparseae_lib/kernel from the statements of the book: do not edit, run `python -m tools.kernel --write`. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import reals sequences exp.
{imports}
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.
"""


@cache
def files():
    """{name of a generated file: its text}."""
    return {
        "functions.v": _file("The functions with a definition.", "", functions()),
        "printed.v": _file(
            "The equations as the book prints them, about a network N of the task T.",
            "From kernel Require Import curves matrices gradient functions network.\n",
            [
                "Section Printed.",
                "Variables (R : realType) (S : nat -> nat) (m L : nat).",
                *map(printed, PRINTED),
                "End Printed.",
            ],
        ),
        "derived.v": _file(
            "What the engine decides: that the derivation of a statement equals its formula.",
            "From kernel Require Import curves matrices gradient functions.\n",
            map(derived, DERIVED),
        ),
        "worded.v": _file(
            "What the theorems in words claim.",
            "From kernel Require Import curves matrices orders functions.\n",
            [worded(label, claim) for label, claim in WORDED.items()],
        ),
        "refuted.v": refuted.text(),
    }


def _file(title, imports, definitions):
    return "\n\n".join([_HEAD.format(title=title, imports=imports), *definitions]) + "\n"
