"""Derivations that show their steps: from a definition to a claim, each step with its reason, and each decided.

``entries``    ``derive``: a statement's steps, in entries, as they are written on paper
``whole``      ``gradient``: the gradient of a cost, constructed with whole matrices
``explanation`` ``explain``: a decision with small matrices, shapes side by side, or the steps of its proof
"""

from .derivation import Derivation, NoDerivation, Step
from .entries import derive
from .explanation import explain
from .whole import gradient

__all__ = ["Derivation", "NoDerivation", "Step", "derive", "explain", "gradient"]
