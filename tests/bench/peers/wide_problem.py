"""The risk of a network with one wide dense layer in double precision, checked against ours in value and gradient."""
import torch
from torch import nn

from problem import Problem, agree

torch.set_num_threads(1)


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


class WideProblem(Problem):
    def __init__(self):
        super().__init__()
        width = self.settings["width"]
        self.model = nn.Sequential(
            nn.Conv1d(1, 4, 15, padding=1), nn.MaxPool1d(4), nn.ReLU(), nn.Flatten(), nn.Linear(912, width), nn.ReLU(), nn.Linear(width, 2),
        ).double()
        self.parameters = list(self.model.parameters())
        nn.utils.vector_to_parameters(torch.from_numpy(self.array("theta")), self.parameters)
        self.x = torch.from_numpy(self.array("x"))
        self.target = torch.from_numpy(self.array("target"))
        value = self.risk()
        agree("risk", self.settings["expectedRisk"], value.item(), 1e-10)
        agree("gradient", self.array("expected_gradient"), flat(torch.autograd.grad(value, self.parameters)), 1e-8)

    def risk(self):
        cross_entropy = nn.functional.cross_entropy(self.model(self.x), self.target)
        return cross_entropy + 0.5 * self.settings["l2"] * sum((p * p).sum() for p in self.parameters)

    def gradient_with_graph(self):
        return flat(torch.autograd.grad(self.risk(), self.parameters, create_graph=True))
