"""Nobody who computes something else is timed."""

import numpy as np

# Normwise and relative. In single precision the sums over the samples are by themselves that far off.
TOLERANCE = {"float64": 1e-10, "float32": 1e-3}


class DisagreementError(Exception):
    """A contestant's cost or gradient is not that of the others."""


def check_agreement(results):
    """``results``: (cost, gradient) by the contestant's name. Returns the largest relative difference from the first.

    Returns None if there are not two to compare. Raises DisagreementError if a difference is above the tolerance or
    NaN.
    """
    (reference, (cost, gradient)), *others = results.items()
    largest = None
    for name, (other_cost, other_gradient) in others:
        tolerance = TOLERANCE[str(other_gradient.dtype)]
        for what, right, other in (("cost", cost, other_cost), ("gradient", gradient, other_gradient)):
            difference = float(np.linalg.norm(np.subtract(other, right)) / np.linalg.norm(right))
            if not difference <= tolerance:
                raise DisagreementError(
                    f"the {what} of {name} differs from that of {reference} by {difference:.1e}, "
                    f"more than {tolerance:.0e}"
                )
            largest = max(largest or 0.0, difference)
    return largest
