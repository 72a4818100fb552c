"""Hessian-vector product by double backward: the gradient with its graph, then the gradient of its product with v."""
import torch

from problem import agree
from repetitions import measure
from risk_problem import RiskProblem, flat

problem = RiskProblem()
v = torch.from_numpy(problem.array("v"))


def product():
    return flat(torch.autograd.grad(problem.gradient_with_graph() @ v, problem.parameters))


agree("Hessian-vector product", problem.array("expected_product"), product(), 1e-8)
measure(product)
