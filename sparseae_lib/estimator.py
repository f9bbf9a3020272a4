"""The sparse autoencoder as a scikit-learn transformer; the extra ``estimator``."""

import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from copy import copy, deepcopy
from dataclasses import fields
from functools import reduce
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_array, check_random_state
    from sklearn.utils.metadata_routing import UNUSED
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError("sparseae_lib.estimator needs scikit-learn: pip install 'sparseae_lib[estimator]'") from error

from sparseae_lib.activations import ACTIVATIONS, Activation, Activations, activation_by_layer, get_activation
from sparseae_lib.checkpoints import History, check_history, finite_number
from sparseae_lib.early_stopping import EarlyStopping, hold_out
from sparseae_lib.files import check_path, read_arrays, replacing
from sparseae_lib.layouts import from_layout
from sparseae_lib.network import flatten, forward, init_parameters, unflatten
from sparseae_lib.objective import Objective
from sparseae_lib.shards import partition
from sparseae_lib.threads import available_threads, map_in_threads, one_blas_thread
from sparseae_lib.training import Training, train
from sparseae_lib.typing import Floats, PerLayer
from sparseae_lib.validation import (
    check_boolean,
    check_finite,
    check_float,
    check_layer_sizes,
    check_positive_integer,
    check_probability,
    check_sample_weight,
    check_shape,
    check_some_weight,
    is_ordered,
    scaled_to_mean_1,
    shortened,
)

FLOATS = ("float64", "float32")


class SparseAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""A network that L-BFGS trains on the whole batch to reproduce its input; the code is its middle layer.

    .. math:: J_{sparse} = \frac1m \sum_s \frac12 \lVert x^{(s)} - a^{(L)(s)} \rVert^2
              + \frac\lambda2 \sum_l \lVert W^{(l)} \rVert^2
              + \sum_{l=2}^{L-1} \beta_l \sum_j KL(\rho_l \Vert \hat\rho^{(l)}_j)

    Theorem ``thm-sparse-cost``. ``Objective`` computes this cost for the layer sizes ``(n_features,
    *hidden_layer_sizes, n_features)``, and ``train`` minimises it.

    **A sigmoid output needs data in [0, 1]**, because it can reproduce nothing else: put a ``MinMaxScaler`` before the
    autoencoder, as in the example, or give it a linear output, ``output_activation="identity"``. ``fit`` warns if there
    are data outside the output's range.

    The parameters, which ``fit`` checks, are

    ``hidden_layer_sizes``
        One or more positive integers. The code is the middle hidden layer; if their number is even, it is the later of
        the two in the middle. So the code is 25 wide for (25,), (100, 25) and (100, 25, 100).
    ``rho``
        The target of the mean activations, between 0 and 1; one number for every hidden layer, or a sequence with one
        per hidden layer.
    ``beta``
        The weight of the sparsity penalty, given in the same way; 0 for no penalty. Where it is not 0, the range of the
        activation must be (0, 1).
    ``weight_decay``
        :math:`\lambda \ge 0`; biases do not decay.
    ``activation``
        The name of an activation, or an ``Activation``, for all hidden layers; or a sequence with one per hidden layer.
    ``output_activation``
        That of the output; None for that of the last hidden layer.
    ``tied``
        Whether the decoder is the transposed encoder; ``hidden_layer_sizes`` must then read the same from both ends,
        and have a middle. See ``unflatten``.
    ``max_iter``, ``tol``, ``max_time``
        Training stops after ``max_iter`` iterations, once no entry of the gradient exceeds ``tol``, or after
        ``max_time`` seconds if it is given; see ``train``.
    ``early_stopping``, ``validation_fraction``, ``n_iter_no_change``
        Whether to hold out a random part of the samples, ``validation_fraction`` of them, and to stop once
        ``n_iter_no_change`` iterations in a row have not lowered their cost. This is :math:`J_{sparse}` of the held-out
        part by itself, with its own mean activations. The parameters with the lowest one are kept.
    ``warm_start``
        Whether a further ``fit`` starts from the parameters of the last one, not from random ones.
    ``random_state``
        For the initial weights and for what is held out: an integer, a ``numpy.random.RandomState``, or None for
        NumPy's global one.
    ``n_jobs``
        The largest number of threads: None for all cores that this process may use, -1 for all cores, -2 for all but
        one. The model does not depend on it.
    ``verbose``
        Whether to show a progress bar.

    The default of ``rho`` is what UFLDL's notes suggest, and those of ``beta`` and ``weight_decay`` are what its
    exercise takes for 64 features. The squared error is a sum over features, but the penalty is a sum over units. So
    take a smaller ``beta`` for fewer features, or if reconstruction counts for more than sparsity.

    After ``fit`` the attributes are

    ``coefs_``, ``intercepts_``, ``activations_``
        Lists of W^(l) (S_l, S_{l+1}) and b^(l) (S_{l+1},), float32 if the data were, float64 otherwise; and of the
        ``Activation`` of each layer after the first.
    ``components_``
        The filters (n_components, n_features), as scikit-learn has them: one row for each unit of the code.
    ``rho_hat_``
        A list of the hidden units' mean activations (S_l,) on the training data.
    ``cost_``, ``n_iter_``, ``history_``
        :math:`J_{sparse}` on the training data, the number of iterations, and the ``History`` of the training.
    ``validation_scores_``, ``best_validation_score_``
        With ``early_stopping``, minus the cost of the held-out part after each iteration, and the best of these; None
        without.
    ``n_features_in_``, ``feature_names_in_``
        The number of features, and their names if the data had any.

    >>> from sklearn.datasets import load_digits
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import MinMaxScaler
    >>> X = load_digits(return_X_y=True)[0]                 # grey levels from 0 to 16
    >>> autoencoder = SparseAutoencoder((25,), beta=0.1, tol=1e-3, random_state=0)
    >>> model = make_pipeline(MinMaxScaler(clip=True), autoencoder).fit(X[:300])
    >>> code = model.transform(X[300:])
    >>> code.shape
    (1497, 25)
    >>> model.inverse_transform(code).shape
    (1497, 64)
    """

    # They belong to one call, so that no pipeline needs to route them to this step.
    __metadata_request__fit: ClassVar = {"callback": UNUSED, "checkpoint": UNUSED}

    coefs_: list[Floats]
    intercepts_: list[Floats]
    activations_: list[Activation]
    rho_hat_: list[Floats]
    cost_: float
    n_iter_: int
    history_: History
    validation_scores_: list[float] | None
    best_validation_score_: float | None
    n_features_in_: int
    feature_names_in_: NDArray[Any]

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (25,),
        *,
        rho: PerLayer = 0.05,
        beta: PerLayer = 3.0,
        weight_decay: float = 1e-4,
        activation: Activations = "sigmoid",
        output_activation: str | Activation | None = None,
        tied: bool = False,
        max_iter: int = 1000,
        tol: float = 5e-4,
        max_time: float | None = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = None,
        verbose: bool = False,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.rho = rho
        self.beta = beta
        self.weight_decay = weight_decay
        self.activation = activation
        self.output_activation = output_activation
        self.tied = tied
        self.max_iter = max_iter
        self.tol = tol
        self.max_time = max_time
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        *,
        callback: Callable[[Training], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Train to reproduce ``X`` (n_samples, n_features), or the targets ``y`` if they have this shape as well.

        ``fit(noisy, clean)`` trains to remove the noise. A ``y`` (n_samples,) holds labels, which a pipeline hands to
        each of its steps; they are not used. ``sample_weight`` (n_samples,) says how much each sample counts, see
        ``Objective``; a sample of weight 0 is left out. ``callback`` and ``checkpoint`` are those of ``train``, whose
        best parameters are always those of the lowest cost on the training data. Returns the estimator. If ``fit``
        raises, the estimator is what it was before.

        Ctrl-C during a single ``fit`` ends the training, and the estimator holds the best parameters so far. If this
        is one of several fits, because scikit-learn or joblib called it in a search, a cross-validation or an ensemble,
        KeyboardInterrupt is raised instead, so that Ctrl-C stops the whole of it.

        Warns if data, or targets, are outside the range of the output's activation; warns with a ``ConvergenceWarning``
        if training stopped before it had converged, whether at ``max_iter``, at ``max_time`` or on Ctrl-C, but not if
        it was stopped early. Raises TypeError or ValueError for bad parameters or data.
        """
        before, fitted = dict(vars(self)), copy(self)
        training, as_intended = fitted._fit(X, y, sample_weight, callback, checkpoint)
        if training.interrupted and _is_one_of_several():
            raise KeyboardInterrupt
        if not as_intended:
            advice = " Raise max_iter, or loosen tol." if training.n_iter == self.max_iter else ""
            warnings.warn(training.message + advice, ConvergenceWarning, stacklevel=2)  # which may raise
        # What fit has set, beside what the callback may have set on the estimator meanwhile.
        after, here = vars(fitted), vars(self)
        kept = {name: value for name, value in here.items() if name in after or name not in before}
        new = {name: value for name, value in after.items() if name not in before or value is not before[name]}
        self.__dict__ = kept | new
        return self

    def _fit(self, X, y, sample_weight, callback, checkpoint):
        """Train, and set the fitted attributes. Returns the ``Training``, and whether it ended as it should."""
        self._check_options()
        hidden = _check_hidden_layer_sizes(self.hidden_layer_sizes)
        activations = self._check_activations(len(hidden))
        earlier = self if self.warm_start and hasattr(self, "coefs_") else None
        columns = _columns(X)
        X = _numbers("X", X, lambda data: validate_data(self, data, dtype=FLOATS))
        targets = self._targets(X, y, columns)
        weights = _weights(X, sample_weight)
        if weights is not None and not weights.all():
            counts = weights > 0
            X, targets, weights = (None if array is None else array[counts] for array in (X, targets, weights))
        layer_sizes = (X.shape[1], *hidden, X.shape[1])
        objective = Objective(
            layer_sizes,
            rho=self.rho,
            beta=self.beta,
            weight_decay=self.weight_decay,
            activation=activations,
            tied=self.tied,
            workers=self._workers,
        )
        rng = _generator(self.random_state)
        theta = init_parameters(layer_sizes, rng, tied=self.tied) if earlier is None else earlier._theta(layer_sizes)
        name, Y = ("X", X) if targets is None else ("y", targets)
        _warn_of_what_is_out_of_reach(name, Y, activations[-1])
        stopping, dtype = None, X.dtype
        if self.early_stopping:
            (X, targets, weights), held_out = hold_out((X, targets, weights), self.validation_fraction, rng)
            callback = stopping = EarlyStopping(objective, held_out, self.n_iter_no_change, callback)
        training = train(
            objective,
            theta.astype(dtype),
            X,
            targets,
            sample_weight=weights,
            max_iter=self.max_iter,
            tol=self.tol,
            max_time=self.max_time,
            progress=bool(self.verbose),
            callback=callback,
            checkpoint=checkpoint,
        )
        if stopping is not None:
            training = stopping.outcome(training)
        self._set_fitted(objective, training, stopping)
        return training, training.converged or (stopping is not None and stopping.stopped)

    def _check_options(self):
        for name in ("early_stopping", "warm_start"):
            check_boolean(name, getattr(self, name))
        if not isinstance(self.verbose, bool | np.bool_ | int | np.integer):  # elsewhere in scikit-learn a number
            raise TypeError(f"verbose must be True or False, or an integer, got {self.verbose!r}")
        check_probability("validation_fraction", self.validation_fraction)
        check_positive_integer("n_iter_no_change", self.n_iter_no_change)

    def _check_activations(self, n_hidden):
        """The ``Activation`` of each layer after the first."""
        activations = list(activation_by_layer(self.activation, n_hidden, "hidden layer").values())
        output = self.output_activation
        return [*activations, activations[-1] if output is None else get_activation(output, "output_activation")]

    @classmethod
    def from_training(cls, objective: Objective, training: Training) -> Self:
        """The fitted estimator of a ``Training`` of an ``Objective``, also of one on a cluster.

        Its parameters are those of the objective. Raises TypeError if it is given something else, and ValueError if the
        network has no hidden layer, if its output is not as wide as its input, or if the training is of another one.
        """
        if not isinstance(objective, Objective):
            raise TypeError(f"objective must be an Objective, got {type(objective).__name__}")
        if not isinstance(training, Training):
            raise TypeError(f"training must be a Training, got {type(training).__name__}")
        check_finite("theta", training.theta)
        first, *hidden, last = objective.layer_sizes
        if first != last or not hidden:
            raise ValueError(
                f"objective must be that of an autoencoder with a hidden layer, got the sizes {objective.layer_sizes}"
            )
        *activation, output = (
            function.name if function == ACTIVATIONS.get(function.name) else function
            for function in objective.activation.values()
        )
        options = {"rho": tuple(objective.rho.values())} if objective.rho else {}
        estimator = cls(
            tuple(hidden),
            **options,
            beta=tuple(objective.beta.values()),
            weight_decay=objective.weight_decay,
            activation=tuple(activation),
            output_activation=output,
            tied=objective.tied,
        )
        estimator.n_features_in_ = first
        estimator._set_fitted(objective, deepcopy(training))  # whose owner may write to it later
        return estimator

    @property
    def partial_fit(self) -> NoReturn:
        """There is none, because the penalty needs the mean activations of all samples.

        The chapter on mini-batches measures what a penalty on each batch gives instead. For data that do not fit into
        memory, ``DistributedObjective`` has the gradient of all samples; see ``from_training``.
        """
        raise AttributeError(
            f"{type(self).__name__} has no partial_fit, because the sparsity penalty needs the mean activations of all "
            "samples; for data that do not fit into memory, train a DistributedObjective and call from_training"
        )

    def transform(self, X: ArrayLike) -> Floats:
        """The code: the activations (n_samples, n_components) of the middle hidden layer.

        It is float32 if ``X`` is, float64 otherwise. Raises ValueError if the features are not those of ``fit``, and
        ``NotFittedError`` before ``fit``.
        """
        return self._encode(self._check_data(X))

    def inverse_transform(self, X: ArrayLike) -> Floats:
        """Data (n_samples, n_features) from a code ``X`` (n_samples, n_components): the rest of the forward pass.

        Raises ValueError if the code has another width, and ``NotFittedError`` before ``fit``.
        """
        check_is_fitted(self)
        X = _numbers("X", X, lambda data: check_array(data, dtype=FLOATS, input_name="X"))
        check_shape("X", X, ("n_samples", self._n_features_out))
        return self._decode(X)

    def score(self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None) -> float:
        """Minus the mean squared error of the reconstruction of ``X``, over samples and features; at best it is 0.

        It is compared with ``X``, or with the targets ``y`` if these have the same shape; labels are not used, as in
        ``fit``. With ``sample_weight`` (n_samples,) the mean over the samples is the weighted one. Penalty and weight
        decay do not count, so that models that differ in them can be compared. Raises what ``transform`` raises, and
        ValueError for a ``y`` of another shape, or for bad weights.
        """
        columns = _columns(X)
        X = self._check_data(X)
        targets = self._targets(X, y, columns)
        Y = X if targets is None else targets
        weights = _weights(X, sample_weight)
        q = np.ones(len(X)) if weights is None else scaled_to_mean_1(weights)

        def squared_error(rows, output):
            difference = np.subtract(output, Y[rows], dtype=float)  # whose square may be too large for single precision
            return np.sum(q[rows, np.newaxis] * np.square(difference))

        return -float(sum(self._by_shard(squared_error, X, slice(None)))) / Y.size

    @property
    def components_(self) -> Floats:
        r"""The filters (n_components, n_features): :math:`(W^{(1)} \cdots W^{(k)})^T`, where the code is layer k + 1.

        With one hidden layer, and with the identity at any depth, the code depends on X only through these; in a deep
        network with another activation they leave out the curvature of the layers in between.
        """
        return reduce(np.matmul, self.coefs_[: self._code_layer]).T

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write parameters and fitted state to ``path``, an npz archive (no ending is added) without pickled objects.

        At any moment ``path`` holds either the former file or the new one, and the whole of it: see ``replacing``.
        Raises TypeError if a parameter, such as a ``RandomState`` or an ``Activation``, is not a string, a number,
        None or a sequence of numbers, or if the network has an activation of one's own; OSError if the file cannot be
        written, and ``NotFittedError`` before ``fit``.
        """
        check_is_fitted(self)
        arrays = _to_arrays(self)
        with replacing(path) as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The estimator that ``save`` wrote to ``path``, with the same arrays bit for bit.

        Parameters that were NumPy's numbers come back as Python's, and sequences come back as tuples. Raises TypeError
        if ``path`` is not a path, OSError if the file cannot be opened, and ValueError if ``save`` did not write it, or
        if it is damaged or of a newer version. Nothing is unpacked before it is known to be as large as the file at
        most.
        """
        check_path("path", path)
        with open(path, "rb") as file:
            try:
                return _from_arrays(cls, read_arrays(file, ARRAYS - LATER_ARRAYS, LATER_ARRAYS))
            except Exception as error:  # damaged bytes raise errors of any kind
                raise ValueError(f"cannot load a {cls.__name__} from {os.fspath(path)}: {error}") from error

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = list(FLOATS)
        return tags

    @property
    def _n_features_out(self):
        return len(self.intercepts_[self._code_layer - 1])

    @property
    def _code_layer(self):
        """How many layers of weights lead to the code."""
        return (len(self.coefs_) + 1) // 2

    def _check_data(self, X):
        check_is_fitted(self)
        return _numbers("X", X, lambda data: validate_data(self, data, dtype=FLOATS, reset=False))

    def _targets(self, X, y, columns):
        """``y`` as targets for ``X``, which came with these ``columns``; None if it is None, or labels.

        Raises TypeError or ValueError otherwise.
        """
        if y is None:
            return None
        try:
            shape = (y if hasattr(y, "shape") else np.asarray(y)).shape
        except ValueError as error:
            raise ValueError("y must be targets of the shape of X, or labels, got rows of different lengths") from error
        if shape == (len(X),):
            return None
        if shape != X.shape:
            raise ValueError(
                f"y must be targets of the shape of X, {X.shape}, or labels of shape ({len(X)},), which are not used, "
                f"got shape {shape}"
            )
        names, own = (list(map(str, each)) for each in (columns or getattr(self, "feature_names_in_", ()), _columns(y)))
        if names != own and sorted(names) == sorted(own):
            raise ValueError(f"y must have its columns in the order of X, {names}, got {own}")
        return _numbers("y", y, lambda data: check_array(data, dtype=X.dtype, input_name="y"))

    def _encode(self, X):
        return self._forward(X, slice(None, self._code_layer))

    def _decode(self, code):
        return self._forward(code, slice(self._code_layer, None))

    def _forward(self, A, part):
        """The forward pass from A through a part of the layers, in the precision of A."""
        result = np.empty((len(A), len(self.intercepts_[part][-1])), A.dtype)

        def write(rows, output):
            result[rows] = output

        self._by_shard(write, A, part)
        return result

    def _by_shard(self, function, A, part):
        """What ``function(rows, output)`` gives for each shard of A, its rows, and what part of the layers makes of it.

        A shard is short, so that nothing but A and what the caller keeps is as long as the data.
        """
        layers = zip(self.coefs_[part], self.intercepts_[part], strict=True)
        layers = [(W.astype(A.dtype, copy=False), b.astype(A.dtype, copy=False)) for W, b in layers]
        activations = self.activations_[part]
        shards = partition(len(A), [len(W) for W, _ in layers] + [len(layers[-1][1])])
        n_workers = min(len(shards), self._workers or available_threads())
        with one_blas_thread:
            return map_in_threads(
                lambda rows, _: function(rows, forward(layers, A[rows], activations)[-1]), shards, n_workers
            )

    @property
    def _workers(self):
        """``workers`` of an ``Objective``. Raises TypeError or ValueError for a bad ``n_jobs``."""
        n_jobs, expected = self.n_jobs, "n_jobs must be None or an integer that is not 0"
        if n_jobs is None:
            return None
        if isinstance(n_jobs, bool | np.bool_) or not isinstance(n_jobs, int | np.integer):
            raise TypeError(f"{expected}, got {n_jobs!r}")
        if n_jobs == 0 or abs(n_jobs) > sys.maxsize:
            raise ValueError(f"{expected}, got {shortened(n_jobs)}")
        return effective_n_jobs(int(n_jobs))

    def _theta(self, layer_sizes):
        """The fitted parameters, for a warm start with these layer sizes."""
        fitted = (*map(len, self.coefs_), len(self.intercepts_[-1]))
        if fitted != layer_sizes:
            raise ValueError(f"warm_start must be False if the layer sizes change, got {fitted} and now {layer_sizes}")
        try:
            return flatten(list(zip(self.coefs_, self.intercepts_, strict=True)), tied=self.tied)
        except ValueError as error:
            raise ValueError("warm_start must be False if the weights become tied, got weights that are not") from error

    def _set_fitted(self, objective, training, stopping=None):
        theta = training.theta
        if training.layout != "rows":
            theta = from_layout(theta, objective.layer_sizes, training.layout)
        layers = unflatten(theta, objective.layer_sizes, tied=objective.tied)
        self._set_network(layers, objective.activation.values())
        self.rho_hat_ = list(training.mean_activations)
        self.cost_ = training.cost
        self.n_iter_ = training.n_iter
        self.history_ = training.history
        self._set_validation_scores(None if stopping is None else [-cost for cost in stopping.costs])

    def _set_validation_scores(self, scores):
        self.validation_scores_ = scores
        self.best_validation_score_ = max(scores, default=None) if scores is not None else None

    def _set_network(self, layers, activations):
        coefs, intercepts = zip(*layers, strict=True)
        self.coefs_, self.intercepts_, self.activations_ = list(coefs), list(intercepts), list(activations)


