"""Hessian-vector product of a wide network by double backward."""
import torch

from problem import agree
from repetitions import measure
from wide_problem import WideProblem, flat

problem = WideProblem()
v = torch.from_numpy(problem.array("v"))


def product():
    return flat(torch.autograd.grad(problem.gradient_with_graph() @ v, problem.parameters))


agree("Hessian-vector product", problem.array("expected_product"), product(), 1e-8)
measure(product)
