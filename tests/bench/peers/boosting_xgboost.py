"""Gradient boosting by XGBoost's histograms on one thread, leaf by leaf as ours; binning included."""
import numpy as np
import xgboost

from problem import Problem, agree
from repetitions import measure

problem = Problem()
x, target = problem.array("x"), problem.array("target")
# the same numbers as ours: bins, leaves, rate and, with squares, samples in a leaf
settings = {
    "objective": "reg:squarederror", "tree_method": "hist", "grow_policy": "lossguide", "max_leaves": 31, "max_depth": 0, "eta": 0.1,
    "max_bin": 255, "min_child_weight": 20, "lambda": 0, "nthread": 1,
}


def grow():
    return xgboost.train(settings, xgboost.DMatrix(x, target, nthread=1), problem.settings["rounds"])


rmse = np.sqrt(np.mean((grow().predict(xgboost.DMatrix(x)) - target) ** 2))
agree("training rmse", problem.array("expected_rmse"), [rmse], 0.02)
measure(grow)
