"""Risk and gradient of a tagger over sets of particles, checked against ours in double precision."""
import torch
from torch.nn.functional import cross_entropy

from problem import Problem, agree
from repetitions import measure
from set_networks import network

torch.set_num_threads(1)
problem = Problem()
settings = problem.settings
dtype = getattr(torch, settings["precision"])
model = network(settings, problem.array("theta"), dtype)
x = torch.tensor(problem.array("x"), dtype=dtype)
labels = torch.tensor(problem.array("labels")).long()
parameters = list(model.parameters())


def risk_and_gradient():
    risk, gradient = 0.0, torch.zeros(sum(p.numel() for p in parameters), dtype=dtype)
    for batch, wanted in zip(x.split(settings["batch"]), labels.split(settings["batch"])):
        value = cross_entropy(model(batch), wanted, reduction="sum") / len(x)
        gradient += torch.cat([g.reshape(-1) for g in torch.autograd.grad(value, parameters)])
        risk += value.item()
    return risk, gradient


value, gradient = risk_and_gradient()
allowed = {torch.float64: 1e-9, torch.float32: 1e-3}[dtype]
agree("risk", settings["expectedRisk"], value, allowed)
agree("gradient", problem.array("expectedGradient"), gradient.numpy(), allowed)
measure(risk_and_gradient)
