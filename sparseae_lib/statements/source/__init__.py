"""The source's lines, taken literally, each with what it should be equal to.

A line can be read in several ways, and each reading is decided on its own.
"""

from . import backpropagation, sparsity
from .reading import Reading

READINGS = backpropagation.READINGS | sparsity.READINGS
"""The readings of every line that is a formula that can be decided; a bare definition has none."""

__all__ = ["READINGS", "Reading"]