def _numbers(name, data, convert):
    """What scikit-learn's ``convert`` makes of data. Raises TypeError or ValueError with the name.

    It refuses what scikit-learn would turn into numbers of another meaning: the entries behind a mask, and times.
    """
    expected = f"{name} must hold numbers, with one row per sample"
    is_array = hasattr(data, "__array__") or issparse(data)
    if not (is_ordered(data) or is_array) or isinstance(data, Iterator):
        raise TypeError(f"{expected}, got {type(data).__name__}")
    masked = filter(np.ma.is_masked, [data] if is_array else data)
    try:
        array = data if is_array else np.asarray(data)
        for dtype in _no_numbers(array):
            raise TypeError(f"{expected}, got {dtype}")
        if n_masked := sum(map(np.ma.count_masked, masked)):
            raise ValueError(f"{name} must have no masked entries, got {n_masked}: fill them before")
        if isinstance(array, np.ndarray):  # of float32 in another order of bytes scikit-learn would make float64
            array = array.astype(array.dtype.newbyteorder("="), copy=False)
        return convert(array)
    except OverflowError as error:
        raise ValueError(f"{expected}, that fit into float64, got a larger one") from error
    except (TypeError, ValueError) as error:
        if re.search(rf"\b{name}\b|feature names", str(error)):
            raise
        raise (TypeError if isinstance(error, TypeError) else ValueError)(f"{expected}: {error}") from error


