"""Extrapolation score (Dawid et al. 2021, Eq. 5): the norm of a gradient outside the directions of the largest eigenvalues."""
import numpy as np

from problem import Problem, agree
from repetitions import measure

problem = Problem()
hessian, gradients = problem.array("hessian"), problem.array("gradients")
removed = problem.settings["removed"]


def score():
    _, vectors = np.linalg.eigh(hessian)
    return np.linalg.norm(gradients @ vectors[:, : len(hessian) - removed], axis=1)


agree("score", problem.array("expected_score"), score(), 1e-8)
measure(score)
