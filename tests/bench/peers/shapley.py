"""Shapley values of the same trees by shap, whose loops are C++ on one thread."""
import numpy as np
import shap

from problem import Problem, agree
from repetitions import measure

problem = Problem()
x, background = problem.array("x"), problem.array("background")
nodes = problem.array("nodes").astype(int)
ends = np.cumsum(nodes)
lists = {name: problem.array(name) for name in ("left", "feature", "threshold", "value", "cover")}


def tree(start, end):
    left = lists["left"][start:end].astype(int)
    return {
        "children_left": left,
        "children_right": np.where(left < 0, -1, left + 1),
        "children_default": left,
        "features": lists["feature"][start:end].astype(int),
        "thresholds": lists["threshold"][start:end],
        "values": lists["value"][start:end, None] / len(nodes),
        "node_sample_weight": lists["cover"][start:end],
    }


model = {"trees": [tree(end - count, end) for count, end in zip(nodes, ends)]}
if problem.settings["interventional"]:
    explainer = shap.TreeExplainer(model, background, feature_perturbation="interventional")
else:
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")


def values():
    return explainer.shap_values(x, check_additivity=False)


# the weights of the interventional values are in single precision there
agree("values", problem.array("expected"), values(), 1e-6 if problem.settings["interventional"] else 1e-8)
measure(values)
