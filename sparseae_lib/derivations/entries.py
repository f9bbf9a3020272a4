r"""A derivation at the level of entries, as a teacher writes it: made by rules from the definition, for any statement.

The derivative of the cost is written out in entries and differentiated rule by rule, until brackets
:math:`[a = s]` are all that is left of it. From the other end the claim is written out in entries. Where the two meet
they are equal but for the order of factors and what stands before a sum or a bracket.
"""

from sympy import Add, Integer, MatAdd, MatMul, MatrixExpr, Symbol
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import Gradient, entry
from sparseae_lib.calculus.functions import Applied
from sparseae_lib.calculus.indices import indexed
from sparseae_lib.calculus.unfolding import unfold
from sparseae_lib.derivations import reasons
from sparseae_lib.derivations.abbreviations import abbreviations
from sparseae_lib.derivations.claim import opened, why_products
from sparseae_lib.derivations.derivation import Derivation, NoDerivation, Step
from sparseae_lib.derivations.latex import look
from sparseae_lib.derivations.letters import Letters
from sparseae_lib.derivations.meeting import multiplied_out, same_terms
from sparseae_lib.derivations.rules import RULES, Term, picked
from sparseae_lib.derivations.variables import Entry, Number
from sparseae_lib.derivations.written import in_entries
from sparseae_lib.statements.statement import Statement


def derive(statement: Statement) -> Derivation:
    """The steps from the definition to the claim of a statement, each with its reason and each decided.

    Raises NoDerivation if there is none, because the statement is a definition, or because a derivative in it is
    neither that of a cost by a matrix nor that of a function; NotProved if a step does not follow, as when the
    statement is wrong; and TypeError for anything but a statement.
    """
    if not isinstance(statement, Statement):
        raise TypeError(f"statement must be a Statement, not {type(statement).__name__}")
    if statement.derivation is None:
        raise NoDerivation(f"{statement.label} is a definition: there is nothing to derive")
    return _of_matrices(statement) if isinstance(statement.left, MatrixExpr) else _of_numbers(statement)


class _Steps(list):
    """The steps so far; an expression that is printed as the one before it is no step.

    As a penalty of matrices, whose definition is printed as the sum of its entries, and that sum.
    """

    def __init__(self, letters):
        super().__init__()
        self.letters = letters

    def add(self, expression, reason, rule=""):
        expression = self.letters.name(expression)
        if not self or look(self[-1].expression) != look(expression):
            self.append(Step(expression, tuple(map(self._named, reason)), rule))

    def add_terms(self, terms, reason, rule=""):
        self.add(Add(*[term.expression for term in terms]), reason, rule)

    def _named(self, part):
        if isinstance(part, tuple):
            return tuple(map(self._named, part))
        return part if isinstance(part, str) else part.xreplace(self.letters.given)


def _of_matrices(statement):
    where = abbreviations(statement)
    short = {value: key for key, value in where.items()}
    definition = statement.derivation.xreplace(short)
    letters = Letters(statement.left.shape, *_formulas(statement))
    i, j = letters.free
    steps = _Steps(letters)
    parts = list(_parts(definition, statement.label))
    steps.add(opened(definition, i, j), reasons.definition([matrix for _, matrix in parts]))
    whole = opened(statement.formula, i, j)
    if steps[0].expression != whole:  # the definition, cancelled, may be the claim already
        terms = [_term(number, matrix, i, j, where) for number, matrix in parts]
        steps.add_terms(terms, reasons.WRITTEN_OUT)
        _meet(_differentiated(terms, steps), in_entries(whole), where, steps)
        steps.add(whole, why_products(whole), "sums as matrix products")
    return Derivation(
        (statement.left, statement.formula),
        opened(statement.left, i, j),
        MatrixElement(statement.derivation, i, j),
        tuple(steps),
        MatrixElement(statement.formula, i, j),
        where,
        reasons.for_every(i, j),
    )


