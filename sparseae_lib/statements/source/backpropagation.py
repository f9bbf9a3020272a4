r"""E8 to E30. The source writes rows in E5 and columns in E14, so both are tried.

Every line is read for one sample, as in E9, unless a reading says otherwise. A line that is a formula is read from its
LaTeX; only where the source writes something that is no formula, a reading is typed.
"""

from sympy import Integer, Symbol

from sparseae_lib.calculus import Gradient, SquaredNorm, entry, vjp
from sparseae_lib.formulas.notation import SOURCE_IN_COLUMNS, SOURCE_IN_ROWS
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, WEIGHT_GRADIENT, unroll
from sparseae_lib.statements.definitions import SIGMOID_DERIVATIVE
from sparseae_lib.statements.source.put_in import said
from sparseae_lib.statements.source.reading import Reading
from sparseae_lib.statements.symbols import COLUMNS, ROWS, A, Delta, J, L, S, f, l, m, n, sigma, square, weight_decay, x

BOTH = (ROWS, COLUMNS)
NOTATION = {ROWS: SOURCE_IN_ROWS, COLUMNS: SOURCE_IN_COLUMNS}


def _error(convention):
    return convention.y(L) - f(convention.z(L))


def _cost(convention):
    return SquaredNorm(_error(convention)) / 2


def _output_delta(convention):
    return Gradient(_cost(convention), convention.z(L))


def _hidden_delta(convention, layer):
    """The true delta of a layer, from the delta of the layer above."""
    above = convention.forward(f(convention.z(layer)), layer)
    return vjp(convention.delta(layer + 1), above, convention.z(layer))


def _parameter_gradients(convention, parameter):
    return vjp(convention.delta(l + 1), convention.forward(convention.a(l), l), parameter)


def _definitions(convention, below):
    """E4 and E5 for the layer above ``below``, and E6 for this one."""
    delta, z, a = convention.delta, convention.z, convention.a
    return {
        Gradient(J, z(below + 1)): delta(below + 1),
        z(below + 1): convention.forward(a(below), below),
        a(below): f(z(below)),
    }


def _said(line, convention, dot=None):
    """What a line between E13 and E23 says in rows or in columns; E16 to E20 are about layer l - 1."""
    below = l - 1 if line in ("E16", "E17", "E18", "E19", "E20") else l
    outputs = {convention.a(L): f(convention.z(L)), J: _cost(convention)} if line in ("E13", "E22") else {}
    return said(line, NOTATION[convention], _definitions(convention, below) | outputs, dot)


def _of_layers(line, layer):
    """A line about the delta of a layer, in rows and in columns."""
    return tuple(Reading(c.name, _hidden_delta(c, layer), _said(line, c)) for c in BOTH)


def _of_parameters(line, parameter):
    """A line about the gradient of a parameter, in rows and in columns."""
    return tuple(
        Reading(
            c.name,
            _parameter_gradients(c, parameter(c)),
            said(line, NOTATION[c], {g: d for g, d in _definitions(c, l).items() if g != c.a(l)}),
        )
        for c in BOTH
    )


def _W(convention):
    return convention.W(l)


def _b(convention):
    return convention.b(l)


def _square():
    """E9 as it is read: a matrix to the power of 2, which one output unit makes a number."""
    cost, printed = _cost(ROWS), said("E9", SOURCE_IN_ROWS, {ROWS.a(L): f(ROWS.z(L))})
    one, one_printed = (side.replace(S, lambda layer: Integer(1)) for side in (cost, printed))
    return (
        Reading("the square of a number: one output unit", one, entry(one_printed, 0, 0)),
        Reading("the square of a vector, as the matrix product", cost, printed),
    )


def _transpose_missing(line, dot=None):
    """E18 to E20, in all the ways to lay out a sample and the weights."""
    ufldl = {ROWS.W(l - 1): COLUMNS.W(l - 1)}
    in_rows = _said(line, ROWS, dot)
    return (
        *(Reading(c.name, _hidden_delta(c, l - 1), _said(line, c, dot)) for c in BOTH),
        Reading("rows, all layers of one width", square(_hidden_delta(ROWS, l - 1)), square(in_rows)),
        Reading(
            "rows with UFLDL's W, which E17 rules out",
            vjp(ROWS.delta(l), f(ROWS.z(l - 1)) * COLUMNS.W(l - 1).T + ROWS.b(l - 1), ROWS.z(l - 1)),
            in_rows.xreplace(ufldl),
            literal=False,
        ),
    )


def _doubled(convention):
    """E14 holds for a delta and twice the delta above as it does for the two: a hypothesis that fixes no factor."""
    above = convention.delta(l + 1)
    return _said("E14", convention).xreplace({above: 2 * above})


three_layers = {symbol: square(value) for symbol, value in unroll(3).items()}

READINGS = {
    "E8": (
        Reading(
            "as printed",
            SIGMOID_DERIVATIVE.derivation,
            said("E8", SOURCE_IN_ROWS, {f: sigma, Symbol("z", real=True): x}),
        ),
    ),
    "E9": _square(),
    "E11": _square(),
    "E12": _square(),
    "E13": (
        *(Reading(f"the dot elementwise, {c.name}", _output_delta(c), _said("E13", c, "elementwise")) for c in BOTH),
        *(Reading(f"the dot as E5 has it, {c.name}", _output_delta(c), _said("E13", c, "product")) for c in BOTH),
    ),
    "E14": _of_layers("E14", l),
    "E15": tuple(
        Reading(
            f"a delta twice as large satisfies E14, and is no derivative, {c.name}", _hidden_delta(c, l), _doubled(c)
        )
        for c in BOTH
    ),
    "E16": _of_layers("E16", l - 1),
    "E17": _of_layers("E17", l - 1),
    "E18": _transpose_missing("E18"),
    "E19": _transpose_missing("E19"),
    "E20": _transpose_missing("E20", "elementwise"),
    "E21": tuple(
        Reading(
            f"E20 against E14 for layer l - 1, {c.name}",
            _said("E14", c).subs(l, l - 1),
            _said("E20", c, "elementwise"),
        )
        for c in BOTH
    ),
    "E22": (
        *(Reading(c.name, _hidden_delta(c, l), _said("E22", c)) for c in BOTH),
        Reading("three layers of one width", three_layers[Delta(2)], three_layers[Delta(3)]),
    ),
    "E23": _of_layers("E23", l),
    "E25": _of_parameters("E25", _W),
    "E26": _of_parameters("E26", _W),
    "E27": (
        *_of_parameters("E27", _W),
        Reading(
            "a batch, as many samples as units in each layer",
            square(WEIGHT_GRADIENT.derivation.subs(weight_decay, 0)).subs(m, n),
            square(Delta(l + 1) * A(l)).subs(m, n),
        ),
    ),
    "E28": _of_parameters("E28", _b),
    "E29": _of_parameters("E29", _b),
    "E30": (
        *_of_parameters("E30", _b),
        Reading("a batch of m samples", BIAS_GRADIENT.derivation, Delta(l + 1), literal=False),
    ),
}
