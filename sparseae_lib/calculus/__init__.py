"""The proof engine: decides equality of matrix and index expressions over symbolic shapes. SymPy only.

``left = right`` means: for all sizes from 1 on, for all layers, and for all real values of entries, numbers and
functions for which both sides are defined, the two are equal. An index is in its range, and there are values for which
both sides are defined. Two names are two things. A symbol is what it is assumed to be and nothing more, a constant in
every derivative; but J and Omega(l), with an index or without, are costs, which may depend on every matrix. A function
whose definition has a variable with assumptions, such as a positive one, is defined where they hold. A side is not
defined where it divides by 0, and where a logarithm or a root is no real number; beside a proof stands what it takes
for granted there. Whatever the engine does not know, or cannot do within its limits, is ``unknown``.

One idea a module, in the order in which an equation passes through them:

``functions``    elementwise functions and their derivatives
``matrices``     layer matrices, elementwise products, gradients
``shapes``       symbolic shapes and index ranges: what is ill-formed
``indices``      from matrices to entries, with new indices
``normal_form``  equality of sums, for all sizes
``witness``      random values that tell two expressions apart
``decision``     proved, refuted, ill-formed or unknown
``lowering``     the same expression as a NumPy function
``mutation``     small corruptions of an expression, which the decision must reject

``second_opinion`` is another road to a gradient, with whole matrices, and shares none of these steps.
"""

from sparseae_lib.calculus.decision import (
    Contradiction,
    Decision,
    NotProved,
    NotRefuted,
    Outcome,
    decide,
    prove,
    refute,
)
from sparseae_lib.calculus.functions import Elementwise
from sparseae_lib.calculus.indices import entry
from sparseae_lib.calculus.matrices import EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm, ones, vjp
from sparseae_lib.calculus.shapes import IllFormed, Unsupported

__all__ = [
    "Contradiction",
    "Decision",
    "Elementwise",
    "EntrySum",
    "Gradient",
    "Hadamard",
    "IllFormed",
    "LayerMatrix",
    "NotProved",
    "NotRefuted",
    "Outcome",
    "SquaredNorm",
    "Unsupported",
    "decide",
    "entry",
    "ones",
    "prove",
    "refute",
    "vjp",
]
