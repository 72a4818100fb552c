"""A random forest by scikit-learn. Its random numbers are others, so the forests are compared by their training error."""
import numpy as np
from sklearn.ensemble import RandomForestRegressor

from problem import Problem, agree
from repetitions import measure

problem = Problem()
x, target = problem.array("x"), problem.array("target")


def grow():
    return RandomForestRegressor(
        n_estimators=problem.settings["trees"], max_depth=problem.settings["depth"], n_jobs=1, random_state=1
    ).fit(x, target)


rmse = np.sqrt(np.mean((grow().predict(x) - target) ** 2))
agree("training rmse", problem.array("expected_rmse"), [rmse], 0.02)
measure(grow)