def _no_numbers(data):
    """The types in an array or a data frame that are times or structures."""
    dtypes = getattr(data, "dtypes", None)  # one per column, of a data frame
    dtypes = list(dtypes) if np.iterable(dtypes) else [getattr(data, "dtype", None)]
    for dtype in dtypes:
        if getattr(dtype, "kind", None) in set("mMV") or (hasattr(dtype, "is_temporal") and dtype.is_temporal()):
            yield dtype
    if any(getattr(dtype, "kind", None) == "O" for dtype in dtypes):  # its entries may be anything
        for entry in np.asarray(data, object).flat:
            if isinstance(entry, np.datetime64 | np.timedelta64):
                yield entry.dtype


def _columns(data):
    """The names of a data frame's columns; scikit-learn keeps them only if they are strings."""
    return list(getattr(data, "columns", ()))


def _weights(X, sample_weight):
    """The weights as an array of floats; None if they are None. Raises TypeError or ValueError."""
    if sample_weight is None:
        return None
    if np.ma.is_masked(sample_weight):
        raise ValueError(
            f"sample_weight must have no masked entries, got {np.ma.count_masked(sample_weight)}: fill them before"
        )
    weights = np.asarray(sample_weight)
    if weights.dtype.kind in "biu":
        weights = weights.astype(float)
    check_sample_weight(weights, len(X))
    check_some_weight(weights.max())
    return weights


