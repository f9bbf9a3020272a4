r"""From photographs to the samples of UFLDL's experiment: whiten the images, sample patches, normalise them.

Images are grey: two-dimensional NumPy arrays (height, width) of float32 or float64, of any size. Samples are rows: a
patch of ``patch_shape`` (height, width) is one row of height × width pixels, row by row. The functions leave their
input as it is and keep its type. They raise TypeError for anything but such an array, and ValueError for a colour
image, for an empty one, and for NaN and infinity.

Sources: B. A. Olshausen and D. J. Field, Sparse coding with an overcomplete basis set: a strategy employed by V1?,
Vision Research 37 (1997), 3311-3325, for the whitening; UFLDL, exercise *Sparse Autoencoder*, for the patches.
"""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from sparseae_lib.typing import Floats, Number
from sparseae_lib.validation import (
    check_finite,
    check_float,
    check_positive_integer,
    check_rng,
    check_samples,
    check_shape,
    is_ordered,
)

Frequency = TypeVar("Frequency", float, Floats)

CUTOFF = 0.4  # cycles per pixel, as in Olshausen's code sparsenet; the paper has 200 cycles per picture of 512 pixels


def whitening_gain(frequency: Frequency) -> Frequency:
    r"""The gain of Olshausen and Field's whitening filter: :math:`R(f) = f\, e^{-(f / f_0)^4}`, where
    :math:`f_0 = 0.4` cycles per pixel.

    ``frequency`` (any shape), the radial frequency in cycles per pixel, not negative -> the same shape. The factor f
    makes the spectrum of a photograph flat, because its amplitude falls like 1/f; the other factor removes what lies
    beyond f_0, which is mostly noise and the grid of the pixels. The gain is 0 at f = 0 and largest at
    :math:`f_0 / \sqrt2`.
    """
    return frequency * np.exp(-((frequency / CUTOFF) ** 4))


def whiten(image: NDArray[Number]) -> NDArray[Number]:
    r"""Filter an image by ``whitening_gain`` in the Fourier domain, and scale it to mean 0 and variance 1.

    ``image`` (height, width) -> the same shape. The image is continued by its mirror image. A Fourier transform would
    continue it by its opposite end instead, and if the two ends do not match, the filter would make an edge that is
    not in the photograph. The transform of an image with its mirror images is the discrete cosine transform, whose
    coefficient (i, j) belongs to the frequency

    .. math:: f = \sqrt{\left(\tfrac{i}{2\,height}\right)^2 + \left(\tfrac{j}{2\,width}\right)^2}

    in cycles per pixel. Raises ValueError if the image is constant, because nothing is left once its mean is removed.
    """
    _check_image("image", image)
    if np.ptp(image) == 0:
        raise ValueError(f"image must not be constant, got {image[0, 0]} in every pixel")
    vertical, horizontal = (np.arange(size) / (2 * size) for size in image.shape)
    gain = whitening_gain(np.hypot(vertical[:, np.newaxis], horizontal))
    whitened = idctn(dctn(_near_one(image)) * gain.astype(image.dtype))
    return whitened / whitened.std()


def sample_patches(
    images: Iterable[Floats], patch_shape: Iterable[int], n_patches: int, rng: np.random.Generator
) -> Floats:
    """Patches of ``patch_shape`` at random places of ``images``, one per row, drawn with replacement.

    ``images``, a sequence of images whose sizes may differ; ``patch_shape`` (height, width); ``rng``, a
    ``numpy.random.Generator`` -> (n_patches, height × width), float64 unless all images are float32. Each place of each
    image at which a whole patch fits is equally likely, so a large image counts for more than a small one. The rows are
    in the order in which they were drawn, not sorted by image. The memory needed grows with the number of patches that
    are drawn, not with the number of places.

    Raises TypeError if ``rng`` is anything else; TypeError or ValueError if ``patch_shape`` or ``n_patches`` does not
    consist of positive integers; ValueError if there is no image, or if the patch is larger than one of the images.
    """
    height, width = check_patch_shape(patch_shape)
    n_patches = check_positive_integer("n_patches", n_patches)
    check_rng(rng)
    if not is_ordered(images):
        raise TypeError(f"images must be a sequence of images, got {type(images).__name__}")
    images = list(images)
    if not images:
        raise ValueError("images must hold at least one image, got none")
    for index, image in enumerate(images):
        _check_image(f"images[{index}]", image)
        if image.shape[0] < height or image.shape[1] < width:
            raise ValueError(f"images[{index}] must be as large as a patch {(height, width)}, got {image.shape}")

    windows = [sliding_window_view(image, (height, width)) for image in images]  # views: nothing is copied
    starts = np.cumsum([0] + [window.shape[0] * window.shape[1] for window in windows])
    place = rng.integers(starts[-1], size=n_patches)
    owner = np.searchsorted(starts, place, side="right") - 1
    patches = np.empty((n_patches, height, width), np.result_type(*images))
    for index, window in enumerate(windows):
        owned = owner == index
        row, column = np.unravel_index(place[owned] - starts[index], window.shape[:2])
        patches[owned] = window[row, column]
    return patches.reshape(n_patches, height * width)


def normalise_patches(patches: NDArray[Number]) -> NDArray[Number]:
    r"""UFLDL's normalisation: the mean of each patch is removed, the rest is truncated at three standard deviations and
    mapped to [0.1, 0.9], where a sigmoid unit can reproduce it:

    .. math:: p = x - \bar x, \qquad p' = 0.1 + 0.4\,\bigl(1 + \max(-1, \min(1, p / 3\sigma))\bigr).

    ``patches`` (m, pixels), one per row -> (m, pixels). :math:`\bar x` is the mean of a patch; :math:`\sigma` is one
    number, the root mean square of :math:`p` over all patches. The mean of a patch becomes 0.5 if none of it is
    truncated. Raises ValueError if every patch is constant.
    """
    check_samples("patches", patches, ("m", "pixels"))
    check_finite("patches", patches)
    if (patches == patches[:, :1]).all():
        raise ValueError(f"patches must not all be constant, got {len(patches)} without contrast")
    patches = _near_one(patches)
    centred = _near_one(patches - patches.mean(axis=1, keepdims=True))
    sigma = np.sqrt(np.mean(centred * centred))
    return 0.1 + 0.4 * (1 + np.clip(centred / (3 * sigma), -1, 1))


def check_patch_shape(patch_shape: Iterable[int]) -> tuple[int, int]:
    """``patch_shape`` as a pair of positive integers, height and width. Raises TypeError or ValueError."""
    expected = "patch_shape must be a pair (height, width) of positive integers"
    if not is_ordered(patch_shape):
        raise TypeError(f"{expected}, got {patch_shape!r}")
    sizes = tuple(patch_shape)
    if len(sizes) != 2:
        raise ValueError(f"{expected}, got {sizes}")
    return tuple(check_positive_integer(f"patch_shape[{index}]", size) for index, size in enumerate(sizes))


def _near_one(array):
    """``array`` divided by a power of two, which is exact, so that squares neither overflow nor vanish."""
    _, exponent = np.frexp(np.abs(array).max())
    return np.ldexp(array, -exponent)


def _check_image(name, image):
    """Require grey, floats, at least one pixel, no NaN and no infinity. Raises TypeError or ValueError."""
    check_float(name, image)
    check_shape(name, image, ("height", "width"))
    if image.size == 0:
        raise ValueError(f"{name} must have at least one pixel, got shape {image.shape}")
    check_finite(name, image)
