"""Whitening by its frequency response, patches by their places, normalisation by hand."""

import tracemalloc

import numpy as np
import pytest
from scipy.fft import dctn, idctn
from scipy.stats import chi2
from sklearn.feature_extraction.image import extract_patches_2d

from sparseae_lib.images import check_patch_shape, normalise_patches, sample_patches, whiten, whitening_gain

SHAPES = [(12, 20), (9, 14), (7, 7), (1, 6), (5, 1)]
BAD_ARRAYS = [
    pytest.param([[0.0, 1.0]], TypeError, r"{} must be a NumPy array of float32 or float64, got list", id="list"),
    pytest.param(np.array([[0, 255]], np.uint8), TypeError, r"{} must be of type float32 .*, got uint8", id="integers"),
    pytest.param(np.array([[0.0, np.nan]]), ValueError, r"{} must be finite, got .*\[0, 1\] = nan", id="NaN"),
    pytest.param(np.array([[0.0], [-np.inf]]), ValueError, r"{} must be finite, got .*\[1, 0\] = -inf", id="infinity"),
]
BAD_IMAGES = [
    *BAD_ARRAYS,
    pytest.param(
        np.zeros((4, 5, 3)), ValueError, r"{} must have shape \(height, width\), got \(4, 5, 3\)", id="colour"
    ),
    pytest.param(np.zeros(4), ValueError, r"{} must have shape \(height, width\), got \(4,\)", id="row of pixels"),
    pytest.param(np.zeros((0, 4)), ValueError, r"{} must have at least one pixel, got shape \(0, 4\)", id="empty"),
]


def random_image(shape, seed=0):
    return np.random.default_rng(seed).random(shape)


def test_a_small_contrast_beside_a_large_value_is_normalised():
    for dtype, small in ((np.float64, 1e-170), (np.float32, 1e-25)):
        patches = normalise_patches(np.array([[1, 1], [small, 0]], dtype))
        np.testing.assert_allclose(patches[0], 0.5, rtol=1e-6)
        assert np.isfinite(patches).all() and patches[1, 0] > patches[1, 1]


def layouts(array):
    """The same numbers, laid out otherwise in memory."""
    strided = np.zeros((2 * array.shape[0], 3 * array.shape[1]), array.dtype)
    strided[::2, ::3] = array
    read_only = array.copy()
    read_only.flags.writeable = False
    swapped = array.astype(array.dtype.newbyteorder())
    assert swapped.dtype != array.dtype
    return [read_only, strided[::2, ::3], np.asfortranarray(array), array[::-1, ::-1].copy()[::-1, ::-1], swapped]


def mirrored(image):
    """The image with its mirror images to the right, below and across: continued by its ends, it has no edge."""
    wide = np.hstack([image, image[:, ::-1]])
    return np.vstack([wide, wide[::-1]])


def frequencies(shape):
    return np.hypot(np.fft.fftfreq(shape[0])[:, np.newaxis], np.fft.fftfreq(shape[1]))


def filtered_periodically(image):
    return np.fft.ifft2(np.fft.fft2(image) * whitening_gain(frequencies(image.shape))).real


# The filter


def test_gain_by_hand():
    gain = whitening_gain(np.array([[0.0, 0.2], [0.4, 0.8]]))
    np.testing.assert_allclose(gain, [[0, 0.2 * np.exp(-1 / 16)], [0.4 / np.e, 0.8 * np.exp(-16)]], rtol=1e-14)


def test_gain_is_largest_at_the_cutoff_over_root_two():
    frequency = np.linspace(0, 0.75, 75001)
    assert abs(frequency[whitening_gain(frequency).argmax()] - 0.4 / np.sqrt(2)) < 1e-5


# Whitening


