"""Derivations that show their steps: from a definition to a claim, each step with its reason, and each decided.

``entries``    ``derive``: a statement's steps, in entries, as they are written on paper
``whole``      ``gradient``: the gradient of a cost, constructed with whole matrices
"""

from .derivation import Derivation, NoDerivation, Step
from .entries import derive
from .whole import gradient

__all__ = ["Derivation", "NoDerivation", "Step", "derive", "gradient"]