def _is_one_of_several():
    """Whether scikit-learn's searches and cross-validations, or joblib, for example for an ensemble, are running this.

    They run many fits, and know Ctrl-C only as a KeyboardInterrupt.
    """
    frame = sys._getframe()
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name == "joblib.parallel" or name.startswith("sklearn.model_selection."):
            return True
        frame = frame.f_back
    return False


def _warn_of_what_is_out_of_reach(name, targets, activation):
    """Warn if targets are outside the range of the output's activation, by more than rounding."""
    low, high = activation.range
    slack = np.sqrt(np.finfo(targets.dtype).eps)
    shards = [targets[rows] for rows in partition(len(targets), targets.shape[1:])]
    outside = sum(np.count_nonzero((low - slack > Y) | (high + slack < Y)) for Y in shards)
    if outside:
        scale = tuple(bound if np.isfinite(bound) else np.sign(bound) for bound in activation.range)
        warnings.warn(
            f"{name} goes from {targets.min():g} to {targets.max():g}, with {outside} of {targets.size} entries "
            f"outside [{low:g}, {high:g}], the range of the output's activation {activation.name}, so the network "
            f"cannot reproduce them: scale {name}, as MinMaxScaler(feature_range=({scale[0]:g}, {scale[1]:g})) does, "
            "or set output_activation='identity'",
            UserWarning,
            stacklevel=4,
        )