@pytest.mark.parametrize("shape", SHAPES)
def test_whitening_is_the_filter_on_the_mirrored_image(shape):
    image = random_image(shape)
    expected = filtered_periodically(mirrored(image))[: shape[0], : shape[1]]
    np.testing.assert_allclose(whiten(image), expected / expected.std(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", [(12, 20), (9, 14)])
def test_a_delta_shows_the_filter(shape):
    delta = np.zeros(shape)
    delta[0, 0] = 1
    below_nyquist = np.s_[: shape[0], : shape[1]]  # at f = 1/2 the spectrum of any mirrored image is 0
    response = np.fft.fft2(mirrored(whiten(delta)))[below_nyquist] / np.fft.fft2(mirrored(delta))[below_nyquist]
    gain = whitening_gain(frequencies((2 * shape[0], 2 * shape[1])))[below_nyquist]
    assert abs(response[0, 0]) < 1e-12
    np.testing.assert_allclose(response / response[1, 2], gain / gain[1, 2], rtol=0, atol=1e-12)


def test_gratings_by_hand():
    height, width = 20, 30
    y, x = np.mgrid[:height, :width] + 0.5
    slow = np.cos(2 * np.pi * 0.1 * y)
    oblique = np.cos(2 * np.pi * 0.15 * y) * np.cos(2 * np.pi * 0.2 * x)  # at f = 0.25 in four directions
    gain_slow, gain_oblique = 0.1 * np.exp(-(0.25**4)), 0.25 * np.exp(-(0.625**4))
    expected = gain_slow * slow + 2 * gain_oblique * oblique
    variance = gain_slow**2 / 2 + (2 * gain_oblique) ** 2 / 4
    np.testing.assert_allclose(whiten(7 + slow + 2 * oblique), expected / np.sqrt(variance), rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_mean_0_and_variance_1(shape):
    whitened = whiten(random_image(shape))
    assert whitened.shape == shape
    assert abs(whitened.mean()) < 1e-14
    assert abs(np.mean(whitened**2) - 1) < 1e-13


def test_neither_brightness_nor_contrast_matters():
    image = random_image((9, 14))
    np.testing.assert_allclose(whiten(5 + 3 * image), whiten(image), rtol=0, atol=1e-12)


def test_spectrum_of_1_over_f_becomes_the_low_pass():
    height, width = 48, 64
    frequency = np.hypot(np.arange(height)[:, np.newaxis] / (2 * height), np.arange(width) / (2 * width))
    frequency[0, 0] = 1
    sign = np.random.default_rng(1).choice([-1, 1], (height, width))
    spectrum = np.abs(dctn(whiten(idctn(sign / frequency, norm="ortho")), norm="ortho"))
    expected = np.exp(-((frequency / 0.4) ** 4))
    expected[0, 0] = 0
    np.testing.assert_allclose(spectrum, expected / np.sqrt(np.mean(expected**2)), rtol=0, atol=1e-12)
    flat = spectrum[(frequency < 0.2) & (expected > 0)]
    assert flat.max() / flat.min() < np.exp(1 / 16)


def noise_1_over_f():
    """A part (128, 160) of a larger picture of noise, like a photograph in its spectrum, and in that no ends meet."""
    frequency = frequencies((256, 192))
    frequency[0, 0] = np.inf
    spectrum = np.fft.fft2(np.random.default_rng(2).normal(size=(256, 192))) / frequency
    return np.fft.ifft2(spectrum).real[:128, :160]


def test_noise_of_1_over_f_becomes_flat_by_octaves():
    def power_by_octave(image):
        frequency, power = frequencies(image.shape), np.abs(np.fft.fft2(image)) ** 2
        edges = [(0.025, 0.05), (0.05, 0.1), (0.1, 0.2)]
        return np.array([power[(low <= frequency) & (frequency < high)].mean() for low, high in edges])

    before, after = power_by_octave(noise_1_over_f()), power_by_octave(whiten(noise_1_over_f()))
    assert (before[:-1] / before[1:] > 3).all()
    assert after.max() / after.min() < 1.2


def test_no_edge_is_made_where_the_ends_do_not_meet():
    def border_to_inside(image):
        inside = image[1:-1, 1:-1]
        border = np.sum(image**2) - np.sum(inside**2)
        return border / (image.size - inside.size) / np.mean(inside**2)

    assert border_to_inside(filtered_periodically(noise_1_over_f())) > 1.5
    assert border_to_inside(whiten(noise_1_over_f())) < 1.1


def test_whitening_keeps_float32():
    image = random_image((40, 30))
    whitened = whiten(image.astype(np.float32))
    assert whitened.dtype == np.float32
    np.testing.assert_allclose(whitened, whiten(image), rtol=0, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_whitening_takes_any_layout_and_leaves_it(dtype):
    image = random_image((9, 14)).astype(dtype)
    expected = whiten(image)
    for other in layouts(image):
        whitened = whiten(other)
        assert whitened.dtype == dtype
        np.testing.assert_array_equal(whitened, expected)
        np.testing.assert_array_equal(other, image)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        *BAD_IMAGES,
        pytest.param(
            np.full((6, 7), 0.3), ValueError, r"{} must not be constant, got 0.3 in every pixel", id="constant"
        ),
        pytest.param(np.ones((1, 1)), ValueError, r"{} must not be constant", id="one pixel"),
    ],
)
def test_whitening_refuses(image, error, message):
    with pytest.raises(error, match=message.format("image")):
        whiten(image)


# Patches: every pixel of these images has a number of its own, so that a patch tells its place.

IMAGES = [np.arange(35.0).reshape(5, 7), np.arange(100.0, 112).reshape(4, 3), np.arange(200.0, 236).reshape(6, 6)]
PATCH_SHAPE = (3, 2)
PATCHES = np.concatenate([extract_patches_2d(image, PATCH_SHAPE) for image in IMAGES]).reshape(-1, 6)  # all there are


def place_counts(patches):
    """How often each of PATCHES was drawn; what is drawn must be one of them."""
    first_pixels, row = np.unique(PATCHES[:, 0], return_index=True)
    index = row[np.searchsorted(first_pixels, patches[:, 0])]
    np.testing.assert_array_equal(patches, PATCHES[index])
    return np.bincount(index, minlength=len(PATCHES))


def test_patch_by_hand():
    image = np.array([[1.0, 2, 3], [4, 5, 6]])
    patches = sample_patches([image], (2, 2), 20, np.random.default_rng(0))
    assert patches.shape == (20, 4)
    assert {tuple(patch) for patch in patches.tolist()} == {(1, 2, 4, 5), (2, 3, 5, 6)}


def test_every_place_of_every_image_is_equally_likely():
    assert len(PATCHES) == 3 * 6 + 2 * 2 + 4 * 5
    n_patches = 500 * len(PATCHES)
    counts = place_counts(sample_patches(IMAGES, PATCH_SHAPE, n_patches, np.random.default_rng(4)))
    statistic = np.sum((counts - 500) ** 2 / 500)
    assert chi2.ppf(0.001, len(PATCHES) - 1) < statistic < chi2.ppf(0.999, len(PATCHES) - 1)


def test_patches_are_drawn_independently_of_each_other():
    """Of two that follow each other, all pairs of images come as often as their places say."""
    n_pairs = 20000
    patches = sample_patches(IMAGES, PATCH_SHAPE, 2 * n_pairs, np.random.default_rng(5))
    owner = (patches[:, 0] // 100).astype(int).reshape(n_pairs, 2)
    observed = np.bincount(3 * owner[:, 0] + owner[:, 1], minlength=9)
    share = np.array([18, 4, 20]) / 42
    expected = n_pairs * np.outer(share, share).ravel()
    assert np.sum((observed - expected) ** 2 / expected) < chi2.ppf(0.999, 8)


def test_the_generator_decides_alone():
    def draw(seed):
        return sample_patches(IMAGES, PATCH_SHAPE, 50, np.random.default_rng(seed)).tobytes()

    assert draw(0) == draw(0)
    assert draw(0) != draw(1)
    rng = np.random.default_rng(0)
    assert (
        sample_patches(IMAGES, PATCH_SHAPE, 50, rng).tobytes() != sample_patches(IMAGES, PATCH_SHAPE, 50, rng).tobytes()
    )


def test_a_patch_may_be_the_whole_image():
    images = [random_image((4, 3), seed) for seed in (0, 1)]
    patches = sample_patches(images, (4, 3), 30, np.random.default_rng(0))
    assert {patch.tobytes() for patch in patches} == {image.tobytes() for image in images}


@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [
        ((np.float32, np.float32, np.float32), np.float32),
        ((np.float32, np.float64, np.float32), np.float64),
        ((np.float64, np.float64, np.float64), np.float64),
    ],
)
def test_patches_keep_the_type(dtypes, expected):
    images = [image.astype(dtype) for image, dtype in zip(IMAGES, dtypes, strict=True)]
    patches = sample_patches(images, PATCH_SHAPE, 60, np.random.default_rng(0))
    assert patches.dtype == expected
    np.testing.assert_array_equal(patches, sample_patches(IMAGES, PATCH_SHAPE, 60, np.random.default_rng(0)))


def test_sampling_takes_any_layout_and_shares_no_memory():
    expected = sample_patches(IMAGES, PATCH_SHAPE, 60, np.random.default_rng(0))
    for images in zip(*map(layouts, IMAGES), strict=True):
        patches = sample_patches(images, PATCH_SHAPE, 60, np.random.default_rng(0))
        assert patches.dtype == np.float64
        assert patches.flags.c_contiguous and patches.flags.writeable
        assert not any(np.shares_memory(patches, image) for image in images)
        np.testing.assert_array_equal(patches, expected)


def test_memory_grows_with_the_patches_drawn_not_with_all_there_are():
    image = random_image((500, 600))
    tracemalloc.start()
    try:
        patches = sample_patches([image], (32, 32), 100, np.random.default_rng(0))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * patches.nbytes + image.size + 100_000  # one byte a pixel to look for NaN; all patches: 2 GB


@pytest.mark.parametrize(("image", "error", "message"), BAD_IMAGES)
def test_sampling_refuses_bad_images(image, error, message):
    with pytest.raises(error, match=message.format(r"images\[1\]")):
        sample_patches([np.ones((2, 2)), image], (1, 1), 3, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"images": []}, ValueError, "images must hold at least one image, got none"),
        ({"images": 3}, TypeError, "images must be a sequence of images, got int"),
        ({"images": IMAGES[0]}, ValueError, r"images\[0\] must have shape \(height, width\), got \(7,\)"),
        ({"patch_shape": (5, 2)}, ValueError, r"images\[1\] must be as large as a patch \(5, 2\), got \(4, 3\)"),
        ({"patch_shape": (2, 4)}, ValueError, r"images\[1\] must be as large as a patch \(2, 4\), got \(4, 3\)"),
        ({"patch_shape": 8}, TypeError, r"patch_shape must be a pair \(height, width\) .*, got 8"),
        ({"n_patches": 0}, ValueError, "n_patches must be a positive integer, got 0"),
        ({"n_patches": 1e4}, TypeError, "n_patches must be a positive integer, got 10000.0"),
        ({"n_patches": True}, TypeError, "n_patches must be a positive integer, got True"),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator, got int"),
        ({"rng": np.random.RandomState(0)}, TypeError, "rng must be a numpy.random.Generator, got RandomState"),
    ],
)
def test_sampling_refuses(arguments, error, message):
    good = {"images": IMAGES, "patch_shape": PATCH_SHAPE, "n_patches": 3, "rng": np.random.default_rng(0)}
    with pytest.raises(error, match=message):
        sample_patches(**good | arguments)


