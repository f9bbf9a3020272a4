"""The proof engine: decides equality of matrix and index expressions over symbolic shapes. SymPy only.

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

from .decision import Contradiction, Decision, NotProved, NotRefuted, Outcome, decide, prove, refute
from .functions import Elementwise
from .indices import entry
from .matrices import EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm, ones, vjp
from .shapes import IllFormed, Unsupported

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
