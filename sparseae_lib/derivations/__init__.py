"""Derivations that show their steps: from a definition to a claim, each step with its reason, and each decided.

``entries``    ``derive``: a statement's steps, in entries, as they are written on paper
"""

from .derivation import Derivation, NoDerivation, Step
from .entries import derive

__all__ = ["Derivation", "NoDerivation", "Step", "derive"]