@pytest.mark.parametrize(
    ("patch_shape", "error", "message"),
    [
        ("88", TypeError, r"patch_shape must be a pair \(height, width\) of positive integers, got '88'"),
        (None, TypeError, "patch_shape must be a pair .*, got None"),
        ({8, 4}, TypeError, r"patch_shape must be a pair .*, got \{8, 4\}"),
        ({8: 0, 4: 1}, TypeError, "patch_shape must be a pair .*, got "),
        (b"88", TypeError, "patch_shape must be a pair .*, got b'88'"),
        ((8,), ValueError, r"patch_shape must be a pair .*, got \(8,\)"),
        ((8, 8, 3), ValueError, r"patch_shape must be a pair .*, got \(8, 8, 3\)"),
        ((8, 0), ValueError, r"patch_shape\[1\] must be a positive integer, got 0"),
        ((-8, 8), ValueError, r"patch_shape\[0\] must be a positive integer, got -8"),
        ((8.0, 8), TypeError, r"patch_shape\[0\] must be a positive integer, got 8.0"),
    ],
)
def test_bad_patch_shapes(patch_shape, error, message):
    with pytest.raises(error, match=message):
        check_patch_shape(patch_shape)


def test_a_patch_shape_is_a_pair_of_python_integers():
    shape = check_patch_shape(np.array([3, 2]))
    assert shape == (3, 2) and [type(size) for size in shape] == [int, int]


