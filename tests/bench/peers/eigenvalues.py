"""Eigenvalues by LAPACK through NumPy."""
import numpy as np

from problem import Problem, agree
from repetitions import measure

problem = Problem()
hessian = problem.array("hessian")

agree("eigenvalues", problem.array("expected_values"), np.linalg.eigvalsh(hessian), 1e-12)
measure(lambda: np.linalg.eigvalsh(hessian))
