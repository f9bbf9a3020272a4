"""The mistakes as data: {right line: {what is wrong with the wrong line: the wrong line}}.

``IN_GRADIENT`` and ``IN_COST`` are seen by a gradient check, ``TOO_SMALL`` by one with a tighter tolerance alone, and
``CONSISTENT`` by none. The head of ``mistakes`` says what else a new one needs.

If a name ends in a number of the source, such as E20, the wrong line is what that line of the source gives.
"""

DW = "dW = A[k].T @ delta / m + decay * W"
DB = "db = delta.sum(axis=0) / m"
OUTPUT = "delta = (A[-1] - Y) * f_prime(Z[-1])"
MEAN = "r, q = rho[k - 1], A[k].mean(axis=0)"
KAPPA = "kappa = -r / q + (1 - r) / (1 - q)"
HIDDEN = "delta = (delta @ W.T + beta[k - 1] * kappa) * f_prime(Z[k])"

IN_GRADIENT = {
    DW: {
        "weight decay missing": "dW = A[k].T @ delta / m",
        "weight decay doubled": "dW = A[k].T @ delta / m + 2 * decay * W",
        "weight decay halved": "dW = A[k].T @ delta / m + decay / 2 * W",
        "weight decay divided by m": "dW = (A[k].T @ delta + decay * W) / m",
        "weight decay with the other sign": "dW = A[k].T @ delta / m - decay * W",
        "weight decay in the first layer only": "dW = A[k].T @ delta / m + (k == 0) * decay * W",
        "weight decay by the signs of the weights": "dW = A[k].T @ delta / m + decay * np.sign(W)",
        "1/m missing for the weights": "dW = A[k].T @ delta + decay * W",
        "1/m twice for the weights": "dW = A[k].T @ delta / m**2 + decay * W",
        "m - 1 for m, weights": "dW = A[k].T @ delta / (m - 1) + decay * W",
        "divided by units, not by samples": "dW = A[k].T @ delta / len(W) + decay * W",
        "the gradient transposed": "dW = delta.T @ A[k] / m + decay * W",
        "activations of the layer above": "dW = A[k + 1].T @ delta / m + decay * W",
        "pre-activations for activations": "dW = Z[k].T @ delta / m + decay * W",
        "one sample for the mean": "dW = np.outer(A[k][0], delta[0]) + decay * W",
        "a product of means": "dW = np.outer(A[k].mean(axis=0), delta.mean(axis=0)) + decay * W",
        "no outer product, but an elementwise one: E27": "dW = (A[k] * delta).mean(axis=0) + decay * W",
    },
    DB: {
        "weight decay on the biases": "db = delta.sum(axis=0) / m + decay * b",
        "1/m missing for the biases": "db = delta.sum(axis=0)",
        "1/m twice for the biases": "db = delta.sum(axis=0) / m**2",
        "m - 1 for m, biases": "db = delta.sum(axis=0) / (m - 1)",
        "one mean for all biases": "db = np.full(b.shape, delta.mean())",
        "one sample for the mean, biases": "db = delta[0]",
        "the penalty missing for the biases": (
            "penalty = beta[k] * kappa * f_prime(Z[k + 1]) if gradients else 0\n"
            "        db = (delta - penalty).sum(axis=0) / m"
        ),
    },
    OUTPUT: {
        "target minus output": "delta = (Y - A[-1]) * f_prime(Z[-1])",
        "f' missing at the output": "delta = A[-1] - Y",
        "f' twice at the output": "delta = (A[-1] - Y) * f_prime(Z[-1]) ** 2",
        "f' of the activation at the output": "delta = (A[-1] - Y) * f_prime(A[-1])",
        "z (1 - z) at the output": "delta = (A[-1] - Y) * Z[-1] * (1 - Z[-1])",
        "f for f' at the output": "delta = (A[-1] - Y) * f(Z[-1])",
        "z of the layer below at the output": "delta = (A[-1] - Y) * f_prime(Z[-2])",
        "the 2 of the square kept": "delta = 2 * (A[-1] - Y) * f_prime(Z[-1])",
        "the size of the error": "delta = np.abs(A[-1] - Y) * f_prime(Z[-1])",
        "the inputs for the targets": "delta = (A[-1] - X) * f_prime(Z[-1])",
        "a penalty at the output too": (
            "r, q = rho[-1], A[-1].mean(axis=0)\n"
            "    delta = (A[-1] - Y + beta[-1] * (-r / q + (1 - r) / (1 - q))) * f_prime(Z[-1])"
        ),
    },
    MEAN: {
        "a sum over samples": "r, q = rho[k - 1], A[k].sum(axis=0)",
        "a mean over units": "r, q = rho[k - 1], A[k].mean(axis=1, keepdims=True)",
        "one mean for the whole layer": "r, q = rho[k - 1], A[k].mean()",
        "the divergence of each example": "r, q = rho[k - 1], A[k]",
        "the mean of a mini-batch": "r, q = rho[k - 1], A[k][: m // 2].mean(axis=0)",
        "the mean activation of the layer below": "r, q = rho[k - 1], A[k - 1].mean(axis=0)",
        "the mean activation of the layer above": "r, q = rho[k - 1], A[k + 1].mean(axis=0)",
        "the mean of the pre-activations": "r, q = rho[k - 1], f(Z[k].mean(axis=0))",
        "the target of the first layer everywhere": "r, q = rho[0], A[k].mean(axis=0)",
        "the targets in the order of the deltas": "r, q = rho[-k], A[k].mean(axis=0)",
    },
    KAPPA: {
        "the arguments of KL exchanged": "kappa = np.log(q / r) - np.log((1 - q) / (1 - r))",
        "KL for KL'": "kappa = r * np.log(r / q) + (1 - r) * np.log((1 - r) / (1 - q))",
        "the second term of KL' with the other sign": "kappa = -r / q - (1 - r) / (1 - q)",
        "rho and 1 - rho exchanged": "kappa = -(1 - r) / q + r / (1 - q)",
        "the second term of KL' missing": "kappa = -r / q",
        "a square distance for KL": "kappa = q - r",
        "a guard of 1e-6 against division by zero": "kappa = -r / (q + 1e-6) + (1 - r) / (1 - q + 1e-6)",
    },
    HIDDEN: {
        "f' missing in a hidden layer": "delta = delta @ W.T + beta[k - 1] * kappa",
        "f' twice in a hidden layer": "delta = (delta @ W.T + beta[k - 1] * kappa) * f_prime(Z[k]) ** 2",
        "f' of the activation in a hidden layer": "delta = (delta @ W.T + beta[k - 1] * kappa) * f_prime(A[k])",
        "z (1 - z) in a hidden layer": "delta = (delta @ W.T + beta[k - 1] * kappa) * Z[k] * (1 - Z[k])",
        "f' of tanh": "delta = (delta @ W.T + beta[k - 1] * kappa) * (1 - A[k] ** 2)",
        "z of the layer above in a hidden layer": "delta = (delta @ W.T + beta[k - 1] * kappa) * f_prime(Z[k + 1])",
        "z of the layer below in a hidden layer": "delta = (delta @ W.T + beta[k - 1] * kappa) * f_prime(Z[k - 1])",
        "z of the layer below in the penalty: E42 to E48": (
            "delta = delta @ W.T * f_prime(Z[k]) + beta[k - 1] * kappa * f_prime(Z[k - 1])"
        ),
        "the penalty outside f'": "delta = delta @ W.T * f_prime(Z[k]) + beta[k - 1] * kappa",
        "the penalty missing": "delta = delta @ W.T * f_prime(Z[k])",
        "the penalty with the other sign": "delta = (delta @ W.T - beta[k - 1] * kappa) * f_prime(Z[k])",
        "beta missing": "delta = (delta @ W.T + kappa) * f_prime(Z[k])",
        "beta squared": "delta = (delta @ W.T + beta[k - 1] ** 2 * kappa) * f_prime(Z[k])",
        "beta doubled": "delta = (delta @ W.T + 2 * beta[k - 1] * kappa) * f_prime(Z[k])",
        "beta of the first layer everywhere": "delta = (delta @ W.T + beta[0] * kappa) * f_prime(Z[k])",
        "the betas in the order of the deltas": "delta = (delta @ W.T + beta[-k] * kappa) * f_prime(Z[k])",
        "the penalty times m": "delta = (delta @ W.T + beta[k - 1] * kappa * m) * f_prime(Z[k])",
        "the penalty divided by m": "delta = (delta @ W.T + beta[k - 1] * kappa / m) * f_prime(Z[k])",
        "the penalty divided by the units": "delta = (delta @ W.T + beta[k - 1] * kappa / len(W)) * f_prime(Z[k])",
        "the penalty on the last hidden layer only": (
            "delta = (delta @ W.T + (k == len(layers) - 1) * beta[k - 1] * kappa) * f_prime(Z[k])"
        ),
        "the penalty on the first hidden layer only": (
            "delta = (delta @ W.T + (k == 1) * beta[k - 1] * kappa) * f_prime(Z[k])"
        ),
        "the penalty with the mean of f'": (
            "delta = delta @ W.T * f_prime(Z[k]) + beta[k - 1] * kappa * f_prime(Z[k]).mean(axis=0)"
        ),
        "weights not transposed: E20": "delta = (delta @ W + beta[k - 1] * kappa) * f_prime(Z[k])",
        "weights of the layer below": "delta = (delta @ layers[k - 1][0].T + beta[k - 1] * kappa) * f_prime(Z[k])",
    },
}