# Normalisation


def test_normalisation_by_hand():
    normalised = normalise_patches(np.array([[1.0, 3.0], [10.0, 10.0]]))  # sigma: the root of (1 + 1 + 0 + 0) / 4
    step = 0.4 * np.sqrt(2) / 3
    np.testing.assert_allclose(normalised, [[0.5 - step, 0.5 + step], [0.5, 0.5]], rtol=1e-14)


def test_truncation_by_hand():
    patches = np.zeros((20, 2))
    patches[7] = [-9, 11]  # mean 1; sigma² = 200 / 40, three sigma are 6.7 < 10
    patches[3] = [2, 0]  # sigma² = 202 / 40
    expected = np.full((20, 2), 0.5)
    expected[7] = [0.1, 0.9]
    expected[3] += np.array([0.4, -0.4]) / (3 * np.sqrt(202 / 40))
    normalised = normalise_patches(patches)
    np.testing.assert_allclose(normalised, expected, rtol=1e-14)
    assert normalised.min() == 0.1 and normalised.max() == 0.9


def test_neither_brightness_of_a_patch_nor_contrast_of_all_matters():
    patches = random_image((30, 6))
    other = 4 * patches + random_image((30, 1), seed=1)
    np.testing.assert_allclose(normalise_patches(other), normalise_patches(patches), rtol=0, atol=1e-13)


