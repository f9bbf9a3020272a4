"""PyTorch, on as many threads as there are cores."""

import re

import torch
from joblib import cpu_count
from torch.nn.functional import mse_loss

from benchmarks.contestants import Prepared
from benchmarks.problem import BETA, RHO, WEIGHT_DECAY
from sparseae_lib.network import flatten, unflatten


def kernel():
    """The BLAS that PyTorch was built with, and the instructions that its own kernels use."""
    (library,) = re.findall(r"BLAS_INFO=(\w+)", torch.__config__.show())
    return f"{library} {torch.backends.cpu.get_cpu_capability()}"


def autograd(problem):
    X, parameters = tensors(problem)
    for parameter in parameters:
        parameter.requires_grad_()

    def evaluate():
        J = cost(X, *parameters)
        return J.detach(), torch.autograd.grad(J, parameters)

    return Prepared(evaluate, _to_library)


def by_hand(problem):
    """The best that PyTorch can do: kernels that write to memory that is allocated once, and no graph."""
    X, parameters = tensors(problem)
    gradients = [torch.empty_like(parameter) for parameter in parameters]
    evaluate = hand_written(X, parameters, gradients)
    return Prepared(lambda: (evaluate(), gradients), _to_library)


def tensors(problem):
    """X and [W1, b1, W2, b2], which are leaves of the graph."""
    torch.set_num_threads(cpu_count())
    parameters = [
        torch.from_numpy(p.copy()) for layer in unflatten(problem.theta(), problem.layer_sizes) for p in layer
    ]
    return torch.from_numpy(problem.data()), parameters


def cost(X, W1, b1, W2, b2):
    H = torch.sigmoid(torch.addmm(b1, X, W1))
    Y = torch.sigmoid(torch.addmm(b2, H, W2))
    rho_hat = H.mean(0)
    kl = RHO * torch.log(RHO / rho_hat) + (1 - RHO) * torch.log((1 - RHO) / (1 - rho_hat))
    decay = (W1 * W1).sum() + (W2 * W2).sum()
    return mse_loss(Y, X, reduction="sum") / (2 * len(X)) + WEIGHT_DECAY / 2 * decay + BETA * kl.sum()


def hand_written(X, parameters, gradients):
    """A function that evaluates at ``parameters``, writes to ``gradients``, and returns the cost."""
    W1, b1, W2, b2 = parameters
    G1, g1, G2, g2 = gradients
    m = len(X)
    H, D2 = X.new_empty(m, len(b1)), X.new_empty(m, len(b1))
    Y, D3 = torch.empty_like(X), torch.empty_like(X)
    times_sigmoid_derivative = torch.ops.aten.sigmoid_backward.grad_input

    @torch.no_grad()
    def evaluate():
        torch.addmm(b1, X, W1, out=H).sigmoid_()
        torch.addmm(b2, H, W2, out=Y).sigmoid_()
        rho_hat = H.mean(0)
        kl = RHO * torch.log(RHO / rho_hat) + (1 - RHO) * torch.log((1 - RHO) / (1 - rho_hat))
        torch.sub(Y, X, out=D3)
        decay = torch.dot(W1.view(-1), W1.view(-1)) + torch.dot(W2.view(-1), W2.view(-1))
        J = torch.dot(D3.view(-1), D3.view(-1)) / (2 * m) + WEIGHT_DECAY / 2 * decay + BETA * kl.sum()
        times_sigmoid_derivative(D3, Y, grad_input=D3)
        torch.addmm(BETA * ((1 - RHO) / (1 - rho_hat) - RHO / rho_hat), D3, W2.T, out=D2)
        times_sigmoid_derivative(D2, H, grad_input=D2)
        torch.addmm(W1, X.T, D2, beta=WEIGHT_DECAY, alpha=1 / m, out=G1)
        torch.addmm(W2, H.T, D3, beta=WEIGHT_DECAY, alpha=1 / m, out=G2)
        torch.mean(D2, 0, out=g1)
        torch.mean(D3, 0, out=g2)
        return J

    return evaluate


def _to_library(result):
    J, gradients = result
    W1, b1, W2, b2 = (gradient.numpy() for gradient in gradients)
    return J.item(), flatten([(W1, b1), (W2, b2)])