ERROR = "J = np.sum((A[-1] - Y) ** 2) / (2 * m)"
DECAY = "J = J + decay / 2 * np.sum(W**2)"
COST_MEAN = "r, q = rho[k - 1], np.mean(A[k], axis=0)"
KL = "kl = r * np.log(r / q) + (1 - r) * np.log((1 - r) / (1 - q))"
PENALTY = "J = J + beta[k - 1] * np.sum(kl)"

IN_COST = {
    ERROR: {
        "1/2 missing in the cost": "J = np.sum((A[-1] - Y) ** 2) / m",
        "1/m missing in the cost": "J = np.sum((A[-1] - Y) ** 2) / 2",
        "m - 1 for m in the cost": "J = np.sum((A[-1] - Y) ** 2) / (2 * (m - 1))",
        "a mean over all entries": "J = np.mean((A[-1] - Y) ** 2) / 2",
        "a mean of norms, not of their squares": "J = np.sum(np.sqrt(np.sum((A[-1] - Y) ** 2, axis=1))) / (2 * m)",
        "one norm of the whole error": "J = np.sqrt(np.sum((A[-1] - Y) ** 2)) / (2 * m)",
        "the inputs for the targets in the cost": "J = np.sum((A[-1] - X) ** 2) / (2 * m)",
    },
    DECAY: {
        "weight decay missing in the cost": "J = J + 0 * np.sum(W**2)",
        "1/2 missing in the decay": "J = J + decay * np.sum(W**2)",
        "the decay of the cost divided by m": "J = J + decay / (2 * m) * np.sum(W**2)",
        "biases in the decay of the cost": "J = J + decay / 2 * (np.sum(W**2) + np.sum(b**2))",
        "the norm in the decay, not its square": "J = J + decay / 2 * np.sqrt(np.sum(W**2))",
    },
    KL: {
        "the arguments of KL exchanged in the cost": "kl = q * np.log(q / r) + (1 - q) * np.log((1 - q) / (1 - r))",
        "logarithms to base 2": "kl = r * np.log2(r / q) + (1 - r) * np.log2((1 - r) / (1 - q))",
        "the second term of KL subtracted": "kl = r * np.log(r / q) - (1 - r) * np.log((1 - r) / (1 - q))",
        "the second term of KL missing": "kl = r * np.log(r / q)",
    },
    PENALTY: {
        "beta missing in the cost": "J = J + np.sum(kl)",
        "a mean over the units of a layer": "J = J + beta[k - 1] * np.mean(kl)",
        "beta of the first layer everywhere in the cost": "J = J + beta[0] * np.sum(kl)",
        "the penalty divided by m in the cost": "J = J + beta[k - 1] * np.sum(kl) / m",
    },
}

