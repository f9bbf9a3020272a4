"""The cost of a network on a batch, and its gradient."""

from sparseae_lib.activations import get_activation
from sparseae_lib.backprop import bias_gradient, cost, hidden_delta, output_delta, weight_gradient
from sparseae_lib.network import flatten, forward, unflatten
from sparseae_lib.validation import check_data, check_finite, check_float, check_layer_sizes, check_non_negative


class Objective:
    r"""Squared error with weight decay, of a network of any depth.

    .. math:: J = \frac1m \sum_s \frac12 \lVert y^{(s)} - a^{(L)(s)} \rVert^2
              + \frac\lambda2 \sum_l \lVert W^{(l)} \rVert^2

    ``layer_sizes`` (S_1, ..., S_L), two or more; ``weight_decay`` is :math:`\lambda \ge 0`; ``activation`` a name or an
    ``Activation``, for all layers. Raises TypeError or ValueError for anything else.

    >>> objective = Objective((64, 25, 64), weight_decay=1e-4)
    >>> cost, gradient = objective(theta, X)        # an autoencoder: the targets are X itself
    """

    def __init__(self, layer_sizes, *, weight_decay=0.0, activation="sigmoid"):
        self.layer_sizes = check_layer_sizes(layer_sizes)
        self.weight_decay = check_non_negative("weight_decay", weight_decay)
        self.activation = get_activation(activation)

    def __call__(self, theta, X, targets=None):
        """Cost and gradient at ``theta``, flat in the order of ``network``; the gradient has theta's shape and order.

        ``X`` (m, S_1); ``targets`` (m, S_L), X itself where not given. theta decides the precision: X and targets are
        converted to its type, and the gradient has it. theta may be complex (for a complex step), and so are then the
        cost and the gradient; X and targets are float32 or float64. Raises TypeError for another type, ValueError for a
        wrong shape, an empty batch, NaN or infinity.
        """
        W, A, Y = self._forward(theta, X, targets)
        L = len(self.layer_sizes)
        delta = {L: output_delta(A[L], Y, self.activation)}
        for layer in range(L - 1, 1, -1):
            delta[layer] = hidden_delta(delta[layer + 1], W[layer], A[layer], self.activation)
        gradient = flatten(
            (weight_gradient(A[layer], delta[layer + 1], W[layer], self.weight_decay), bias_gradient(delta[layer + 1]))
            for layer in range(1, L)
        )
        return self._cost(W, A, Y), gradient

    def cost(self, theta, X, targets=None):
        """The cost alone, for the same arguments."""
        return self._cost(*self._forward(theta, X, targets))

    def _forward(self, theta, X, targets):
        """Weights and activations, each by the number of its layer as in the maths, from 1; and the targets."""
        if targets is None and self.layer_sizes[0] != self.layer_sizes[-1]:
            raise ValueError(
                f"targets must be given where the first and the last layer differ, got None for {self.layer_sizes}"
            )
        check_float("theta", theta, or_complex=True)
        layers = unflatten(theta, self.layer_sizes)
        check_finite("theta", theta)
        W = dict(enumerate((W for W, _ in layers), start=1))
        A = dict(enumerate(forward(layers, X, self.activation), start=1))
        Y = A[1] if targets is None else check_data("targets", targets, A[len(A)].shape, theta.real.dtype)
        return W, A, Y

    def _cost(self, W, A, Y):
        return cost(A[len(A)], Y, W.values(), self.weight_decay).item()
