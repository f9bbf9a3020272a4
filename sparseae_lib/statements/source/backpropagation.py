r"""E8 to E30. The source writes rows in E5 and columns in E14, so both are tried.

Every line is read for one sample, as in E9, unless a reading says otherwise.
"""

from sympy import KroneckerDelta, MatMul, Sum, symbols

from ...calculus import Gradient, Hadamard, SquaredNorm, entry, ones, vjp
from ..backpropagation import BIAS_GRADIENT, WEIGHT_GRADIENT, unroll
from ..definitions import SIGMOID_DERIVATIVE
from ..symbols import COLUMNS, ROWS, A, Delta, L, S, f, l, m, n, sigma, square, weight_decay, x
from .reading import Reading

i, j, k = symbols("i j k", integer=True, nonnegative=True)
BOTH = (ROWS, COLUMNS)


def _error(convention):
    return convention.y(L) - f(convention.z(L))


def _output_delta(convention):
    return Gradient(SquaredNorm(_error(convention)) / 2, convention.z(L))


def _hidden_delta(convention, layer):
    """The true delta of a layer, from the delta of the layer above."""
    above = convention.forward(f(convention.z(layer)), layer)
    return vjp(convention.delta(layer + 1), above, convention.z(layer))


def _e14(convention, layer):
    return Hadamard(convention.W(layer).T * convention.delta(layer + 1), f.prime(convention.z(layer)))


def _e20(convention, layer):
    """E20 for the delta of ``layer``; in the source it is for layer l - 1."""
    return Hadamard(convention.delta(layer + 1) * convention.W(layer), f.prime(convention.z(layer)))


def _parameter_gradients(convention, parameter):
    return vjp(convention.delta(l + 1), convention.forward(convention.a(l), l), parameter)


SQUARE = tuple(
    reading
    for e in [_error(ROWS)]
    for e1 in [e.replace(S, lambda layer: 1)]
    for reading in (
        Reading("the square of a number: one output unit", SquaredNorm(e1) / 2, entry(e1, 0, 0) ** 2 / 2),
        Reading("the square of a vector, as the matrix product", SquaredNorm(e) / 2, MatMul(e, e) / 2),
    )
)

TRANSPOSE_MISSING = (
    *(Reading(c.name, _hidden_delta(c, l - 1), _e20(c, l - 1)) for c in BOTH),
    Reading("rows, all layers of one width", square(_hidden_delta(ROWS, l - 1)), square(_e20(ROWS, l - 1))),
    Reading(
        "rows with UFLDL's W, which E17 rules out",
        vjp(ROWS.delta(l), f(ROWS.z(l - 1)) * COLUMNS.W(l - 1).T + ROWS.b(l - 1), ROWS.z(l - 1)),
        Hadamard(ROWS.delta(l) * COLUMNS.W(l - 1), f.prime(ROWS.z(l - 1))),
        literal=False,
    ),
)

HIDDEN_DELTA = tuple(Reading(c.name, _hidden_delta(c, l), _e14(c, l)) for c in BOTH)

JACOBIAN = Reading(
    "the dot as the product with the Jacobian matrix, in rows",
    _hidden_delta(ROWS, l - 1),
    ROWS.delta(l) * Hadamard(ROWS.W(l - 1).T, ones(S(l)) * f.prime(ROWS.z(l - 1))),
)

units_above = (k, 0, S(l + 1) - 1)
same_unit = KroneckerDelta(k, j, (0, S(l + 1) - 1))
WEIGHT_CHAIN = Reading(
    "the dot as the sum over the units of z, in rows",
    entry(_parameter_gradients(ROWS, ROWS.W(l)), i, j),
    Sum(ROWS.delta(l + 1)[0, k] * same_unit * ROWS.a(l)[0, i], units_above),
)
BIAS_CHAIN = Reading(
    "the dot as the sum over the units of z, in rows",
    entry(_parameter_gradients(ROWS, ROWS.b(l)), 0, j),
    Sum(ROWS.delta(l + 1)[0, k] * same_unit, units_above),
)

three_layers = {symbol: square(value) for symbol, value in unroll(3).items()}

READINGS = {
    "E8": (Reading("as printed", SIGMOID_DERIVATIVE.derivation, (1 - sigma(x)) * sigma(x)),),
    "E9": SQUARE,
    "E11": SQUARE,
    "E12": SQUARE,
    "E13": (
        *(
            Reading(f"the dot elementwise, {c.name}", _output_delta(c), -Hadamard(_error(c), f.prime(c.z(L))))
            for c in BOTH
        ),
        *(Reading(f"the dot as E5 has it, {c.name}", _output_delta(c), -_error(c) * f.prime(c.z(L))) for c in BOTH),
    ),
    "E14": HIDDEN_DELTA,
    "E15": (
        Reading("E14 as the hypothesis, " + ROWS.name, _hidden_delta(ROWS, l), _e14(ROWS, l)),
        Reading(
            "a delta twice as large satisfies E14, and is no derivative, " + COLUMNS.name,
            _hidden_delta(COLUMNS, l),
            _e14(COLUMNS, l).xreplace({COLUMNS.delta(l + 1): 2 * COLUMNS.delta(l + 1)}),
        ),
    ),
    "E16": (JACOBIAN,),
    "E17": (JACOBIAN,),
    "E18": TRANSPOSE_MISSING,
    "E19": TRANSPOSE_MISSING,
    "E20": TRANSPOSE_MISSING,
    "E21": tuple(Reading(f"E20 against E14 for layer l - 1, {c.name}", _e14(c, l - 1), _e20(c, l - 1)) for c in BOTH),
    "E22": (
        Reading(ROWS.name, _hidden_delta(ROWS, l), _output_delta(ROWS)),
        Reading("three layers of one width", three_layers[Delta(2)], three_layers[Delta(3)]),
    ),
    "E23": HIDDEN_DELTA,
    "E25": (WEIGHT_CHAIN,),
    "E26": (WEIGHT_CHAIN,),
    "E27": (
        *(Reading(c.name, _parameter_gradients(c, c.W(l)), MatMul(c.delta(l + 1), c.a(l))) for c in BOTH),
        Reading(
            "a batch, as many samples as units in each layer",
            square(WEIGHT_GRADIENT.derivation.subs(weight_decay, 0)).subs(m, n),
            square(Delta(l + 1) * A(l)).subs(m, n),
        ),
    ),
    "E28": (BIAS_CHAIN,),
    "E29": (BIAS_CHAIN,),
    "E30": (
        *(Reading(c.name, _parameter_gradients(c, c.b(l)), c.delta(l + 1)) for c in BOTH),
        Reading("a batch of m samples", BIAS_GRADIENT.derivation, Delta(l + 1), literal=False),
    ),
}
