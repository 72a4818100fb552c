"""Gradient boosting by scikit-learn on one thread. Bins of columns with many values differ, so the models are compared by their training error."""
import os

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from problem import Problem, agree
from repetitions import measure

problem = Problem()
x, target = problem.array("x"), problem.array("target")


def grow():
    return HistGradientBoostingRegressor(max_iter=problem.settings["rounds"], early_stopping=False).fit(x, target)


rmse = np.sqrt(np.mean((grow().predict(x) - target) ** 2))
agree("training rmse", problem.array("expected_rmse"), [rmse], 0.02)
measure(grow)
