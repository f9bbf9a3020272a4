"""The source's lines, taken literally, each against what it should equal.

A line may be read in several ways; each reading is decided on its own. A line that is a formula is read from the LaTeX
in the ledger (``put_in``), and what its repaired form must equal is in ``repairs``.
"""

from . import backpropagation, sparsity
from .reading import Reading

READINGS = backpropagation.READINGS | sparsity.READINGS
"""The readings of every line that is a formula which can be decided; a bare definition has none."""

__all__ = ["READINGS", "Reading"]
