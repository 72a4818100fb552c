"""Gradient boosting by LightGBM on one thread; binning included, as on the other sides."""
import lightgbm
import numpy as np

from problem import Problem, agree
from repetitions import measure

problem = Problem()
x, target = problem.array("x"), problem.array("target")
# the same numbers as ours: bins, leaves, rate and samples in a leaf
settings = {"objective": "regression", "num_leaves": 31, "learning_rate": 0.1, "max_bin": 255, "min_data_in_leaf": 20, "num_threads": 1, "verbose": -1}


def grow():
    return lightgbm.train(settings, lightgbm.Dataset(x, target), problem.settings["rounds"])


rmse = np.sqrt(np.mean((grow().predict(x) - target) ** 2))
agree("training rmse", problem.array("expected_rmse"), [rmse], 0.02)
measure(grow)