def _parts(definition, label):
    """(number, matrix) for each term of the definition; only the whole matrix may be a gradient."""
    for term in MatAdd.make_args(definition) if isinstance(definition, MatAdd) else (definition,):
        number, factors = term.as_coeff_matrices() if isinstance(term, MatMul) else (Integer(1), [term])
        matrix = factors[0] if len(factors) == 1 else MatMul(*factors)
        if isinstance(matrix, MatAdd):
            yield from ((number * inner, part) for inner, part in _parts(matrix, label))
            continue
        if not isinstance(matrix, Gradient) and any(_is_cost(part) for part in matrix.atoms(Gradient)):
            raise NoDerivation(f"{label}: a gradient inside of {matrix} is no term with a number before it")
        yield number, matrix


def _is_cost(gradient):
    return not isinstance(gradient.args[0], Symbol | AppliedUndef)


def _term(number, matrix, i, j, where):
    if isinstance(matrix, Gradient) and _is_cost(matrix):
        return Term(indexed(number), in_entries(matrix.args[0]), Entry(matrix, i, j, where))
    return Term(indexed(number) * entry(matrix, i, j))


def _differentiated(terms, steps):
    """The terms after the rules, one rule a step, until no derivative is left, and no bracket of a bound index."""
    while any(term.operand is not None for term in terms):
        rule, before, terms = _by_one_rule(terms)
        steps.add_terms(terms, reasons.of_rule(rule, before), reasons.NAMES[rule])
    found = {}
    for number, term in enumerate(terms):
        terms[number], pairs = picked(term)
        found |= {steps.letters.name(index): steps.letters.name(other) for index, other in pairs.items()}
    if found:
        steps.add_terms(terms, reasons.picking(found, terms), "brackets that pick a term")
    return terms


def _by_one_rule(terms):
    """(rule, the terms that it changes, the terms after it) for the first rule that changes any."""
    for rule in RULES:
        results = [rule(term) if term.operand is not None else [term] for term in terms]
        changed = [term for term, result in zip(terms, results, strict=True) if result != [term]]
        if changed:
            return rule, changed, [term for result in results for term in result]
    raise NoDerivation(f"no rule for the derivative of {terms[0].operand}")


def _meet(terms, claim, where, steps):
    """From the terms of the derivation to the claim in entries: brackets, abbreviations, the order of factors."""
    reached = Add(*[term.expression for term in terms])
    of_one = {symbol: value for symbol, value in where.items() if reached.has(symbol) != claim.has(symbol)}
    meant = [side.xreplace(of_one) for side in (reached, claim)]
    if not same_terms(*meant):
        steps.add(multiplied_out(meant[0]), reasons.MULTIPLIED_OUT, "multiplying out")
        steps.add(multiplied_out(meant[1]), reasons.collected(meant[1], where))
        steps.add(in_entries(meant[1]), reasons.WITHOUT_ABBREVIATIONS)
    steps.add(claim, reasons.meeting(reached, claim, where), "common factors and abbreviations")


def _of_numbers(statement):
    letters = Letters((), *_formulas(statement))
    steps = _Steps(letters)
    left = statement.left
    if not (isinstance(left, Applied) and left.args[0].order and left.args[0].definition is not None):
        raise NoDerivation(f"{statement.label}: {left} is not the derivative of a function with a definition")
    function, x = left.args
    below = function.of_order(function.order - 1)
    variable = Number(x)
    terms = [Term(Integer(1), below.definition(x), variable)]
    steps.add_terms(terms, ("the definition of ", below))
    terms = _differentiated(terms, steps)
    written_out = unfold(statement.formula)
    steps.add(written_out, reasons.REARRANGED)
    steps.add(statement.formula, reasons.functions(statement.formula))
    return Derivation((left, statement.formula), left, statement.derivation, tuple(steps), statement.formula)


def _formulas(statement):
    return statement.formula, statement.derivation, statement.left