def test_mean_of_a_patch_becomes_one_half():
    normalised = normalise_patches(random_image((30, 6)))  # uniform: nothing is beyond three sigma
    np.testing.assert_allclose(normalised.mean(axis=1), 0.5, rtol=0, atol=1e-14)
    assert abs(normalised.std() - 0.4 / 3) < 1e-14


def test_normalisation_keeps_float32():
    patches = random_image((30, 6)) ** 8
    normalised = normalise_patches(patches.astype(np.float32))
    assert normalised.dtype == np.float32
    np.testing.assert_allclose(normalised, normalise_patches(patches), rtol=0, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normalisation_takes_any_layout_and_leaves_it(dtype):
    patches = random_image((8, 6)).astype(dtype)
    expected = normalise_patches(patches)
    for other in layouts(patches):
        normalised = normalise_patches(other)
        assert normalised.dtype == dtype
        np.testing.assert_allclose(normalised, expected, rtol=0, atol=4 * np.finfo(dtype).eps)
        np.testing.assert_array_equal(other, patches)


@pytest.mark.parametrize(
    ("patches", "error", "message"),
    [
        *BAD_ARRAYS,
        pytest.param(np.zeros((2, 3, 4)), ValueError, r"{} must have shape \(m, pixels\), got \(2, 3, 4\)", id="cube"),
        pytest.param(
            np.zeros((0, 4)), ValueError, r"{} must hold at least one sample .*, got shape \(0, 4\)", id="no row"
        ),
        pytest.param(
            np.repeat([[0.1], [0.7]], 7, axis=1),
            ValueError,
            "{} must not all be constant, got 2 without",
            id="constant",
        ),
        pytest.param(np.array([[1.0], [2.0]]), ValueError, "{} must not all be constant", id="patches of one pixel"),
    ],
)
def test_normalisation_refuses(patches, error, message):
    with pytest.raises(error, match=message.format("patches")):
        normalise_patches(patches)
