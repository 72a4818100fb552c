"""Influence by conjugate gradients in PyTorch: the gradient's graph is built once for all products, per-sample gradients by vmap."""
import torch
from torch.func import functional_call, grad, vmap

from problem import agree
from repetitions import measure
from wide_problem import WideProblem, flat

problem = WideProblem()
test = torch.from_numpy(problem.array("test"))
damping, tolerance = (problem.settings[name] for name in ("damping", "tolerance"))
names = [name for name, _ in problem.model.named_parameters()]
BLOCK = 32


def conjugate_gradients(product, b):
    x, residual = torch.zeros_like(b), b.clone()
    direction, rho, target = residual.clone(), residual @ residual, tolerance * b.norm()
    while residual.norm() > target:
        image = product(direction)
        step = rho / (direction @ image)
        x += step * direction
        residual -= step * image
        rho, before = residual @ residual, rho
        direction = residual + (rho / before) * direction
    return x


def sample_loss(parameters, x, target):
    return torch.nn.functional.cross_entropy(functional_call(problem.model, parameters, (x[None],)), target[None])


def influence():
    gradient = problem.gradient_with_graph()

    def product(v):
        return flat(torch.autograd.grad(gradient, problem.parameters, v, retain_graph=True)) + damping * v

    solutions = torch.stack([conjugate_gradients(product, b) for b in test])
    parameters = {name: p.detach() for name, p in problem.model.named_parameters()}
    per_sample = vmap(grad(sample_loss), in_dims=(None, 0, 0))
    columns = []
    for first in range(0, len(problem.x), BLOCK):
        gradients = per_sample(parameters, problem.x[first:first + BLOCK], problem.target[first:first + BLOCK])
        rows = torch.cat([gradients[name].flatten(1) for name in names], 1)
        columns.append(solutions @ rows.T)
    return torch.cat(columns, 1) / len(problem.x)


agree("influence", problem.array("expected_influence"), influence(), 1e-6)
measure(influence)
