"""Relevance of the inputs of Table III's network by captum: w² in the first layer, z⁺ above, from the largest output.

captum has no w² rule; it is one of its rules with squared weights, ones for inputs and no bias.
"""
import torch
from captum.attr import LRP
from captum.attr._utils.lrp_rules import Alpha1_Beta0_Rule, EpsilonRule, PropagationRule
from torch import nn

from problem import Problem, agree
from repetitions import measure


class WSquare(PropagationRule):
    """R_i = Σ_j w_ij² R_j / Σ_i w_ij²."""

    def _manipulate_weights(self, module, inputs, outputs):
        module.weight.data = module.weight.data ** 2
        module.bias.data = torch.zeros_like(module.bias.data)
        module.activations = {device: tuple(torch.ones_like(x) for x in inputs) for device, inputs in module.activations.items()}


torch.set_num_threads(1)
problem = Problem()
x = torch.tensor(problem.array("x"))
model = nn.Sequential(
    nn.Conv3d(1, 5, 2), nn.ReLU(), nn.MaxPool3d(2), nn.Flatten(), nn.Linear(1715, 256), nn.ReLU(), nn.Linear(256, 140), nn.LeakyReLU(0.01)
).double()
nn.utils.vector_to_parameters(torch.tensor(problem.array("theta")), model.parameters())


def give_rules():
    """captum forgets them after every call; nothing is lost in model[3] and model[7]."""
    model[0].rule = WSquare()
    for layer in (model[4], model[6]):
        layer.rule = Alpha1_Beta0_Rule(set_bias_to_zero=True)
    for layer in (model[3], model[7]):
        layer.rule = EpsilonRule()


explained = LRP(model)


def relevance():
    found = []
    for batch in x.split(problem.settings["batch"]):
        with torch.no_grad():
            largest = model(batch).argmax(1)
        give_rules()
        found.append(explained.attribute(batch.clone().requires_grad_(), target=largest).detach())
    return torch.cat(found)


agree("relevance of the inputs", problem.array("expected"), relevance().numpy(), 1e-6)
measure(relevance)
