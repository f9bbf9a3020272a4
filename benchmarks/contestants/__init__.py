"""Who takes part. One module a library; each ``prepare`` makes a problem ready and returns a ``Prepared``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, NamedTuple


class Prepared(NamedTuple):
    """``evaluate()`` is what is timed and returns the contestant's own types, with nothing left to wait for.

    ``to_library(result)`` gives the cost, a float, and the gradient, a vector in the library's order; it is None where
    nothing of that kind is computed.
    """

    evaluate: Callable[[], Any]
    to_library: Callable[[Any], tuple] | None


@dataclass(frozen=True)
class Contestant:
    """``target`` names a function of a ``Problem``, as ``module:function``, so that only its own process imports it.

    ``options`` are the function's further arguments, ``environment`` is that of the process, both as pairs.
    """

    name: str
    target: str
    requires: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = field(default=())
    environment: tuple[tuple[str, str], ...] = field(default=())

    def missing(self):
        """The packages it needs that are not installed."""
        return [package for package in self.requires if find_spec(package) is None]


def _contestant(name, target, *requires, **options):
    return Contestant(name, f"benchmarks.contestants.{target}", requires, tuple(options.items()))


BOUND = _contestant("matrix products alone", "products:prepare")
OURS = _contestant("sparseae_lib", "ours:prepare")
CLEAN_NUMPY = _contestant("clean NumPy", "clean_numpy:prepare")
PEERS = (
    _contestant("textbook port", "textbook:prepare"),
    CLEAN_NUMPY,
    _contestant("torch autograd", "with_torch:autograd", "torch"),
    _contestant("torch by hand", "with_torch:by_hand", "torch"),
    _contestant("JAX jit", "with_jax:jit", "jax"),
)


def ours(name, **options):
    """The library once more, with ``options`` of its own."""
    return _contestant(name, "ours:prepare", **options)
