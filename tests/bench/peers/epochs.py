"""Training epochs with our samples in our order, from our initial θ; the order of operations in a step is ours too:
mean cross-entropy of the batch, L2 term, clipping, SGD with momentum."""
import torch
from torch import nn

from networks import network
from problem import Problem, agree
from repetitions import measure

problem = Problem()
settings = problem.settings
dtype = getattr(torch, settings["precision"])
x = torch.tensor(problem.array("x"), dtype=dtype)
label = torch.from_numpy(problem.array("target").argmax(axis=1))
orders = torch.from_numpy(problem.array("orders").astype(int))
theta = problem.array("theta")


def clip_exactly(parameters, limit):
    """As our side clips; PyTorch divides by the norm + 1e-6, which by itself moves the final loss by 1e-5."""
    norm = torch.sqrt(sum((p.grad**2).sum() for p in parameters))
    if norm > limit:
        for p in parameters:
            p.grad.mul_(limit / norm)


def train(clip=nn.utils.clip_grad_norm_):
    model = network(settings["parameters"], theta, dtype)
    parameters = list(model.parameters())
    optimiser = torch.optim.SGD(parameters, lr=settings["learningRate"], momentum=settings["momentum"])
    for order in orders:
        for batch in order.split(settings["batchSize"]):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(x[batch]), label[batch]).backward()
            for p in parameters:
                p.grad.add_(p.detach(), alpha=settings["l2"])
            clip(parameters, settings["clip"])
            optimiser.step()
    with torch.no_grad():
        return nn.functional.cross_entropy(model(x), label).item()


allowed = {torch.float64: 1e-9, torch.float32: 1e-3}[dtype]
agree("training loss after the epochs", settings["expectedLoss"], train(clip_exactly), allowed)
measure(train)
