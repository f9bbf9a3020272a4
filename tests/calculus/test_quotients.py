"""Quotients and known functions under sums: what people try first, proved for all sizes, and wrong variants of it."""

from functools import reduce

import pytest
from sympy import Lambda, MatAdd, MatrixSymbol, Mul, OneMatrix, Sum, Symbol, Trace, exp, log, symbols, tanh

from sparseae_lib.calculus import Elementwise, EntrySum, Gradient, Hadamard, Outcome, SquaredNorm, reciprocal, square
from sparseae_lib.calculus.functions import Elementwise as Function
from tests.calculus.tables import each_line, timed

m, n, k, h = symbols("m n k h", integer=True, positive=True)
i, j = symbols("i j", integer=True, nonnegative=True)
z, p = symbols("z p", real=True)
rho = Symbol("rho", positive=True)
sigma, th, exponential, logarithm, softplus = (
    Elementwise(name, Lambda(z, formula))
    for name, formula in {
        "sigma": 1 / (1 + exp(-z)),
        "tanh": tanh(z),
        "exp": exp(z),
        "log": log(z),
        "softplus": log(1 + exp(z)),
    }.items()
)
x, w, y = MatrixSymbol("x", n, 1), MatrixSymbol("w", n, 1), MatrixSymbol("y", m, 1)
X, W, Y = MatrixSymbol("X", m, n), MatrixSymbol("W", n, k), MatrixSymbol("Y", m, k)
U, V, b, M = MatrixSymbol("U", h, h), MatrixSymbol("V", n, h), MatrixSymbol("b", 1, h), MatrixSymbol("M", n, n)
any_function = Elementwise("f")
one, ones_x, ones_k = OneMatrix(m, 1), OneMatrix(n, 1), OneMatrix(m, k)


def total(term, index=i, size=n):
    return Sum(term, (index, 0, size - 1))


prob, out, tanh_out = sigma(X * w), sigma(X * W), th(X * W)
cross_entropy = -EntrySum(Hadamard(y, logarithm(prob))) - EntrySum(Hadamard(one - y, logarithm(one - prob)))
hessian_times_x = Gradient(EntrySum(Hadamard(x, Gradient(EntrySum(softplus(X * w)), w))), w)
normal = total(exp(x[j, 0]), j)

# One step of an LSTM and of a GRU, and the gradient G that comes from above
C, H, G = (MatrixSymbol(name, m, h) for name in "CHG")
Wf, Wi, Wo, Wg = (MatrixSymbol(f"W_{gate}", n, h) for gate in "fiog")
F, I, O, N = sigma(X * Wf), sigma(X * Wi), sigma(X * Wo), th(X * Wg)
all_ones = OneMatrix(m, h)
cell = Hadamard(F, C) + Hadamard(I, N)
lstm = EntrySum(Hadamard(G, O, th(cell)))
to_cell = Hadamard(G, O, all_ones - Hadamard(th(cell), th(cell)))
R, update = sigma(X * V + H * U), sigma(X * Wf + H * U.T)
new = th(X * Wi + Hadamard(R, H * U))
gru = EntrySum(Hadamard(G, Hadamard(update, H) + Hadamard(all_ones - update, new)))
to_new = Hadamard(G, all_ones - update, all_ones - Hadamard(new, new))

# The same step with what came before and with biases, and two steps of a recurrent network
before, above = MatrixSymbol("H_0", m, h), MatrixSymbol("G_c", m, h)
recurrent = {gate: MatrixSymbol(f"U_{gate}", h, h) for gate in "fiog"}
full = {
    gate: X * weights + before * recurrent[gate] + one * MatrixSymbol(f"b_{gate}", 1, h)
    for gate, weights in zip("fiog", (Wf, Wi, Wo, Wg), strict=True)
}
F_, I_, O_, N_ = sigma(full["f"]), sigma(full["i"]), sigma(full["o"]), th(full["g"])
cell_ = Hadamard(F_, C) + Hadamard(I_, N_)
step = EntrySum(Hadamard(G, O_, th(cell_))) + EntrySum(Hadamard(above, cell_))
to_cell_ = above + Hadamard(G, O_, all_ones - square(th(cell_)))
to_gates = {
    "f": Hadamard(to_cell_, C, F_, all_ones - F_),
    "i": Hadamard(to_cell_, N_, I_, all_ones - I_),
    "o": Hadamard(G, th(cell_), O_, all_ones - O_),
    "g": Hadamard(to_cell_, I_, all_ones - square(N_)),
}
X2 = MatrixSymbol("X_2", m, n)
first = th(X * V + before * U)
second = th(X2 * V + first * U)
to_second = Hadamard(G, all_ones - square(second))
to_first = Hadamard(to_second * U.T, all_ones - square(first))

