"""Names for the types in the annotations, which mypy and pyright read: the package is typed (PEP 561).

A cost is annotated as ``float``. At a complex theta, as the complex step has it, it is a complex number.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]
"""float32 or float64."""

Numbers: TypeAlias = NDArray[np.inexact[Any]]
"""float32 or float64, or complex64 or complex128 for a complex step."""

Number = TypeVar("Number", bound=np.inexact[Any])
"""The type of an array's entries, if another array has the same."""

Layers: TypeAlias = Sequence[tuple[NDArray[Number], NDArray[Number]]]
"""[(W1, b1), (W2, b2), ...]"""

PerLayer: TypeAlias = float | Sequence[float] | Floats
"""One number for every hidden layer, or one per hidden layer."""
