"""Mistakes that are made with the gradient of the sparse autoencoder, each as an edit of a right program.

``textbook``   the right cost and gradient, in forty lines
``edits``      the mistakes: which line is replaced by which

To add a mistake, write it into ``mistakes/edits.py``, under the line of ``mistakes/textbook.py`` that it replaces.
``tests/test_mistakes.py`` goes over all of them, but the lines of the source that names mention and the number of
guards stand there by hand. ``book/wrong_gradients.ipynb`` shows all of them; its prose says which of them a wider
tolerance lets pass, so read it again after ``make notebooks``.

Wrong variants of another kind live elsewhere. A corrupted theorem is one of ``SLIPS`` in
``tests/statements/test_mutants.py``, and a new kind of corruption goes to ``calculus/mutation``. A line of the source
is in ``errata/lines.toml``, which says what else it needs.

A mistake in one of the two functions makes them disagree, so ``check_gradient`` sees it. ``SMALL_MISTAKES`` need a
tighter tolerance than its default. The same mistake in both gives the right gradient of another cost, which no check of
a gradient can see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.gradcheck import GradientCheck, check_gradient
from sparseae_lib.mistakes.edits import CONSISTENT, IN_COST, IN_GRADIENT, TOO_SMALL
from sparseae_lib.network import init_parameters

SOURCE = files(__name__).joinpath("textbook.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Mistake:
    """What is wrong, in words, and the lines that are replaced: ((right, wrong), ...)."""

    name: str
    edits: tuple[tuple[str, str], ...]

    @property
    def source(self) -> str:
        """The textbook with the mistake in it. Raises ValueError unless it contains each right line exactly once."""
        source = SOURCE
        for right, wrong in self.edits:
            if source.count(right) != 1:
                raise ValueError(
                    f"edits must name a line of the textbook, but {right!r} is there {source.count(right)} times"
                )
            source = source.replace(right, wrong)
        return source

    def functions(
        self, problem: SimpleNamespace
    ) -> tuple[Callable[[NDArray[Any]], float], Callable[[NDArray[Any]], NDArray[Any]]]:
        """The cost and the gradient with the mistake, as functions of theta."""
        module = {}
        exec(compile(self.source, f"<{self.name}>", "exec"), module)
        return partial(module["cost"], **problem.arguments), partial(module["gradient"], **problem.arguments)

    def check(self, problem: SimpleNamespace, **options: Any) -> GradientCheck:
        """What ``check_gradient`` says about it."""
        cost, gradient = self.functions(problem)
        return check_gradient(cost, gradient, problem.theta, **options)


RIGHT = Mistake("no mistake", ())


def _single(groups):
    return [Mistake(name, ((right, wrong),)) for right, wrongs in groups.items() for name, wrong in wrongs.items()]


GRADIENT_MISTAKES = _single(IN_GRADIENT)
COST_MISTAKES = _single(IN_COST)
SMALL_MISTAKES = _single(TOO_SMALL)
CONSISTENT_MISTAKES = [Mistake(name, tuple(edits.items())) for name, edits in CONSISTENT.items()]


def square_problem(rng: np.random.Generator) -> SimpleNamespace:
    """A deep network in which no width gives a mistake away: every layer has six units.

    There are ten samples, so that a sum over units is never a sum over samples. The weights of the decay and of the
    first penalty are those of UFLDL's exercise. The targets are not the inputs.
    """
    layer_sizes = (6, 6, 6, 6)
    theta = init_parameters(layer_sizes, rng)
    theta += rng.normal(scale=0.1, size=theta.size)  # so that no bias is zero
    X, Y = rng.uniform(0.1, 0.9, size=(2, 10, 6))
    arguments = {"X": X, "Y": Y, "layer_sizes": layer_sizes, "rho": (0.01, 0.05), "beta": (3.0, 2.0), "decay": 1e-4}
    return SimpleNamespace(theta=theta, arguments=arguments)