def _check_hidden_layer_sizes(sizes):
    expected = "hidden_layer_sizes must be a sequence of at least one positive integer"
    if not is_ordered(sizes):
        raise TypeError(f"{expected}, got {sizes!r}")
    try:
        hidden = check_layer_sizes((1, *sizes, 1))[1:-1]
    except (TypeError, ValueError) as error:
        raise type(error)(f"{expected}, got {sizes!r}") from None
    if not hidden:
        raise ValueError(f"{expected}, got {sizes!r}")
    return hidden


def _generator(random_state):
    """A Generator with a seed drawn from what scikit-learn takes as ``random_state``."""
    try:
        state = check_random_state(random_state)
    except (TypeError, ValueError) as error:  # in scikit-learn 1.6 a TypeError for a tuple
        raise ValueError(
            "random_state must be None, an integer from 0 to 2**32 - 1, or a numpy.random.RandomState, "
            f"got {shortened(random_state)}"
        ) from error
    return np.random.default_rng(state.randint(2**32, size=4, dtype=np.uint32))


# The file holds arrays, and a header in JSON with everything that is not an array.

FORMAT = "sparseae_lib.SparseAutoencoder"
FORMAT_VERSION = 4
LATER_ARRAYS = {"validation_scores"}
ARRAYS = {"header", "theta", "rho_hat", "cost", "n_iter", *(field.name for field in fields(History)), *LATER_ARRAYS}
HEADER = {"format", "version", "parameters", "layer_sizes", "feature_names", "output"}
_EARLY_STOPPING = {"early_stopping", "validation_fraction", "n_iter_no_change"}
LATER_PARAMETERS = {1: {"output_activation", "tied", "max_time", "warm_start"} | _EARLY_STOPPING, 2: _EARLY_STOPPING}
"""What files of a version lack. Before version 4 the activations were those of the parameters."""


