r"""An activation for each layer: :math:`f_l` in place of f.

The statements have one letter f, since nothing in their proofs compares the activations of two layers. To see that this
is so, give each layer its own: the statements are proved again with :math:`f_l`, :math:`f_{l+1}` and :math:`f_L` as
functions that have nothing in common (``tests/statements/test_activations.py``).
"""

from sympy import Basic

from sparseae_lib.calculus import Elementwise
from sparseae_lib.calculus.functions import AppliedToMatrix
from sparseae_lib.statements.symbols import S, f


def activation_of(layer):
    """The activation of one layer, an arbitrary function: ``activation_of(l)`` is f_l."""
    return Elementwise(f"{f.name}_{layer}")


def with_own_activations(expression: Basic) -> Basic:
    """The expression with f_l for f and f_l' for f' wherever they are applied to units of layer l.

    The layer is read off the number of columns: ``f(A(l) * W(l) + ones(m) * b(l))`` has S(l + 1), so f becomes f_{l+1}.
    Raises ValueError if the columns are not the units of a layer.
    """

    def is_f(part):
        return isinstance(part, AppliedToMatrix) and part.args[0].of_order(0) == f

    def own(part):
        columns = part.shape[1]
        if columns.func != S:
            raise ValueError(f"expression must apply f to the units of a layer, got {part}")
        function, argument = part.args
        return activation_of(columns.args[0]).of_order(function.order)(argument)

    return expression.replace(is_f, own)
