"""Influence, RelatIF and similarity (Dawid et al. 2021, Eqs. 1 to 3) from (H + λ1)⁻¹ applied to all training gradients."""
import numpy as np

from problem import Problem, agree
from repetitions import measure


def compare_and_measure(solve):
    """`solve(A, B)` gives A⁻¹B."""
    problem = Problem()
    hessian, training, test = (problem.array(name) for name in ("hessian", "training", "test"))
    damping = problem.settings["damping"]

    def influence():
        steps = solve(hessian + damping * np.eye(len(hessian)), training.T)
        products = test @ steps
        values = products / len(training)
        lengths = np.linalg.norm(steps, axis=0)
        relatif = np.divide(values, lengths, out=np.zeros_like(values), where=lengths > 0)
        return values, relatif, products**2

    for name, result in zip(("influence", "relatif", "similarity"), influence()):
        agree(name, problem.array(f"expected_{name}"), result, 1e-8)
    measure(influence)
