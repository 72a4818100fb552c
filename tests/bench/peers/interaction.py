"""Risk and gradient of an interaction network as its authors wrote it, layer by layer over all pairs, checked against ours."""
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from problem import Problem, agree
from repetitions import measure

torch.set_num_threads(1)
problem = Problem()
settings = problem.settings
dtype = getattr(torch, settings["precision"])
TRACKS, P, VERTICES, S = 60, 30, 5, 14
hidden, edge, width = settings["hidden"], settings["edge"], settings["object"]
receivers = torch.tensor([r for r in range(TRACKS) for s in range(TRACKS) if r != s])
senders = torch.tensor([s for r in range(TRACKS) for s in range(TRACKS) if r != s])


def function(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, outputs), nn.ReLU())


class InteractionNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.pairs, self.vertex_pairs, self.objects = function(2 * P, edge), function(P + S, edge), function(P + 2 * edge, width)
        self.last = nn.Linear(width, 2)

    def forward(self, x):
        n = len(x)
        tracks = x[:, : P * TRACKS].reshape(n, P, TRACKS).transpose(1, 2)
        vertices = x[:, P * TRACKS :].reshape(n, S, VERTICES).transpose(1, 2)
        pairs = self.pairs(torch.cat([tracks[:, receivers], tracks[:, senders]], 2)).reshape(n, TRACKS, TRACKS - 1, edge).sum(2)
        both = [tracks[:, :, None].expand(n, TRACKS, VERTICES, P), vertices[:, None].expand(n, TRACKS, VERTICES, S)]
        vertex_pairs = self.vertex_pairs(torch.cat(both, 3)).sum(2)
        return self.last(self.objects(torch.cat([tracks, pairs, vertex_pairs], 2)).sum(1))


model = InteractionNetwork().to(dtype)
nn.utils.vector_to_parameters(torch.tensor(problem.array("theta"), dtype=dtype), model.parameters())
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
