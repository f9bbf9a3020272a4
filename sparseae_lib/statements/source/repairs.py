r"""What each repaired line must equal. The line itself is typed once, in the ledger, and read from there.

A line is read in the source's notation, in rows as E5 has it, and what it names is put in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Basic, symbols

from sparseae_lib.calculus import Gradient, Hadamard, LayerMatrix, SquaredNorm, decide, entry, ones
from sparseae_lib.formulas.notation import COSTS, SOURCE_IN_ROWS
from sparseae_lib.formulas.reader import read_line
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, HIDDEN_DELTA, OUTPUT_DELTA, WEIGHT_GRADIENT, unroll
from sparseae_lib.statements.definitions import COST, FORWARD
from sparseae_lib.statements.source.put_in import put_in
from sparseae_lib.statements.sparsity import MEAN_ACTIVATION, PENALTY_BIASES, PENALTY_WEIGHTS, mean_of, unroll_sparse
from sparseae_lib.statements.symbols import (
    ROWS,
    A,
    Delta,
    J,
    J_sparse,
    L,
    Omega,
    S,
    W,
    Y,
    Z,
    f,
    l,
    m,
    rho_hat,
    weight_decay,
)

i, j, k = symbols("i j k", integer=True, nonnegative=True)


@dataclass(frozen=True)
class Truth:
    """What the sides of a line equal, under the definitions of what they name; in one ``layer``, if that is given.

    ``where`` is in the order in which the definitions are put in.
    """

    truth: Basic
    where: Mapping[Basic, Basic] = field(default_factory=dict)
    layer: int | None = None

    def decide(self, line):
        """The decisions on the sides of a line, in LaTeX. What is added by ``+=`` is the right side alone."""
        formula = line.partition(r", \quad")[0]
        sides = read_line(formula, SOURCE_IN_ROWS)[r"\mathrel{+}=" in formula :]
        return [decide(self.truth, self.put_in(side)) for side in sides]

    def put_in(self, side):
        return put_in(side if self.layer is None else side.subs(l, self.layer), self.where)


def _one_sample(expression):
    """A theorem for a batch as it is for one sample, a row, and the source's cost, which has no weight decay."""
    names = {"A": "a", "Z": "z", "Delta": "delta", "Y": "y"}
    return (
        expression.subs(weight_decay, 0)
        .subs(m, 1)
        .replace(
            lambda part: isinstance(part, LayerMatrix) and part.name in names,
            lambda part: LayerMatrix(names[part.name], *part.args[1:]),
        )
    )


# One sample

a, z, delta = ROWS.a, ROWS.z, ROWS.delta
cost = SquaredNorm(ROWS.y(L) - a(L)) / 2

ONE_COST = Truth(_one_sample(COST.formula), {J: cost})
AT_THE_OUTPUT = Truth(_one_sample(OUTPUT_DELTA.expanded), {delta(L): Gradient(J, z(L)), J: cost, a(L): f(z(L))})


def _hidden(layer):
    truth = _one_sample(HIDDEN_DELTA.derivation).subs(l, layer)
    return Truth(truth, {delta(layer): truth, a(layer): f(z(layer))})


def _chain(layer):
    return Truth(_one_sample(HIDDEN_DELTA.derivation).subs(l, layer), _forward(layer) | {a(layer): f(z(layer))})


def _forward(layer):
    return {z(layer + 1): ROWS.forward(a(layer), layer)}


def _of_parameter(parameter):
    theorem = WEIGHT_GRADIENT if parameter == ROWS.W(l) else BIAS_GRADIENT
    return Truth(_one_sample(theorem.derivation), _forward(l))


def _in_a_network(depth, layer, *, step=0):
    """The deltas of a whole network by E13 and E14, against the derivative of its cost by the pre-activation.

    The line is about layer l - ``step``.
    """
    net = unroll(depth)
    above = {name: net[name].xreplace({net[Z(layer)]: Z(layer)}) for name in (J, Delta(layer), Delta(layer + 1))}
    cost, own, above = (_one_sample(above[name]) for name in (J, Delta(layer), Delta(layer + 1)))
    return Truth(Gradient(cost, z(layer)), {delta(layer): own, delta(layer + 1): above, J: cost}, layer + step)


NETWORKS = ((3, 2), (4, 2), (4, 3))
"""The depth of a network, and one of its hidden layers."""


# A batch, with a penalty on layer 2

batch = {rho_hat(2): mean_of(A(2)), A(2): f(Z(2)), Z(2): FORWARD.formula.subs(l, 1)}
TO_WEIGHT = Truth(entry(PENALTY_WEIGHTS.derivation.subs(l, 1), i, k), batch)
TO_BIAS = Truth(entry(PENALTY_BIASES.derivation.subs(l, 1), 0, k), batch)

net = unroll_sparse(3, penalised=(2,))
from_Z2 = {name: net[name].xreplace({net[Z(2)]: Z(2)}) for name in (Omega(2), J_sparse, Delta(2))}


def _with_penalty(depth):
    """The gradient of a network of this depth, by the delta that carries the penalty."""
    deep = unroll_sparse(depth, penalised=(2,))
    truth = entry(Gradient(deep[J_sparse].subs(weight_decay, 0), W(1)), i, k)
    return Truth(truth, {J_sparse: deep[J_sparse].subs(weight_decay, 0), Delta(2): deep[Delta(2)]})


errors = Y.subs(L, 3) - net[A(3)]
OF_ALL_COSTS = Truth(
    net[J_sparse].subs(weight_decay, 0),
    {
        J_sparse: net[J_sparse].subs(weight_decay, 0),
        COSTS: Hadamard(errors, errors) * ones(S(3)) / 2,
        rho_hat(2): net[rho_hat(2)],
    },
)

to_Z2 = entry(m * Gradient(from_Z2[Omega(2)], Z(2)), j, k)
ADDED = Truth(to_Z2, {rho_hat(2): mean_of(f(Z(2)))})
WHOLE_DELTA = Truth(entry(from_Z2[Delta(2)], j, k), {Delta(2): from_Z2[Delta(2)], J_sparse: from_Z2[J_sparse]})

DELTAS = tuple(_in_a_network(*network) for network in NETWORKS)
STEPS = tuple(_in_a_network(*network, step=1) for network in NETWORKS)

REPAIRS = {
    "E9": (ONE_COST,),
    "E11": (AT_THE_OUTPUT,),
    "E12": (AT_THE_OUTPUT,),
    "E13": (AT_THE_OUTPUT,),
    "E14": (_hidden(l),),
    "E17": (_chain(l - 1),),
    "E26": (_of_parameter(ROWS.W(l)),),
    "E29": (_of_parameter(ROWS.b(l)),),
    "E15": DELTAS,
    **dict.fromkeys(("E18", "E19", "E20"), (_hidden(l - 1),)),
    "E21": STEPS,
    "E22": DELTAS,
    "E23": (_hidden(l),),
    "E27": (_of_parameter(ROWS.W(l)),),
    "E31": (_with_penalty(4),),
    "E32": (Truth(entry(MEAN_ACTIVATION.formula.subs(l, 2), 0, j), {rho_hat(2): MEAN_ACTIVATION.formula.subs(l, 2)}),),
    "E36": (OF_ALL_COSTS,),
    **{f"E{number}": (TO_WEIGHT,) for number in (38, *range(41, 47))},
    "E47": (TO_BIAS,),
    "E48": (ADDED,),
    "E49": (WHOLE_DELTA,),
}
"""{line: what it must equal once repaired}: one truth, or one for each of several networks."""
