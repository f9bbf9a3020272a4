"""The proof engine: decides equality of matrix and index expressions over symbolic shapes. SymPy only.

``left = right`` means: for all sizes from 1 on, for all layers, and for all real values of entries, numbers and
functions for which both sides are defined, the two are equal. An index is in its range, and there are values for which
both sides are defined. Two names are two things. A symbol is what it is assumed to be and nothing more, a constant in
every derivative; but J and Omega(l), with an index or without, are costs, which may depend on every matrix. A function
whose definition has a variable with assumptions, such as a positive one, is defined where they hold. A side is not
defined where it divides by 0, and where a logarithm or a root is no real number. The number of terms of a sum is not
negative, and the layer l of a derivative with respect to W^(l) of a sum over layers is one of them. Beside a proof
stands what it takes for granted there, except for logarithms and roots that are applied entry by entry. Whatever the
engine does not know, or cannot do within its limits, is ``unknown``.

One idea a module, in the order in which an equation passes through them:

``atoms``         the parts of an expression
``primitives``    from the words of SymPy, such as ``Max`` and ``DiagMatrix``, to the operations below
``functions``     elementwise functions and their derivatives
``matrices``      layer matrices, elementwise products, gradients
``inverses``      the inverse of a matrix, and its determinant
``kronecker``     Kronecker products and vec, block by block
``shapes``        symbolic shapes and index ranges: what is ill-formed
``indices``       from matrices to entries, with new indices
``unfolding``     functions by their definitions, or by the value of another one
``normal_form``   equality of sums, for all sizes
``naming``        in which order the indices of a sum get their names: only proposals
``kinks``         equality of what has absolute values in it
``cancellation``  equality of matrices with inverses of sums in them
``domains``       where both sides have values, and may be compared
``draws``         the random numbers, which only propose a witness
``witness``       random values that tell two expressions apart
``evidence``      what a decision shows: a witness, or a reason in words
``conditions``    where both sides are defined, in words
``decision``      proved, refuted, ill-formed or unknown
``lowering``      the same expression as a NumPy function
``mutation``      small corruptions of an expression, which the decision must reject

What a derivation begins with is in ``words``, such as ``softmax`` and ``mean_over_samples``, and what one assumes of a
matrix is in ``hypotheses``. Both are formulas in these operations, so nothing more has to be believed.

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
from sparseae_lib.calculus.hypotheses import (
    Hypothesis,
    antisymmetric,
    distributions,
    is_diagonal,
    positive,
    rows_sum_to_one,
    symmetric,
)
from sparseae_lib.calculus.indices import entries, entry
from sparseae_lib.calculus.matrices import EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm, ones, vjp
from sparseae_lib.calculus.shapes import IllFormed, Unsupported
from sparseae_lib.calculus.words import (
    absolute,
    column,
    column_sums,
    diagonal,
    diagonal_of,
    divide,
    exponential,
    hyperbolic_tangent,
    logarithm,
    mean_over_samples,
    mean_over_units,
    reciprocal,
    relu,
    root,
    row,
    row_sums,
    scalar,
    sigmoid,
    softmax,
    softplus,
    spread_columns,
    spread_rows,
    square,
)

__all__ = [
    "Contradiction",
    "Decision",
    "Elementwise",
    "EntrySum",
    "Gradient",
    "Hadamard",
    "Hypothesis",
    "IllFormed",
    "LayerMatrix",
    "NotProved",
    "NotRefuted",
    "Outcome",
    "SquaredNorm",
    "Unsupported",
    "absolute",
    "antisymmetric",
    "column",
    "column_sums",
    "decide",
    "diagonal",
    "diagonal_of",
    "distributions",
    "divide",
    "entries",
    "entry",
    "exponential",
    "hyperbolic_tangent",
    "is_diagonal",
    "logarithm",
    "mean_over_samples",
    "mean_over_units",
    "ones",
    "positive",
    "prove",
    "reciprocal",
    "refute",
    "relu",
    "root",
    "row",
    "row_sums",
    "rows_sum_to_one",
    "scalar",
    "sigmoid",
    "softmax",
    "softplus",
    "spread_columns",
    "spread_rows",
    "square",
    "symmetric",
    "vjp",
]
