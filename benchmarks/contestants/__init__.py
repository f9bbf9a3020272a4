"""Who takes part. There is one module per library; its ``prepare`` gets a problem ready and returns a ``Prepared``.

To add one, write its module here, add it to ``PEERS``, with a ``kernel`` of its own if NumPy does not multiply for it,
and its package to ``benchmarks/requirements.txt`` and to ``PACKAGES`` in ``benchmarks/machine.py``. Then install it
with ``make bench-setup`` and measure: ``make bench`` stores ``benchmarks/results.json``. ``book/performance.ipynb`` has
a sentence on each peer, and ``README.md`` names the packages. If the peer trains, it goes to
``benchmarks/trainers`` as well.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any, NamedTuple


class Prepared(NamedTuple):
    """``evaluate()`` is what is timed and returns the contestant's own types, with nothing left to wait for.

    ``to_library(result)`` gives the cost, a float, and the gradient, a vector in the library's order; it is None if
    nothing of that kind is computed.
    """

    evaluate: Callable[[], Any]
    to_library: Callable[[Any], tuple] | None


@dataclass(frozen=True)
class Contestant:
    """``target`` names a function of a ``Problem``, as ``module:function``, so that only its own process imports it.

    ``options`` are the function's further arguments, ``environment`` is that of the process, both as pairs. ``kernel``
    names a function that says, in the process, which library multiplies and with which kernel.
    """

    name: str
    target: str
    requires: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = field(default=())
    environment: tuple[tuple[str, str], ...] = field(default=())
    kernel: str = "benchmarks.kernels:numpy_kernel"

    def missing(self):
        """The packages that it needs and that are not installed."""
        return [package for package in self.requires if find_spec(package) is None]


TORCH_KERNEL, JAX_KERNEL = "benchmarks.contestants.with_torch:kernel", "benchmarks.contestants.with_jax:kernel"


def _contestant(name, target, *requires, kernel=Contestant.kernel, **options):
    return Contestant(name, f"benchmarks.contestants.{target}", requires, options=tuple(options.items()), kernel=kernel)


BOUND = _contestant("matrix products alone", "matrix_products:prepare")
CALIBRATION = _contestant("calibration product", "matrix_products:prepare")
OURS = _contestant("sparseae_lib", "ours:prepare")
WITHOUT_NUMBA = replace(OURS, name="sparseae_lib without numba", environment=(("NUMBA_DISABLE_JIT", "1"),))
CLEAN_NUMPY = _contestant("clean NumPy", "clean_numpy:prepare")
PEERS = (
    _contestant("textbook port", "textbook:prepare"),
    CLEAN_NUMPY,
    _contestant("torch autograd", "with_torch:autograd", "torch", kernel=TORCH_KERNEL),
    _contestant("torch by hand", "with_torch:by_hand", "torch", kernel=TORCH_KERNEL),
    _contestant("JAX jit", "with_jax:jit", "jax", kernel=JAX_KERNEL),
)


def ours(name, **options):
    """The library once more, with ``options`` of its own."""
    return _contestant(name, "ours:prepare", **options)


def under(coretype, contestants):
    """The contestants, with OPENBLAS_CORETYPE set for each of them; as they are if it is None."""
    if coretype is None:
        return tuple(contestants)
    more = (("OPENBLAS_CORETYPE", coretype),)
    return tuple(replace(contestant, environment=contestant.environment + more) for contestant in contestants)
