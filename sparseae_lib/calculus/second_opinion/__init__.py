r"""A second opinion on a gradient, by a road that shares no step with ``decide``: matrices stay whole, without entries.

The coefficient of :math:`\varepsilon` in :math:`J(V + \varepsilon H)` is linear in the direction H. H is brought to
the right, by :math:`\langle G, P H Q \rangle = \langle P^{\top} G Q^{\top}, H \rangle` and its like. What stands to
the left is the gradient, since no other matrix has the same inner product with every H.

``directional``  the coefficient of epsilon, by the rules for sums, products, transposes and elementwise functions
``words``        sums of products of matrices in a form of their own: the decision whether two are equal
``adjoint``      the matrix G for which a linear form in H is the inner product with G
"""

from sympy import Basic

from sparseae_lib.calculus.second_opinion import words
from sparseae_lib.calculus.second_opinion.adjoint import gradient
from sparseae_lib.calculus.second_opinion.words import Mismatch, Unreadable

__all__ = ["Mismatch", "Unreadable", "gradient", "same"]


def same(left: Basic, right: Basic) -> bool:
    """Whether two matrix expressions are proved equal for all sizes. ``False`` means: not proved.

    Every ``Gradient`` in them is worked out by ``gradient``. Raises ``Mismatch`` if shapes do not meet, ``Unreadable``
    if an operation is not one that this module knows.
    """
    left, right = words.form(left, gradient), words.form(right, gradient)
    words.same_shape("a comparison", left, right)
    return left.terms == right.terms
