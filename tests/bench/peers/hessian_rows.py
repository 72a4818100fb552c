"""Hessian by row-by-row double backward, as the authors' toolbox computes it, for some of the rows.

One backward pass gives the gradient with its graph, then each row is one more. All rows cost the same, so the time of those
computed here is scaled up to all; the graph is built in every repetition and counted once.
"""
import time

import torch

from problem import agree
from repetitions import measure
from risk_problem import RiskProblem, flat

problem = RiskProblem()
rows = problem.settings["rows"]


def hessian_rows(gradient):
    return torch.stack([flat(torch.autograd.grad(gradient[p], problem.parameters, retain_graph=True)) for p in rows])


def scaled_milliseconds(work):
    start = time.perf_counter()
    gradient = problem.gradient_with_graph()
    graph = time.perf_counter()
    work(gradient)
    end = time.perf_counter()
    return 1e3 * ((graph - start) + (end - graph) * len(gradient) / len(rows))


agree(f"{len(rows)} rows of the Hessian", problem.array("expected_rows"), hessian_rows(problem.gradient_with_graph()), 1e-8)
measure(hessian_rows, scaled_milliseconds)
