"""Gradients of the sparse autoencoder, with the proofs of the formulas they implement.

``calculus`` decides equality of matrix expressions of symbolic shape, ``statements`` holds the claims, ``errata`` the
verdicts on the source's lines; the other modules are the numerical core. Nothing is imported here, so that ``calculus``
and ``statements`` work where NumPy is absent.
"""

__version__ = "0.1.0"