A = sigma(X * V + one * b)
KL = Elementwise("KL", Lambda((p, z), p * log(p / z) + (1 - p) * log((1 - p) / (1 - z))), 0, rho)
mean = one.T * A / m
penalty = EntrySum(KL(mean))
pull = Hadamard(one * KL.prime(mean), A, all_ones - A) / m


def layers(function, argument, depth=30):
    """The function of the function, and so on, of an argument."""
    return reduce(lambda value, _: function(value), range(depth), argument)


EQUAL = {
    "thirty functions in each other": (layers(any_function, Hadamard(x, w)), layers(any_function, Hadamard(w, x))),
    "a sigmoid and its mirror": (EntrySum(sigma(x)) + EntrySum(sigma(-x)), n),
    "partial fractions": (total(x[i, 0] / (1 + x[i, 0])), n - total(1 / (1 + x[i, 0]))),
    "two fractions in one": (
        total(1 / (1 + x[i, 0]) + 1 / (1 - x[i, 0])),
        2 * total(1 / ((1 + x[i, 0]) * (1 - x[i, 0]))),
    ),
    "a fraction of two indices": (
        total(total(x[i, 0] ** 2 / (1 + x[i, 0] ** 2 + w[j, 0] ** 2), j)),
        n**2 - total(total((1 + w[j, 0] ** 2) / (1 + x[i, 0] ** 2 + w[j, 0] ** 2), j)),
    ),
    "softmax sums to 1": (total(exp(x[i, 0]) / normal), 1),
    "softmax does not see a shift": (
        total(exp(x[i, 0] + z) * w[i, 0]) / total(exp(x[j, 0] + z), j),
        total(exp(x[i, 0]) * w[i, 0]) / normal,
    ),
    "the gradient of log-sum-exp": (
        Gradient(log(EntrySum(exponential(x))), x),
        exponential(x) / EntrySum(exponential(x)),
    ),
    "cross-entropy of a softmax": (-log(exp(x[i, 0]) / normal), log(normal) - x[i, 0]),
    "log-sum-exp, shifted": (log(EntrySum(exponential(x + z * ones_x))), z + log(EntrySum(exponential(x)))),
    "log-sum-exp, shifted by a sum": (
        log(EntrySum(exponential(x - EntrySum(x) * ones_x))),
        log(EntrySum(exponential(x))) - EntrySum(x),
    ),
    "tanh is a sigmoid": (th(x), 2 * sigma(2 * x) - ones_x),
    "tanh, doubled": (th(2 * x), 2 * Hadamard(th(x), reciprocal(ones_x + square(th(x))))),
    "a derivative that is odd": (sigma.of_order(2)(-x), -sigma.of_order(2)(x)),
    "a sigmoid of half of it": (Function("half", Lambda(z, 1 / (1 + exp(-z / 2))))(2 * x), sigma(x)),
    "tanh by exponentials": (tanh(z), (exp(z) - exp(-z)) / (exp(z) + exp(-z))),
    "logistic regression, by softplus": (
        Gradient(EntrySum(softplus(X * w)) - EntrySum(Hadamard(y, X * w)), w),
        X.T * (prob - y),
    ),
    "logistic regression": (Gradient(cross_entropy, w), X.T * (prob - y)),
    "its Hessian": (hessian_times_x, X.T * Hadamard(prob, one - prob, X * x)),
    "a sigmoid layer": (
        Gradient(SquaredNorm(Y - out) / 2, W),
        X.T * Hadamard(out - Y, out, ones_k - out),
    ),
    "a tanh layer": (
        Gradient(SquaredNorm(Y - tanh_out) / 2, W),
        X.T * Hadamard(tanh_out - Y, ones_k - Hadamard(tanh_out, tanh_out)),
    ),
    "Brier": (Gradient(SquaredNorm(Y - out) / m, W), 2 / m * X.T * Hadamard(out - Y, sigma.prime(X * W))),
    "contractive": (
        Gradient(total((sigma(w[i, 0]) * (1 - sigma(w[i, 0]))) ** 2), w),
        2 * Hadamard(*[sigma(w), ones_x - sigma(w)] * 2, ones_x - 2 * sigma(w)),
    ),
    "LSTM, forget": (Gradient(lstm, Wf), X.T * Hadamard(to_cell, C, F, all_ones - F)),
    "LSTM, input": (Gradient(lstm, Wi), X.T * Hadamard(to_cell, N, I, all_ones - I)),
    "LSTM, output": (Gradient(lstm, Wo), X.T * Hadamard(G, th(cell), O, all_ones - O)),
    "LSTM, candidate": (Gradient(lstm, Wg), X.T * Hadamard(to_cell, I, all_ones - Hadamard(N, N))),
    "LSTM, the cell before": (Gradient(lstm, C), Hadamard(to_cell, F)),
    "LSTM, recurrent, a gate": (Gradient(step, recurrent["f"]), before.T * to_gates["f"]),
    "LSTM, recurrent, a bias": (Gradient(step, MatrixSymbol("b_o", 1, h)), one.T * to_gates["o"]),
    "LSTM, recurrent, the step before": (
        Gradient(step, before),
        MatAdd(*(to_gates[gate] * recurrent[gate].T for gate in "fiog")),
    ),
    "two recurrent steps": (Gradient(EntrySum(Hadamard(G, second)), U), first.T * to_second + before.T * to_first),
    "LSTM, a sigmoid mirrored": (Gradient(lstm, Wf), X.T * Hadamard(to_cell, C, F, sigma(-X * Wf))),
    "LSTM, a tanh that is a sigmoid": (
        Gradient(lstm, Wg),
        X.T * Hadamard(to_cell, I, all_ones - square(2 * sigma(2 * X * Wg) - all_ones)),
    ),
    "LSTM, recurrent, sigmoids mirrored": (
        Gradient(step, before),
        MatAdd(
            Hadamard(to_cell_, C, F_, sigma(-full["f"])) * recurrent["f"].T,
            Hadamard(to_cell_, N_, I_, sigma(-full["i"])) * recurrent["i"].T,
            Hadamard(G, th(cell_), O_, sigma(-full["o"])) * recurrent["o"].T,
            to_gates["g"] * recurrent["g"].T,
        ),
    ),
    "coupled gates, one of them mirrored": (
        Gradient(EntrySum(Hadamard(G, th(Hadamard(F, C) + Hadamard(sigma(-X * Wf), N)))), Wf),
        X.T * Hadamard(G, all_ones - square(th(Hadamard(F, C) + Hadamard(all_ones - F, N))), C - N, F, all_ones - F),
    ),
    "GRU, update": (Gradient(gru, Wf), X.T * Hadamard(G, H - new, update, all_ones - update)),
    "GRU, candidate": (Gradient(gru, Wi), X.T * to_new),
    "GRU, reset": (Gradient(gru, V), X.T * Hadamard(to_new, H * U, R, all_ones - R)),
    "a penalty on sigmoids": (Gradient(penalty, V), X.T * pull),
    "a penalty on sigmoids, biases": (Gradient(penalty, b), one.T * pull),
    "a power of a trace": (Trace(M**8), Trace((M.T) ** 8)),
    "two traces": (Trace(M**3) * Trace(M**4), Trace(M.T**4) * Trace(M.T**3)),
    "a star of seven": (
        Sum(Mul(*[M[i, leaf] for leaf in symbols("a:7")]), (i, 0, n - 1), *[(a, 0, n - 1) for a in symbols("a:7")]),
        total(total(M[i, j], j) ** 7),
    ),
    "a norm and a trace": (SquaredNorm(M * M.T * M), Trace(M.T * M * M.T * M * M.T * M)),
}

