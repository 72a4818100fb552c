"""Resampling uncertainty (Dawid et al. 2021, Eq. 4 with its missing 1/n): variance of the minimal loss over linearised bootstraps."""
import numpy as np
import torch

from networks import network
from problem import Problem, agree
from repetitions import measure

problem = Problem()
hessian, training, theta, counts = (problem.array(name) for name in ("hessian", "training", "theta", "counts"))
x = torch.from_numpy(problem.array("x"))
shifted = hessian + problem.settings["damping"] * np.eye(len(hessian))


def losses(at, labels=None):
    with torch.no_grad():
        outputs = network(problem.settings["parameters"], at, torch.float64)(x)
        labels = outputs.argmax(dim=1) if labels is None else labels
        return torch.nn.functional.cross_entropy(outputs, labels, reduction="none").numpy(), labels


def uncertainty():
    _, labels = losses(theta)
    steps = np.linalg.solve(shifted, training.T @ (counts - 1).T / len(training))
    values = np.stack([losses(theta - steps[:, b], labels)[0] for b in range(len(counts))])
    return values.var(axis=0, ddof=1)


agree("uncertainty", problem.array("expected_uncertainty"), uncertainty(), 1e-8)
measure(uncertainty)
