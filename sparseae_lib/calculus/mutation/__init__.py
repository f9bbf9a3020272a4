"""Mutants: every small corruption of a formula, of the kinds that a slip of the pen makes.

Nothing here knows what is right: a mutant may mean nothing, and it may be the original in disguise.
To find that out is left to ``decide``.

``places``   where something can be put in an expression
``algebra``  slips in any formula with sums, products and transposes
``network``  slips in the formulas of a network
``score``    the mutants of the statements, decided and counted
"""

from dataclasses import dataclass

from sympy import Basic

from sparseae_lib.calculus.mutation import algebra, network, places


@dataclass(frozen=True)
class Mutant:
    """A corrupted expression, and the kind of its corruption: one of ``KINDS``."""

    kind: str
    expression: Basic


def mutants(expression: Basic) -> list[Mutant]:
    """Every mutant of a scalar or matrix expression, once, under the first kind that makes it.

    The expression itself is none of them.
    """
    expression = places.mapped(expression)
    kinds = {expression: None}
    for kind, rules in KINDS.items():
        for rule in rules:
            for mutant in rule(expression):
                kinds.setdefault(mutant, kind)
    return [Mutant(kind, mutant) for mutant, kind in kinds.items() if kind]


def _anywhere(rule):
    """The rule for one place as a rule for a whole expression: at every place of it."""

    def everywhere(expression):
        for place in places.places(expression):
            yield from (place.put(new) for new in rule(place) if place.takes(new))

    return everywhere


KINDS = {
    "f for f'": [_anywhere(network.other_order)],
    "f' dropped": [_anywhere(network.function_dropped)],
    "f' twice": [_anywhere(network.function_twice)],
    "KL for KL'": [_anywhere(network.other_order_of_divergence)],
    "KL dropped": [_anywhere(network.divergence_dropped)],
    "1 - rho for rho": [network.complement],
    "mean for sum": [_anywhere(network.mean_for_sum)],
    "one sample for the mean": [_anywhere(network.one_for_mean)],
    "out of the bracket": [_anywhere(algebra.out_of_bracket)],
    "layer up": [network.layer_shifted(1)],
    "layer down": [network.layer_shifted(-1)],
    "indices swapped": [network.layers_swapped, _anywhere(algebra.indices_swapped)],
    "transpose dropped": [_anywhere(algebra.transpose_dropped)],
    "transpose added": [_anywhere(algebra.transpose_added)],
    "elementwise for product": [_anywhere(algebra.elementwise_for_product)],
    "product for elementwise": [_anywhere(algebra.product_for_elementwise)],
    "product reversed": [_anywhere(algebra.product_reversed)],
    "factor dropped": [_anywhere(algebra.factor_dropped)],
    "factor twice": [_anywhere(algebra.factor_twice)],
    "factor inverted": [_anywhere(algebra.factor_inverted)],
    "term dropped": [_anywhere(algebra.term_dropped)],
    "term twice": [_anywhere(algebra.term_twice)],
    "sign flipped": [_anywhere(algebra.sign_flipped)],
    "like symbols exchanged": [algebra.exchanged(True)],
    "unlike symbols exchanged": [algebra.exchanged(False)],
}
"""{kind of corruption: its rules}, the particular first: a mutant that two kinds make counts for the first of them."""