TOO_SMALL = {
    DW: {"single precision": "dW = (A[k].T @ delta / m + decay * W).astype(np.float32)"},
    KAPPA: {
        "a guard of 1e-8 against division by zero": "kappa = -r / (q + 1e-8) + (1 - r) / (1 - q + 1e-8)",
        "a guard of 1e-11 against division by zero": "kappa = -r / (q + 1e-11) + (1 - r) / (1 - q + 1e-11)",
    },
    KL: {
        "a guard of 1e-8 in the logarithms": (
            "kl = r * np.log(r / (q + 1e-8)) + (1 - r) * np.log((1 - r) / (1 - q + 1e-8))"
        ),
    },
}

CONSISTENT = {
    "weight decay on the biases": {
        DECAY: "J = J + decay / 2 * (np.sum(W**2) + np.sum(b**2))",
        DB: "db = delta.sum(axis=0) / m + decay * b",
    },
    "weight decay twice as strong": {
        DECAY: "J = J + decay * np.sum(W**2)",
        DW: "dW = A[k].T @ delta / m + 2 * decay * W",
    },
    "the squared error without its 1/2": {
        ERROR: "J = np.sum((A[-1] - Y) ** 2) / m",
        OUTPUT: "delta = 2 * (A[-1] - Y) * f_prime(Z[-1])",
    },
    "the divergence of each example": {
        COST_MEAN: "r, q = rho[k - 1], A[k]",
        PENALTY: "J = J + beta[k - 1] * np.sum(kl) / m",
        MEAN: "r, q = rho[k - 1], A[k]",
    },
    "the arguments of KL exchanged": {
        KL: "kl = q * np.log(q / r) + (1 - q) * np.log((1 - q) / (1 - r))",
        KAPPA: "kappa = np.log(q / r) - np.log((1 - q) / (1 - r))",
    },
    "rho and 1 - rho exchanged": {
        KL: "kl = (1 - r) * np.log((1 - r) / q) + r * np.log(r / (1 - q))",
        KAPPA: "kappa = -(1 - r) / q + r / (1 - q)",
    },
    "a mean over the units of a layer": {
        PENALTY: "J = J + beta[k - 1] * np.mean(kl)",
        HIDDEN: "delta = (delta @ W.T + beta[k - 1] * kappa / len(kappa)) * f_prime(Z[k])",
    },
    "a mean over units": {
        COST_MEAN: "r, q = rho[k - 1], np.mean(A[k], axis=1, keepdims=True)",
        MEAN: "r, q = rho[k - 1], A[k].mean(axis=1, keepdims=True)",
        HIDDEN: "delta = (delta @ W.T + beta[k - 1] * kappa * m / len(W)) * f_prime(Z[k])",
    },
}
