"""Relevance of images by zennit: ε in dense layers, z⁺ in convolutions, from the largest output."""
import torch
from torch import nn

from large_network import LargeProblem
from problem import agree
from repetitions import measure
from zennit_alone import composites, rules

problem = LargeProblem()
tiny = problem.settings["stabiliser"]
of_layer = [
    (nn.Conv2d, rules.ZPlus(stabilizer=1e-30, zero_params="bias")),
    (nn.Linear, rules.Epsilon(epsilon=tiny)),
    (nn.ReLU, rules.Pass()),
]
composite = composites.LayerMapComposite(of_layer)


def relevance():
    found = []
    with composite.context(problem.model) as explained:
        for batch in problem.batches():
            batch = batch.clone().requires_grad_()
            output = explained(batch)
            largest = output.argmax(1, keepdim=True)
            start = torch.zeros_like(output).scatter_(1, largest, output.detach().gather(1, largest))
            found.append(torch.autograd.grad(output, batch, start)[0])
    return torch.cat(found)


agree("relevance of the inputs", problem.array("expected"), relevance().numpy(), 1e-6)
measure(relevance)
