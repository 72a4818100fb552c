"""A forest of classes by scikit-learn. Its random numbers are others, so the forests are compared by their training accuracy."""
import numpy as np
from sklearn.ensemble import RandomForestClassifier

from problem import Problem, agree
from repetitions import measure

problem = Problem()
x, target = problem.array("x"), problem.array("classes").astype(int)


def grow():
    return RandomForestClassifier(
        n_estimators=problem.settings["trees"], max_depth=problem.settings["depth"], max_features=problem.settings["features"], n_jobs=1, random_state=1
    ).fit(x, target)


agree("training accuracy", problem.array("expected_accuracy"), [np.mean(grow().predict(x) == target)], 0.02)
measure(grow)