WRONG = {
    "thirty functions in each other": (layers(any_function, x), layers(any_function, x, 29)),
    "a sigmoid and its mirror": (EntrySum(sigma(x)) + EntrySum(sigma(-x)), n + 1),
    "partial fractions": (total(x[i, 0] / (1 + x[i, 0])), n - total(1 / (2 + x[i, 0]))),
    "softmax does not see a shift": (total(exp(x[i, 0] + z)), total(exp(x[i, 0]))),
    "the sum of a softmax's squares": (total((exp(x[i, 0]) / normal) ** 2), 1),
    "tanh is a sigmoid": (th(x), 2 * sigma(x) - ones_x),
    "a sigmoid and its mirror, of another index": (total(sigma(total(M[i, j], j)) + sigma(-total(M[j, i], j))), n),
    "two sigmoids of one name": (Function("sigma", Lambda(z, 1 / (1 + exp(-2 * z))))(x), sigma(x)),
    "a tanh that is not odd": (th(-x), th(x)),
    "logistic regression": (Gradient(cross_entropy, w), X.T * (y - prob)),
    "its Hessian": (hessian_times_x, X.T * Hadamard(prob, X * x)),
    "a sigmoid layer": (Gradient(SquaredNorm(Y - out) / 2, W), X.T * Hadamard(out - Y, out)),
    "a tanh layer": (Gradient(SquaredNorm(Y - tanh_out) / 2, W), X.T * Hadamard(tanh_out - Y, ones_k - tanh_out)),
    "LSTM, candidate": (Gradient(lstm, Wg), X.T * Hadamard(to_cell, I, all_ones - N)),
    "LSTM, forget": (Gradient(lstm, Wf), X.T * Hadamard(to_cell, F, all_ones - F)),
    "LSTM, recurrent, one gate forgotten": (
        Gradient(step, before),
        MatAdd(*(to_gates[gate] * recurrent[gate].T for gate in "fio")),
    ),
    "two recurrent steps, one forgotten": (Gradient(EntrySum(Hadamard(G, second)), U), first.T * to_second),
    "LSTM, a sigmoid that is not mirrored": (Gradient(lstm, Wf), X.T * Hadamard(to_cell, C, F, sigma(X * Wf))),
    "GRU, update": (Gradient(gru, Wf), X.T * Hadamard(G, H, update, all_ones - update)),
    "a penalty on sigmoids": (Gradient(penalty, V), m * X.T * pull),
    "twice a trace": (Trace(M**8), 2 * Trace(M**8)),
    "a star of seven": (total(total(M[i, j], j) ** 7), total(total(M[i, j] ** 7, j))),
}


