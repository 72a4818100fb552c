"""
Writes ../fixtures/keras2/: three models of Keras 2 as tensorflowjs_converter lays them out (topology under model_config, weights of each
layer a group's entries, names without ":0"), with inputs and the outputs that Keras computes. Made with tf_keras 2.21.0 on
tensorflow-cpu 2.21.0:  python3 keras2.py
"""
import json
from pathlib import Path

import numpy
import tensorflow
import tf_keras as keras

folder = Path(__file__).parent.parent / "fixtures" / "keras2"
random = numpy.random.default_rng(5)
layers = keras.layers


def image():
    given = keras.Input((6, 5, 2), name="given")
    a = layers.Conv2D(3, (2, 3), padding="same", use_bias=False)(given)
    a = layers.LeakyReLU(alpha=0.1)(layers.BatchNormalization()(a))
    b = layers.MaxPooling2D(3, strides=2, padding="same")(a)
    c = layers.AveragePooling2D((2, 1), strides=1, padding="same")(layers.BatchNormalization()(layers.Conv2D(3, 1, activation="elu")(b)))
    d = layers.Concatenate()([layers.Add()([b, c]), b])
    e = layers.Flatten()(d)
    f = layers.Concatenate()([e, layers.GlobalMaxPooling2D()(d)])
    return keras.Model(given, layers.Dense(3, activation="softmax")(layers.Dropout(0.4)(f)), name="image")


def series():
    return keras.Sequential([
        layers.Reshape((12, 1), input_shape=(12,)), layers.Conv1D(2, 3, padding="causal", dilation_rate=2, activation="tanh"),
        layers.BatchNormalization(), layers.ZeroPadding1D(2), layers.Conv1D(3, 4, strides=2), layers.Activation("softplus"),
        layers.BatchNormalization(), layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid"),
    ], name="series")


def field():
    return keras.Sequential([
        layers.Conv3D(2, 2, strides=2, padding="same", input_shape=(4, 3, 5, 1), activation="relu"), layers.BatchNormalization(),
        layers.AveragePooling3D((1, 2, 2), padding="same"), layers.Conv3D(2, (2, 1, 1), padding="same"), layers.GlobalMaxPooling3D(), layers.Dense(2),
    ], name="field")


folder.mkdir(parents=True, exist_ok=True)
for model in (image(), series(), field()):
    for weight in model.weights:
        positive = "variance" in weight.name
        values = random.uniform(0.3, 1.3, weight.shape) if positive else random.normal(0, 0.5, weight.shape)
        weight.assign(values.astype("float32"))
    x = random.normal(size=(3, *model.input_shape[1:])).astype("float32")
    entries = [{"name": w.name.split(":")[0], "shape": list(w.shape), "dtype": "float32"} for w in model.weights]
    (folder / f"{model.name}.bin").write_bytes(b"".join(w.numpy().astype("<f4").tobytes() for w in model.weights))
    topology = {"keras_version": keras.__version__, "backend": "tensorflow", "model_config": json.loads(model.to_json())}
    text = json.dumps({"format": "layers-model", "generatedBy": f"keras v{keras.__version__}", "convertedBy": None, "modelTopology": topology,
                       "weightsManifest": [{"paths": [f"{model.name}.bin"], "weights": entries}]})
    (folder / f"{model.name}.json").write_text(text + "\n")
    outputs = model(x, training=False).numpy()
    (folder / f"{model.name}-values.json").write_text(json.dumps({
        "made": f"tf_keras {keras.__version__} on tensorflow {tensorflow.__version__}",
        "x": {"shape": list(x.shape), "data": [float(v) for v in x.ravel()]}, "outputs": [float(v) for v in outputs.ravel()]}) + "\n")
