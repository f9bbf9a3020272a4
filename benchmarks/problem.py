"""The problem that all contestants solve: a sparse autoencoder on patches of random images."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sparseae_lib.network import init_parameters

WEIGHT_DECAY, RHO, BETA = 1e-4, 0.01, 3.0


@dataclass(frozen=True)
class Problem:
    """A network on ``n_samples`` square patches, which have a pixel for each unit of the first layer."""

    layer_sizes: tuple[int, ...]
    n_samples: int

    def data(self):
        """The samples X (m, S_1), between 0.1 and 0.9."""
        return _patches(math.isqrt(self.layer_sizes[0]), self.n_samples, np.random.default_rng(0))

    def theta(self, seed=1):
        """First parameters, in the library's order."""
        return init_parameters(self.layer_sizes, np.random.default_rng(seed))


def _patches(side, n_patches, rng):
    """Square patches as rows, scaled as in UFLDL: centred, clipped at three standard deviations, from 0.1 to 0.9."""
    images = np.stack([_natural_image(512, rng) for _ in range(10)])
    windows = sliding_window_view(images, (side, side), axis=(1, 2))
    place = [rng.integers(size, size=n_patches) for size in windows.shape[:3]]
    patches = windows[tuple(place)].reshape(n_patches, side * side)
    patches -= patches.mean(axis=1, keepdims=True)
    limit = 3 * patches.std()
    return 0.4 * np.clip(patches, -limit, limit) / limit + 0.5


def _natural_image(size, rng):
    """White noise whose amplitudes fall as one over the frequency, as those of photographs do."""
    fx, fy = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)
    frequency = np.hypot(fx, fy)
    frequency[0, 0] = 1
    return np.fft.irfft2(np.fft.rfft2(rng.standard_normal((size, size))) / frequency, s=(size, size))
