"""Random calls of the objective, and what is right for them by a reference that shares nothing with the library."""

from dataclasses import dataclass, replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from sparseae_lib.objective import Objective

# The reference: the definitions, for real and for complex theta, without BLAS. Its gradient is the complex step.

FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: np.sinh(z) / np.cosh(z),
    "identity": lambda z: z,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "softplus": lambda z: z / 2 + np.log(2 * np.cosh(z / 2)),
}


def reference(theta, X, Y, layer_sizes, rho, beta, weight_decay, activation):
    """Error, decay and penalty, whose sum is the cost; the pre-activations and the mean activations, by layer."""
    A, start, squares, penalty, pre_activations, means = X, 0, 0, 0, [], []
    if isinstance(activation, str):
        activation = [activation] * (len(layer_sizes) - 1)
    for (fan_in, fan_out), r, factor, name in zip(
        pairwise(layer_sizes), [*rho, 0.5], [*beta, 0], activation, strict=True
    ):
        W = theta[start : start + fan_in * fan_out].reshape(fan_in, fan_out)
        b = theta[start + W.size : start + W.size + fan_out]
        start += W.size + fan_out
        squares += np.sum(W * W)
        Z = np.einsum("si,ij->sj", A, W) + b
        A = FUNCTIONS[name](Z)
        pre_activations.append(Z)
        means.append(A.mean(axis=0))
        if factor > 0:
            off = FUNCTIONS["sigmoid"](-Z).mean(axis=0)  # the mean of 1 - a, to the last digit
            penalty += factor * np.sum(r * np.log(r / means[-1]) + (1 - r) * np.log((1 - r) / off))
    terms = np.array([np.sum((Y - A) ** 2) / 2 / len(X), weight_decay / 2 * squares, penalty])
    return terms, pre_activations, means[:-1]


def reference_gradients(theta, X, Y, step=1e-20, **options):
    """Of error, decay and penalty: (3, size of theta)."""
    return np.array([reference(theta + 1j * step * e, X, Y, **options)[0].imag / step for e in np.eye(theta.size)]).T


def expect(call):
    """What the reference gives, and how far from it rounding may lead, relative to the size of what is added up."""
    arguments = call.as_reference()
    terms, pre_activations, means = reference(*arguments, **call.options)
    gradients = reference_gradients(*arguments, **call.options)
    # A pre-activation is rounded relatively, so an exponential of it relatively by as much as z absolutely. 1 - rho_hat
    # may lose two digits. Measured in thousands of calls: at most 10 where 40 stands.
    largest = max(np.abs(Z).max() for Z in pre_activations)
    tolerance = 40 * np.finfo(call.theta.dtype).eps * (1 + largest)
    if "relu" in call.options["activation"]:  # not so near to a kink that rounding may lead to its other side
        assume(not any(np.any((Z != 0) & (np.abs(Z) < tolerance)) for Z in pre_activations))
    scale = 1 + np.abs(gradients).sum()  # f' keeps absolute precision only, and is multiplied by errors of about 1
    cost, gradient = terms.sum(), gradients.sum(axis=0)
    return SimpleNamespace(cost=cost, gradient=gradient, means=means, scale=scale, tolerance=tolerance)


# Random calls: the numbers are NumPy's, from a seed; what has a name is Hypothesis's, and shrinks.


@dataclass
class Call:
    options: dict
    workers: int | None
    theta: np.ndarray
    X: np.ndarray
    targets: np.ndarray | None

    @property
    def arguments(self):
        return (self.theta, self.X) + (() if self.targets is None else (self.targets,))

    @property
    def objective(self):
        return Objective(**self.options, workers=self.workers)

    def evaluate(self):
        return self.objective.evaluate(*self.arguments)

    def of_rows(self, rows):
        return replace(self, X=self.X[rows], targets=None if self.targets is None else self.targets[rows])

    def as_reference(self):
        """theta, X and targets in double precision, X and targets after they were rounded to theta's."""
        data = (self.X, self.X if self.targets is None else self.targets)
        return self.theta.astype(float), *(array.astype(self.theta.dtype).astype(float) for array in data)


LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "every other row": lambda a: np.repeat(a, 2, axis=0)[::2],
    "every third column": lambda a: np.repeat(a, 3, axis=-1)[..., ::3],
    "backwards": lambda a: np.flip(np.flip(a).copy()),
    "read-only and unaligned": lambda a: np.frombuffer(b"?" + a.tobytes(), a.dtype, offset=1).reshape(a.shape),
    "field of records": lambda a: np.rec.fromarrays([np.zeros(a.shape, bool), a])["f1"],
    "bytes swapped": lambda a: a.astype(a.dtype.newbyteorder()),
}
laid_out = st.sampled_from(list(LAYOUTS)).map(LAYOUTS.get)
dtypes = st.sampled_from([np.float64, np.float32])
batch_sizes = st.integers(1, 40)


def networks(max_width, max_depth):
    """Layer sizes; those of an autoencoder in every other call."""
    sizes = st.lists(st.integers(1, max_width), min_size=2, max_size=max_depth)
    return sizes | sizes.map(lambda sizes: [*sizes[:-1], sizes[0]])


any_network = networks(9, 6)


@st.composite
def calls(draw, m=batch_sizes, sizes=any_network, dtypes=dtypes, kinked=True):
    m, sizes = draw(m), draw(sizes)
    n_hidden = len(sizes) - 2
    names = [name for name in FUNCTIONS if kinked or name != "relu"]
    name = st.sampled_from(["sigmoid", *names])  # the sigmoid twice as often: only it has a penalty
    activation = draw(name | st.lists(name, min_size=n_hidden + 1, max_size=n_hidden + 1))
    by_layer = [activation] * n_hidden if isinstance(activation, str) else activation[:-1]
    options = {
        "layer_sizes": sizes,
        "rho": draw(st.lists(st.floats(0.01, 0.99), min_size=n_hidden, max_size=n_hidden)),
        "beta": [draw(st.sampled_from([0.0, 3.0, 0.1])) if name == "sigmoid" else 0.0 for name in by_layer],
        "weight_decay": draw(st.sampled_from([0.0, 1e-4, 0.5])),
        "activation": activation,
    }
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    theta = rng.normal(scale=draw(st.sampled_from([1, 0.1, 0])), size=sum((n + 1) * k for n, k in pairwise(sizes)))
    if set(by_layer) == {"sigmoid"}:
        _saturate(theta, sizes, rng, draw(st.lists(st.sampled_from(["on", "off", "nearly on", "both"]), max_size=3)))
    arrays = theta, rng.uniform(0, 1, (m, sizes[0])), rng.uniform(0, 1, (m, sizes[-1]))
    theta, X, targets = (draw(laid_out)(array.astype(draw(dtypes))) for array in arrays)
    without = sizes[0] == sizes[-1] and draw(st.booleans())
    return Call(options, draw(st.sampled_from([None, 1, 2, 3, 7])), theta, X, None if without else targets)


def _saturate(theta, sizes, rng, units):
    """Saturate some units of one layer; "both" is on for some samples and off for others."""
    layer = rng.integers(len(sizes) - 1)
    start = sum((n + 1) * k for n, k in pairwise(sizes[: layer + 1]))
    fan_in, fan_out = sizes[layer : layer + 2]
    for kind in units:
        unit = rng.integers(fan_out)
        theta[start + unit] = 1200 if kind == "both" else 0.5  # times a number between 0 and 1
        theta[start + fan_in * fan_out + unit] = {"on": 600, "off": -600, "nearly on": 5, "both": -600}[kind]
