"""Writes xgboost.json, lightgbm.json, catboost.json, sklearn.json, boosting.json and classes.json: small tree models as their libraries
save them, samples with NaN, with ties and at thresholds, and what the libraries and shap make of them.
Needs xgboost, lightgbm, catboost, scikit-learn, skl2onnx, onnxruntime and shap (versions are in the files).

    python tests/reference/trees/make_trees.py
"""
import base64
import json
import pathlib
import tempfile
import warnings

import catboost
import lightgbm
import numpy
import onnx
import onnxruntime
import shap
import skl2onnx
import sklearn
import xgboost
from skl2onnx.common.data_types import FloatTensorType
from sklearn import ensemble, tree

warnings.filterwarnings("ignore")

# skl2onnx 1.20 hands truths of NumPy on to onnx 1.23, which takes whole numbers alone
plain_attribute = onnx.helper.make_attribute


def attribute(key, value, *rest, **more):
    whole = isinstance(value, list) and value and isinstance(value[0], (bool, numpy.bool_, numpy.integer))
    return plain_attribute(key, [int(v) for v in value] if whole else value, *rest, **more)


onnx.helper.make_attribute = attribute
here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(19)
features = 6


def table(n, missing):
    """Normal numbers; columns 0 and 3 with ties, 4 with zeros; every tenth missing where wanted."""
    x = random.normal(size=(n, features))
    x[:, [0, 3]] = numpy.round(2 * x[:, [0, 3]]) / 2
    x[:, 4] *= random.random(n) < 0.6
    if missing:
        x[random.random(x.shape) < 0.1] = numpy.nan
    return x


def target(x, kind):
    z = numpy.nan_to_num(x)
    f = z[:, 0] + numpy.sin(2 * z[:, 1]) * z[:, 2] + 0.5 * z[:, 3] * (z[:, 4] > 0)
    f = f + 0.3 * random.normal(size=len(x)) + 0.4 * numpy.isnan(x[:, 2])
    if kind == "value":
        return f
    if kind == "count":
        return random.poisson(numpy.exp(0.4 * f))
    return numpy.digitize(f, [0] if kind == "binary" else [-0.7, 0.7])


def listed(a, digits=12):
    a = numpy.asarray(a, dtype="float64")
    return {"shape": a.shape, "data": [None if numpy.isnan(v) else float(f"{v:.{digits}g}") for v in a.ravel()]}


def exactly(a):
    """Samples to the last digit: some lie at thresholds."""
    return listed(a, 17)


def packed(content):
    return content if isinstance(content, str) else base64.b64encode(content).decode()


def write(name, cases, versions):
    text = json.dumps({"versions": versions, "cases": cases}, indent=0, separators=(",", ":"))
    (here / f"{name}.json").write_text(text + "\n")
    print(name, len(text), "bytes,", len(cases), "models")


def saved(save, ending):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"m{ending}"
        save(str(path))
        return path.read_bytes()


train = {missing: table(300, missing) for missing in (False, True)}
test = {missing: table(12, missing) for missing in (False, True)}
background = {missing: table(7, missing) for missing in (False, True)}


