"""PyTorch's L-BFGS with its line search, on gradients from autograd and on those written by hand."""

import torch

from benchmarks.contestants.with_torch import cost, hand_written, tensors
from benchmarks.trainers import Clock, Run
from sparseae_lib.network import unflatten
from sparseae_lib.training import N_CORRECTIONS


def autograd(problem):
    X, parameters = tensors(problem)
    for parameter in parameters:
        parameter.requires_grad_()

    def evaluate():
        for parameter in parameters:
            parameter.grad = None
        J = cost(X, *parameters)
        J.backward()
        return J.detach()

    return _trainer(problem, parameters, evaluate)


def by_hand(problem):
    X, parameters = tensors(problem)
    for parameter in parameters:
        parameter.grad = torch.empty_like(parameter)
    return _trainer(problem, parameters, hand_written(X, parameters, [parameter.grad for parameter in parameters]))


def _trainer(problem, parameters, evaluate):
    def train(theta, max_iter):
        first = [torch.from_numpy(p) for layer in unflatten(theta, problem.layer_sizes) for p in layer]
        with torch.no_grad():
            for parameter, value in zip(parameters, first, strict=True):
                parameter.copy_(value)
        clock = Clock()

        def closure():
            J = evaluate()
            clock.record(J)
            return J

        optimizer = torch.optim.LBFGS(
            parameters,
            max_iter=max_iter,
            max_eval=100 * max_iter,
            tolerance_grad=0,
            tolerance_change=0,
            history_size=N_CORRECTIONS,
            line_search_fn="strong_wolfe",
        )
        optimizer.step(closure)
        seconds = clock.seconds()
        return Run(seconds, optimizer.state[parameters[0]]["n_iter"], len(clock.curve), clock.curve)

    return train