test_each_line = each_line(EQUAL, WRONG)


# What is too long is unknown, with its reason

TOO_LONG = {
    "a power": ((x[0, 0] + w[0, 0] + z + rho) ** 60, (x[0, 0] + w[0, 0] + z + rho) ** 59 * (x[0, 0] + w[0, 0] + rho)),
    "a product of sums": (
        Mul(*[total(x[i, 0] + w[i, 0] + j + r) for r in range(9)]),
        Mul(*[total(x[i, 0] + w[i, 0] + j + r) for r in range(8)]),
    ),
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_a_formula_that_is_too_long_has_a_limit(name):
    left, right = TOO_LONG[name]
    decision, seconds = timed((left * j + left - left, left * j))
    assert decision.outcome in (Outcome.PROVED, Outcome.UNKNOWN)
    decision, seconds = timed((left + right * total(M[i, i] + z) - right * total(M[j, j] + z, j), left + 0 * M[j, 0]))
    assert decision.outcome in (Outcome.PROVED, Outcome.UNKNOWN)
    assert decision.outcome is Outcome.PROVED or "more than 4000 terms" in str(decision)
    assert seconds < 10


def test_a_number_that_is_too_large_is_not_computed():
    decision, seconds = timed((exp(exp(exp(exp(z + 9)))), exp(exp(exp(exp(z + 9)))) + 1))
    assert decision.outcome in (Outcome.REFUTED, Outcome.UNKNOWN)
    assert seconds < 5
    for power in (10**7, 10**12):
        decision, seconds = timed(((z + 2) ** power, (z + 3) ** power))
        assert decision.outcome in (Outcome.REFUTED, Outcome.UNKNOWN)
        assert seconds < 5
        decision, seconds = timed((M**power, M**power))
        assert (decision.outcome, seconds < 5) == (Outcome.UNKNOWN, True)


# The derivative of a function, written in its value


@pytest.mark.parametrize(
    ("function", "order", "value"),
    [
        (sigma, 1, p - p**2),
        (sigma, 2, (p - p**2) * (1 - 2 * p)),
        (th, 1, 1 - p**2),
        (exponential, 3, p),
        (Function("half", Lambda(z, 3 / (1 + exp(2 * z)))), 1, -2 * p + 2 * p**2 / 3),
    ],
    ids=str,
)
def test_a_derivative_in_the_value(function, order, value):
    assert (function.of_order(order).in_value_of(function)(p) - value).expand() == 0


@pytest.mark.parametrize(
    "function", [softplus, logarithm, Function("f"), KL, Function("g", Lambda(z, z * exp(z)))], ids=str
)
def test_a_derivative_that_depends_on_more(function):
    assert function.of_power is None


def test_a_function_in_the_value_of_another():
    assert th.in_value_of(sigma)(p) == 2 * p - 1
    assert sigma.in_value_of(sigma, -1)(p) == 1 - p
    assert (exponential.in_value_of(sigma)(p) * (1 - p)).cancel() == p
    assert th.prime.in_value_of(sigma)(p).expand() == 4 * p - 4 * p**2