def edges(x, thresholds):
    """The last rows of the samples lie at thresholds, which are (feature, value)."""
    x = x.copy()
    for k, (feature, value) in enumerate(thresholds[:: max(1, len(thresholds) // 4)][:4]):
        x[-1 - k, feature] = value
    return x


def interventional(model, x, ground, link=None):
    """Of the samples that lie at no threshold: there shap decides otherwise than the libraries, by an ulp."""
    explainer = shap.TreeExplainer(model, ground, feature_perturbation="interventional",
                                   model_output=link or "raw")
    return explainer.shap_values(x[:-4], check_additivity=False)


# XGBoost
cases = {}


def xgb(name, kind, endings=(".json", ".ubj"), missing=True, rounds=6, shapley=False, types=None, y=None, **parameters):
    x, y = train[missing], target(train[missing], kind) if y is None else y
    if types:
        x = x.copy()
        x[:, 5] = numpy.floor(numpy.abs(3 * numpy.nan_to_num(x[:, 5]))) % 7
    matrix = xgboost.DMatrix(x, y, feature_types=types, enable_categorical=bool(types))
    settings = {"max_depth": 3, "eta": 0.4, "seed": 1, "nthread": 1, "max_cat_to_onehot": 2, **parameters}
    booster = xgboost.train(settings, matrix, rounds)
    splits = booster.trees_to_dataframe().dropna(subset=["Split"]) if parameters.get("multi_strategy") is None else None
    at = [] if splits is None else [(int(f[1:]), v) for f, v in zip(splits.Feature, splits.Split)]
    points = edges(test[missing], at)
    if types:
        points[:, 5] = [0, 1, 2, 3, 4, 5, 6, 7, 9, 2, -1, numpy.nan]
    data = xgboost.DMatrix(points, feature_types=types, enable_categorical=bool(types))
    found = {
        "x": exactly(points),
        "margin": listed(booster.predict(data, output_margin=True)),
        "response": listed(booster.predict(data)),
    }
    if splits is not None and not types:
        found["contributions"] = listed(booster.predict(data, pred_contribs=True))
        found["approximate"] = listed(booster.predict(data, pred_contribs=True, approx_contribs=True))
    if shapley:
        found["interactions"] = listed(booster.predict(data, pred_interactions=True))
        found["background"] = exactly(background[missing])
        found["interventional"] = listed(interventional(booster, points, background[missing]))
        if parameters["objective"] == "binary:logistic":
            found["probability"] = listed(interventional(booster, points, background[missing], "probability"))
    for ending in endings:
        cases[name + ending] = {"model": packed(saved(booster.save_model, ending)), **found}
        found = {k: found[k] for k in ("x", "margin", "response")}


xgb("squared", "value", objective="reg:squarederror", shapley=True)
xgb("logistic", "binary", objective="binary:logistic", base_score=0.3, shapley=True)
xgb("softprob", "three", objective="multi:softprob", num_class=3, shapley=True)
xgb("poisson", "count", endings=(".ubj",), objective="count:poisson")
xgb("category", "value", objective="reg:squarederror", types=["q"] * 5 + ["c"], tree_method="hist")
xgb("dart", "binary", endings=(".json",), objective="binary:logistic", booster="dart", rate_drop=0.5)
xgb("forest", "value", endings=(".ubj",), objective="reg:squarederror", num_parallel_tree=4, subsample=0.6, rounds=2)
two = numpy.stack([target(train[True], "value"), target(train[True], "value")], 1)
xgb("targets", "value", y=two, objective="reg:squarederror")
xgb("vector", "value", y=two, objective="reg:squarederror", multi_strategy="multi_output_tree", tree_method="hist")
xgb("deep", "value", endings=(".ubj",), objective="reg:squarederror", max_depth=9, rounds=2, shapley=True)
write("xgboost", cases, {"xgboost": xgboost.__version__, "shap": shap.__version__})

# LightGBM
cases = {}


def lgb(name, kind, missing=True, rounds=6, categories=False, shapley=False, **parameters):
    x = train[missing].copy()
    y = target(x, kind)
    if categories:
        x[:, 5] = numpy.floor(numpy.abs(3 * numpy.nan_to_num(x[:, 5]))) % 40
        y = y + numpy.sin(5 * x[:, 5])
    settings = {"num_leaves": 9, "learning_rate": 0.3, "min_data_in_leaf": 5, "verbose": -1, "seed": 1,
                "num_threads": 1, "min_data_per_group": 3, "max_cat_to_onehot": 2, **parameters}
    data = lightgbm.Dataset(x, y, categorical_feature=[5] if categories else [], params=settings)
    booster = lightgbm.train(settings, data, rounds)
    frame = booster.trees_to_dataframe()
    splits = frame[(frame.split_feature.notna()) & (frame.decision_type == "<=")]
    points = edges(test[missing], [(int(f.split("_")[1]), float(v)) for f, v in zip(splits.split_feature, splits.threshold)])
    if categories:
        points[:, 5] = [0, 1, 2, 3, 4, 5, 6, 7, 99, 2, -1, numpy.nan]
    else:
        points[0, 4], points[1, 4], points[2, 4] = 0, 1e-36, -1e-30
    # raw scores and contributions of averaged trees are sums there
    count = rounds if parameters.get("boosting") == "rf" else 1
    found = {
        "model": packed(booster.model_to_string().encode()),
        "x": exactly(points),
        "margin": listed(booster.predict(points, raw_score=True) / count),
        "response": listed(booster.predict(points)),
        "contributions": listed(booster.predict(points, pred_contrib=True) / count),
    }
    if shapley:
        found["background"] = exactly(background[missing])
        found["interventional"] = listed(interventional(booster, points, background[missing]))
    cases[name] = found


lgb("regression", "value", objective="regression", shapley=True)
lgb("without-missing", "value", missing=False, objective="regression")
lgb("binary", "binary", objective="binary", sigmoid=2.0)
lgb("multiclass", "three", objective="multiclass", num_class=3)
lgb("one-versus-all", "three", objective="multiclassova", num_class=3)
lgb("categories", "value", objective="regression", categories=True)
lgb("zeros-missing", "value", objective="regression", zero_as_missing=True)
lgb("forest", "value", objective="regression", boosting="rf", bagging_freq=1, bagging_fraction=0.6)
lgb("poisson", "count", objective="poisson")
lgb("cross-entropy", "binary", objective="cross_entropy")
write("lightgbm", cases, {"lightgbm": lightgbm.__version__, "shap": shap.__version__})

# CatBoost
cases = {}


def cat(name, kind, missing=True, model=catboost.CatBoost, **parameters):
    x, y = train[missing], target(train[missing], kind)
    settings = {"iterations": 6, "depth": 3, "learning_rate": 0.3, "verbose": False, "random_seed": 1,
                "thread_count": 1, "allow_writing_files": False, **parameters}
    booster = model(settings).fit(x, y)
    content = saved(lambda path: booster.save_model(path, format="json"), ".json")
    borders = json.loads(content)["features_info"]["float_features"]
    points = edges(test[missing], [(f["flat_feature_index"], b) for f in borders for b in f["borders"]])
    found = {"model": packed(content), "x": exactly(points),
             "margin": listed(booster.predict(points, prediction_type="RawFormulaVal"))}
    response = {"Logloss": "Probability", "MultiClass": "Probability", "Poisson": "Exponent"}
    found["response"] = listed(booster.predict(points, prediction_type=response.get(parameters["loss_function"], "RawFormulaVal")))
    cases[name] = found
    return booster


cat("squared", "value", loss_function="RMSE")
cat("largest", "value", loss_function="RMSE", nan_mode="Max")
cat("without-missing", "value", missing=False, loss_function="RMSE")
cat("logistic", "binary", loss_function="Logloss")
cat("multiclass", "three", loss_function="MultiClass")
cat("poisson", "count", loss_function="Poisson")
cat("depthwise", "value", loss_function="RMSE", grow_policy="Depthwise")
cat("lossguide", "binary", loss_function="Logloss", grow_policy="Lossguide", max_leaves=7)
write("catboost", cases, {"catboost": catboost.__version__})

# scikit-learn through ONNX
cases = {}


def skl(name, kind, model, missing=False, shapley=False, options=None):
    x = train[missing].astype("float32")
    model.fit(x, target(train[missing], kind))
    graph = skl2onnx.convert_sklearn(model, initial_types=[("x", FloatTensorType([None, features]))],
                                     options=options, target_opset={"": 18, "ai.onnx.ml": 3})
    content = graph.SerializeToString()
    trees = [t for t in numpy.ravel(getattr(model, "estimators_", [])) if hasattr(t, "tree_")] or [model]
    at = [(int(f), v) for t in trees if hasattr(t, "tree_") for f, v in zip(t.tree_.feature, t.tree_.threshold) if f >= 0]
    points = edges(test[missing], at).astype("float32")
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    outputs = session.run(None, {"x": points})
    last = outputs[-1]
    if isinstance(last, list):
        last = [[row[k] for k in sorted(row)] for row in last]
    found = {"model": packed(content), "x": exactly(points), "response": listed(last)}
    own = model.predict_proba(points) if hasattr(model, "predict_proba") else model.predict(points)
    found["own"] = listed(own)
    if shapley:
        found["background"] = exactly(background[missing].astype("float32"))
        found["interventional"] = listed(interventional(model, points, background[missing].astype("float32")))
    cases[name] = found


small = {"n_estimators": 5, "max_depth": 4, "random_state": 1}
skl("forest-regressor", "value", ensemble.RandomForestRegressor(**small), shapley=True)
skl("forest-binary", "binary", ensemble.RandomForestClassifier(**small))
skl("forest-three", "three", ensemble.RandomForestClassifier(**small), shapley=True)
skl("forest-array", "three", ensemble.RandomForestClassifier(**small), options={"zipmap": False})
skl("extra-trees", "value", ensemble.ExtraTreesRegressor(**small))
skl("boosting", "value", ensemble.GradientBoostingRegressor(**small))
skl("boosting-binary", "binary", ensemble.GradientBoostingClassifier(**small))
skl("boosting-three", "three", ensemble.GradientBoostingClassifier(**small))
skl("histogram", "value", ensemble.HistGradientBoostingRegressor(max_iter=5, max_depth=4), missing=True)
skl("histogram-binary", "binary", ensemble.HistGradientBoostingClassifier(max_iter=5, max_depth=4), missing=True)
skl("histogram-three", "three", ensemble.HistGradientBoostingClassifier(max_iter=5, max_depth=4), missing=True)
skl("tree", "value", tree.DecisionTreeRegressor(max_depth=4))
skl("tree-three", "three", tree.DecisionTreeClassifier(max_depth=4))
write("sklearn", cases, {"scikit-learn": sklearn.__version__, "skl2onnx": skl2onnx.__version__,
                         "onnxruntime": onnxruntime.__version__, "shap": shap.__version__})

# Gradient boosting of scikit-learn on tables with at most 255 values a column, where its bins are exact
cases = {}
for missing in (False, True):
    x = train[missing][:220]
    for kind, model in (("value", ensemble.HistGradientBoostingRegressor), ("binary", ensemble.HistGradientBoostingClassifier),
                        ("three", ensemble.HistGradientBoostingClassifier)):
        y = target(x, kind)
        # gradients of labels alone are few numbers, and rounding would decide between equal splits
        weights = random.uniform(0.5, 1.5, len(y))
        fitted = model(max_iter=8, max_leaf_nodes=6, min_samples_leaf=7, l2_regularization=0.5, early_stopping=False).fit(x, y, weights)
        own = fitted.predict(test[missing]) if kind == "value" else fitted.predict_proba(test[missing])
        name = kind + ("-missing" if missing else "")
        cases[name] = {"x": exactly(x), "target": listed(y, 17), "weights": exactly(weights), "test": exactly(test[missing]), "response": listed(own)}
write("boosting", cases, {"scikit-learn": sklearn.__version__})

# Classification of scikit-learn: single trees of all samples, and the accuracy of forests on samples they have not seen
random = numpy.random.default_rng(23)
cases = {}
for kind in ("binary", "three"):
    x, points = (numpy.round(random.normal(size=(n, features)) * 256) / 256 for n in (260, 60))
    y = target(x, kind)
    weights = random.integers(128, 512, len(y)) / 256
    cases[kind] = {"x": exactly(x), "target": listed(y), "weights": exactly(weights), "test": exactly(points)}
    for criterion in ("gini", "entropy"):
        # few samples in numbers of a kind are split equally well by several features, and chance decides; not so with weights
        for name, w, depth, leaf in ((criterion, None, 2, 20), (criterion + "-weights", weights, 5, 6)):
            found = [tree.DecisionTreeClassifier(criterion=criterion, max_depth=depth, min_samples_leaf=leaf, random_state=seed).fit(x, y, w).predict_proba(points)
                     for seed in range(20)]
            assert numpy.ptp(found, axis=0).max() == 0
            cases[kind][name] = listed(found[0])
        grow = {"n_estimators": 50, "criterion": criterion, "max_depth": 8, "max_features": None, "oob_score": True}
        forests = [ensemble.RandomForestClassifier(**grow, random_state=seed).fit(x, y) for seed in range(6)]
        cases[kind][criterion + "-accuracy"] = listed([forest.oob_score_ for forest in forests])
write("classes", cases, {"scikit-learn": sklearn.__version__})
