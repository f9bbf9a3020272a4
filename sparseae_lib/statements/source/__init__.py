"""The source's lines, taken literally, each with what it should be equal to.

A line can be read in several ways, and each reading is decided on its own. A line that is a formula is read from the
LaTeX in the ledger.

``backpropagation``  the readings of E8 to E30
``sparsity``         the readings of E31 to E49
``repairs``          what the repaired form of a line must equal
``put_in``           a line of the ledger as an expression, with what the source has defined before it
``reading``          what a reading is
"""

from sparseae_lib.statements.source import backpropagation, sparsity
from sparseae_lib.statements.source.reading import Reading

READINGS = backpropagation.READINGS | sparsity.READINGS
"""The readings of every line that is a formula that can be decided; a bare definition has none."""

__all__ = ["READINGS", "Reading"]