def _to_arrays(estimator):
    header = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "parameters": {name: _to_json(name, value) for name, value in estimator.get_params().items()},
        "layer_sizes": [len(W) for W in estimator.coefs_] + [estimator.n_features_in_],
        "activations": [_name(activation) for activation in estimator.activations_],
        "feature_names": list(estimator.feature_names_in_) if hasattr(estimator, "feature_names_in_") else None,
        "output": getattr(estimator, "_sklearn_output_config", {}),
        "had_early_stopping": estimator.validation_scores_ is not None,  # perhaps before the first score
    }
    return {
        "header": np.frombuffer(json.dumps(header).encode(), np.uint8),
        "theta": flatten(zip(estimator.coefs_, estimator.intercepts_, strict=True)),
        "rho_hat": np.concatenate(estimator.rho_hat_),
        "cost": np.array(estimator.cost_),
        "n_iter": np.array(estimator.n_iter_),
        "validation_scores": np.array(estimator.validation_scores_ or [], float),
        **vars(estimator.history_),
    }


def _name(activation):
    if activation != ACTIVATIONS.get(activation.name):
        raise TypeError(f"activations_ must be the library's to be saved, got {activation}")
    return activation.name


def _from_arrays(cls, arrays):
    header = _header(arrays["header"])
    version, parameters = header["version"], header["parameters"]
    estimator = cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in parameters.items()})
    if missing := estimator.get_params().keys() - parameters.keys() - LATER_PARAMETERS.get(version, set()):
        raise ValueError(f"it lacks the parameters {', '.join(sorted(missing))}")
    estimator.set_output(**header["output"])
    sizes = check_layer_sizes(header["layer_sizes"])
    if len(sizes) < 3 or sizes[0] != sizes[-1]:
        raise ValueError(f"its layer sizes are not those of an autoencoder with a hidden layer: {sizes}")
    estimator.n_features_in_ = sizes[0]
    names = header["feature_names"]
    if names is not None:
        if len(names) != sizes[0] or not all(isinstance(name, str) for name in names):
            raise ValueError(f"its feature names must be {sizes[0]} strings, got {names!r}")
        estimator.feature_names_in_ = np.array(names, dtype=object)
    for name in ("theta", "rho_hat", *(LATER_ARRAYS if version > 2 else ())):
        check_float(name, arrays[name])
        check_finite(name, arrays[name])
    activations = header["activations"] if version > 3 else estimator._check_activations(len(sizes) - 2)
    estimator._set_network(
        unflatten(arrays["theta"], sizes), activation_by_layer(tuple(activations), len(sizes) - 1).values()
    )
    check_shape("rho_hat", arrays["rho_hat"], (sum(sizes[1:-1]),))
    estimator.rho_hat_ = np.split(arrays["rho_hat"], np.cumsum(sizes[1:-2]))
    estimator.cost_ = finite_number("cost", arrays["cost"])
    estimator.history_ = History(**{field.name: arrays[field.name] for field in fields(History)})
    check_history(estimator.history_, len(sizes) - 2)
    estimator.n_iter_ = len(estimator.history_.costs) - 1
    if not np.array_equal(arrays["n_iter"], estimator.n_iter_):
        raise ValueError(f"n_iter must be {estimator.n_iter_}, as its costs are, got {arrays['n_iter']}")
    scores = arrays["validation_scores"].tolist() if version > 2 else []
    estimator._set_validation_scores(scores if header.get("had_early_stopping", scores) else None)
    return estimator


def _header(array):
    """The header from its bytes, with all its entries."""
    header = json.loads(array.tobytes())
    if not isinstance(header, dict):
        raise ValueError("its header is not a JSON object")
    if header.get("format") != FORMAT:
        raise ValueError(f"its format is {header.get('format')!r}, not {FORMAT!r}")
    if missing := HEADER - header.keys():
        raise ValueError(f"its header lacks {', '.join(sorted(missing))}")
    version = header["version"]
    if type(version) is not int or version not in range(1, FORMAT_VERSION + 1):
        raise ValueError(f"its format has version {version!r}, but this sparseae_lib reads {FORMAT_VERSION}")
    if version > 3 and "activations" not in header:
        raise ValueError("its header lacks activations")
    return header


def _to_json(name, value):
    if isinstance(value, np.floating):
        return float(value)  # of a longdouble, ``tolist`` and ``item`` make another one
    if isinstance(value, np.ndarray | np.generic):
        return _to_json(name, list(value) if np.ndim(value) else value.item())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_to_json(name, item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{name} must be a string, None, a number or a sequence of numbers to be saved, got {value!r}")
