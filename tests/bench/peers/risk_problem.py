"""The risk of a trained network in double precision, checked against ours in value and gradient."""
import torch

from networks import network, risk
from problem import Problem, agree


class RiskProblem(Problem):
    def __init__(self):
        super().__init__()
        self.model = network(self.settings["parameters"], self.array("theta"), torch.float64)
        self.x = torch.from_numpy(self.array("x"))
        self.target = torch.from_numpy(self.array("target"))
        self.parameters = list(self.model.parameters())
        value = self.risk()
        agree("risk", self.settings["expectedRisk"], value.item(), 1e-10)
        agree("gradient", self.array("expected_gradient"), flat(torch.autograd.grad(value, self.parameters)), 1e-8)

    def risk(self):
        return risk(self.model, self.x, self.target, self.settings["l2"])

    def gradient_with_graph(self):
        return flat(torch.autograd.grad(self.risk(), self.parameters, create_graph=True))


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])
