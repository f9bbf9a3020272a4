"""Why a step holds, in words: a reason is a tuple of words and expressions, in order."""

from sympy import Add, Mul, Sum, Symbol
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard
from sparseae_lib.calculus.functions import Applied
from sparseae_lib.derivations import rules
from sparseae_lib.derivations.abbreviations import named
from sparseae_lib.derivations.words import listed, matrices_in


def definition(terms):
    """For the first line: what is differentiated, and what the chain rule holds fixed."""
    gradients = [part for part in terms if isinstance(part, Gradient)]
    ways = [way for way in map(_way, gradients) if way]
    if not ways:
        return ("the definition",) if gradients else ("what is given",)
    cotangents, outputs = zip(*ways, strict=True)
    held = matrices_in(cotangents)
    return (
        "the chain rule: the cost changes with ",
        gradients[0].args[1],
        " through ",
        *listed([named(output) for output in outputs]),
        " alone; " if len(ways) == len(gradients) else ", and through a term that contains it directly; ",
        *listed(held),
        " is held fixed" if len(held) == 1 else " are held fixed",
    )


def _way(gradient):
    """(cotangent, output) of a vector-Jacobian product, and ``None`` for any other gradient."""
    match gradient.args[0]:
        case EntrySum(args=(Hadamard(args=(cotangent, output)),)) if not cotangent.has(gradient.args[1]):
            return cotangent, output
    return None


WRITTEN_OUT = ("written out in entries",)
MULTIPLIED_OUT = ("multiplied out",)
WITHOUT_ABBREVIATIONS = ("the brackets multiplied out give the same terms",)
ORDERED = ("in the order of the claim",)
REARRANGED = ("the same fraction, arranged as in the claim",)


def of_rule(rule, before):
    """Why a rule may be applied to these terms."""
    return _OF_RULE[rule](before)


def _linear(before):
    held, constant = _held([term.operand for term in before], before[0].variable)
    into_sums = any(term.operand.has(Sum, Add) for term in before)
    reason = [
        "the derivative of a sum is the sum of the derivatives" if into_sums else "a factor that is fixed comes out"
    ]
    held, constant = matrices_in(held), matrices_in(constant)
    if held:
        reason += ["; ", *listed(held), " is held fixed" if len(held) == 1 else " are held fixed"]
    if constant := [symbol for symbol in constant if symbol not in held]:
        reason += ["; ", *listed(constant), " does not" if len(constant) == 1 else " do not", " change, which gives 0"]
    return tuple(reason)


def _held(operands, variable):
    """The factors that are held fixed, and the terms that do not change."""
    held, constant = [], []
    for operand in operands:
        if not variable.changes(operand):
            constant.append(operand)
        elif isinstance(operand, Add | Mul) or (isinstance(operand, Sum) and not variable.in_layers(operand)):
            parts = [operand.function] if isinstance(operand, Sum) else operand.args
            if isinstance(operand, Mul):
                held += [part for part in parts if not variable.changes(part)]
                parts = [part for part in parts if variable.changes(part)]
            if not isinstance(operand, Mul) or len(parts) == 1:
                more, others = _held(parts, variable)
                held, constant = held + more, constant + others
    return held, constant


def _layers(before):
    return ("of the sum over layers, only the term with ", before[0].variable.matrix, " changes")


def _power(before):
    exponents = list(dict.fromkeys(term.operand.exp for term in before))
    if exponents == [2]:
        return ("the square: twice the base, times the derivative of the base",)
    return ("the power rule",)


def _product(before):
    return ("the product rule",)


def _chain(before):
    reason = []
    for operand in {_function(term.operand): term.operand for term in reversed(before)}.values():
        argument = operand.args[-1]
        outer = operand.args[0].prime(argument) if isinstance(operand, Applied) else operand.fdiff()
        reason += [" and " if reason else "the chain rule: ", outer, " times the derivative of ", argument]
    return tuple(reason)


def _function(operand):
    """What is named once: an elementwise function, at whatever entries, and any other one at each of its arguments."""
    return operand.args[0] if isinstance(operand, Applied) else operand


def _definition(before):
    reason = []
    for matrix in dict.fromkeys(term.operand.parent for term in before):
        reason += ["; " if reason else "the definition ", (matrix, _written(matrix, before[0].variable.where))]
    return tuple(reason)


def _leaf(before):
    term = before[0]
    if not isinstance(term.operand, MatrixElement):
        return ("the derivative of ", term.operand, " is 1")
    brackets = term.variable.of_leaf(term.operand)
    return (
        "the derivative of an entry by an entry is 1 if they are the same, and 0 if not: ",
        (term.variable.partial(term.operand), brackets),
    )


NAMES = {
    rules.linear: "linearity",
    rules.layers: "the term of one layer",
    rules.power: "the power rule",
    rules.product: "the product rule",
    rules.chain: "the chain rule",
    rules.definition: "definitions",
    rules.leaf: "the derivative of an entry by an entry",
}
"""The rules, as a list of what was needed names them."""

_OF_RULE = {
    rules.linear: _linear,
    rules.layers: _layers,
    rules.power: _power,
    rules.product: _product,
    rules.chain: _chain,
    rules.definition: _definition,
    rules.leaf: _leaf,
}


def picking(found, terms):
    """For the brackets: which index is which, and which sums stay."""
    pairs = [(fixed, other) for fixed, other in found.items()]
    reason = ["the brackets pick " if len(pairs) > 1 else "the bracket picks ", *listed(pairs)]
    left = list(dict.fromkeys(index for term in terms for index, _, _ in term.limits))
    if left:
        reason += ["; the sum over " if len(left) == 1 else "; the sums over ", *listed(left)]
        reason += [" stays" if len(left) == 1 else " stay"]
    return tuple(reason)


def collected(expression, where):
    """Like terms are one, once it is seen that some are the same: what the abbreviations in them stand for."""
    pairs = [(symbol, value) for symbol, value in where.items() if expression.has(symbol)]
    return ("like terms collected", *(part for pair in pairs for part in ("; with ", pair)))


def meeting(reached, claim, where):
    """Why the claim in entries is what the derivation has reached."""
    reason = []
    for symbol in (symbol for symbol in where if claim.has(symbol) and not reached.has(symbol)):
        reason += ["; with " if reason else "with ", (symbol, _written(symbol, where))]
    if len(Add.make_args(claim)) < len(Add.make_args(reached)):
        reason += ["; " if reason else "", "the common factor goes out of the bracket"]
    return tuple(reason) or ORDERED


def _written(symbol, where):
    """What an abbreviation stands for, with other abbreviations in it."""
    return where[symbol].xreplace({value: other for other, value in where.items() if other != symbol})


def functions(claim):
    """Which functions of the claim abbreviate what."""
    reason = []
    for part in sorted(claim.atoms(Applied), key=str):
        if part.args[0].definition is not None:
            reason += ["; " if reason else "with ", (part, part.args[0].definition(part.args[1]))]
    return tuple(reason) or ORDERED


def for_every(*indices):
    """The entries are equal for all indices, so the matrices are."""
    free = [index for index in indices if isinstance(index, Symbol)]
    return ("this holds for every ", *listed(free), ", so it holds for the matrices") if free else ()
