"""Relevance of images by captum: ε in dense layers, z⁺ in convolutions, from the largest output."""
import torch
from captum.attr import LRP
from captum.attr._utils.lrp_rules import Alpha1_Beta0_Rule, EpsilonRule
from torch import nn

from large_network import LargeProblem
from problem import agree
from repetitions import measure

problem = LargeProblem()


def give_rules():
    """captum forgets them after every call."""
    for layer in problem.model:
        if isinstance(layer, nn.Conv2d):
            layer.rule = Alpha1_Beta0_Rule(set_bias_to_zero=True)
        elif isinstance(layer, (nn.Linear, nn.Flatten)):
            layer.rule = EpsilonRule()


explained = LRP(problem.model)


def relevance():
    found = []
    for batch in problem.batches():
        with torch.no_grad():
            largest = problem.model(batch).argmax(1)
        give_rules()
        found.append(explained.attribute(batch.clone().requires_grad_(), target=largest).detach())
    return torch.cat(found)


agree("relevance of the inputs", problem.array("expected"), relevance().numpy(), 1e-6)
measure(relevance)
