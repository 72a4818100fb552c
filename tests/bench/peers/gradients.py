"""Gradients of each sample by PyTorch: vmap of the functional gradient of one loss; L2 belongs to the risk and not to them."""
import torch
from torch.func import functional_call, grad, vmap

from networks import network
from problem import Problem, agree
from repetitions import measure

problem = Problem()
model = network(problem.settings["parameters"], problem.array("theta"), torch.float64)
parameters = {name: value.detach() for name, value in model.named_parameters()}
x, target = (torch.from_numpy(problem.array(name)) for name in ("x", "target"))


def of_one(parameters, x, target):
    return torch.nn.functional.cross_entropy(functional_call(model, parameters, (x[None],)), target[None])


of_all = vmap(grad(of_one), (None, 0, 0))


def gradients():
    found = of_all(parameters, x, target)
    return torch.cat([value.reshape(len(x), -1) for value in found.values()], 1)


agree("gradients of each sample", problem.array("expected_gradients"), gradients(), 1e-8)
measure(gradients)
