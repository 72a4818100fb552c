"""Gradient × input of the largest output of a tagger over sets of particles by captum, checked against ours in double precision."""
import torch
from captum.attr import InputXGradient

from problem import Problem, agree
from repetitions import measure
from set_networks import network

torch.set_num_threads(1)
problem = Problem()
settings = problem.settings
dtype = getattr(torch, settings["precision"])
model = network(settings, problem.array("theta"), dtype)
x = torch.tensor(problem.array("x"), dtype=dtype)
explained = InputXGradient(model)


def relevance():
    found = []
    for batch in x.split(settings["batch"]):
        with torch.no_grad():
            largest = model(batch).argmax(1)
        found.append(explained.attribute(batch.clone().requires_grad_(), target=largest).detach())
    found = torch.cat(found).reshape(len(x), -1, settings["particles"])
    found[:, -1] = 0  # ours gives masks nothing
    return found.reshape(len(x), -1)


# in single precision a few jets have other neighbours, or a ReLU on its other side
allowed = {torch.float64: 1e-9, torch.float32: 1e-2}[dtype]
agree("relevance of the inputs", problem.array("expected"), relevance().numpy(), allowed)
measure(relevance)
