"""A regression tree by scikit-learn; inputs are exact in single precision, which it works in."""
import numpy as np
from sklearn.tree import DecisionTreeRegressor

from problem import Problem, agree
from repetitions import measure

problem = Problem()
x, target = problem.array("x"), problem.array("target")


def grow(depth=problem.settings["depth"]):
    return DecisionTreeRegressor(max_depth=depth, random_state=1).fit(x, target)


agree("predictions of the upper levels", problem.array("expected_upper"), grow(problem.settings["upper"]).predict(x), 1e-12)
rmse = np.sqrt(np.mean((grow().predict(x) - target) ** 2))
agree("training rmse", problem.array("expected_rmse"), [rmse], 1e-5)
measure(grow)
