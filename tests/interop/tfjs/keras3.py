"""
Writes ../fixtures/keras3.json: models of Keras 3 as tensorflowjs_converter lays them out (topology
under model_config, weights of each layer a group's entries), with inputs and the outputs that Keras
computes. KERAS_BACKEND=torch python keras3.py [drawn models] [file] [names in keras.applications]
With names the file holds those alone, for samples of 32 x 32: PHASELENS_KERAS3=file and vitest
compare them.
"""

import base64
import json
import random
import sys
from pathlib import Path

import keras
import numpy
from keras import layers, ops

folder = Path(__file__).parent.parent / "fixtures"
drawn_models = int(sys.argv[1]) if len(sys.argv) > 1 else 16
target = Path(sys.argv[2]) if len(sys.argv) > 2 else folder / "keras3.json"
ACTIVATIONS = ["linear", "relu", "elu", "tanh", "sigmoid", "softplus", "leaky_relu"]


def mlp():
    dense = layers.Dense(3, activation="softmax")
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, "relu"), layers.Dense(8, "tanh"), dense]
    )


def unbuilt():
    """Without an input of its own: what it reads is said by build_input_shape."""
    model = keras.Sequential(
        [layers.Dense(4, activation=layers.LeakyReLU(negative_slope=0.1)), layers.Dense(1)]
    )
    model.build((None, 3))
    return model


def operators():
    """Operations on tensors in place of layers, with other tensors and with numbers."""
    given = keras.Input((6,))
    a = layers.Dense(6)(given)
    b = ops.relu(given + a) * 0.5 + 1.0
    c = 2.0 - b / 3.0
    d = ops.concatenate([c, -a], axis=-1)
    e = layers.Dense(4)(ops.tanh(d - numpy.arange(12, dtype="float32")))
    return keras.Model(given, layers.Dense(2)(layers.Activation("elu")(e)))


def operators_in_space():
    given = keras.Input((5, 4, 3))
    a = layers.Conv2D(3, 3, padding="same")(given / 255.0 - 0.5)
    b = ops.elu(a + given) - numpy.array([0.1, 0.2, 0.3], dtype="float32")
    return keras.Model(given, layers.Conv2D(2, 2)(b))


def padded_maximum():
    """Zeros are entries like others: the maximum of negative ones beside them is 0."""
    given = keras.Input((5, 4, 2))
    a = layers.Conv2D(3, 2)(given)
    b = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(((2, 1), (1, 2)))(a))
    return keras.Model(given, layers.Dense(2)(layers.Flatten()(b)))


def padded_everywhere():
    """Zeros before each kind of layer."""
    given = keras.Input((4, 3, 2))
    pad = lambda x: layers.ZeroPadding2D(((1, 0), (0, 2)))(x)
    a = layers.AveragePooling2D(2)(pad(layers.Conv2D(2, 1)(given)))
    b = layers.BatchNormalization()(pad(a))
    c = layers.Add()([layers.Activation("sigmoid")(pad(b)), layers.ELU()(pad(b))])
    d = layers.Concatenate()([layers.GlobalMaxPooling2D()(pad(c)), layers.Flatten()(pad(c))])
    e = layers.Rescaling(2.0, offset=1.0)(pad(c))
    f = layers.GlobalAveragePooling2D()(pad(layers.Dense(2)(pad(e))))
    return keras.Model(given, layers.Concatenate()([layers.Dense(2)(d), f]))


def padded_series():
    given = keras.Input((6, 2))
    a = layers.MaxPooling1D(2)(layers.ZeroPadding1D((1, 2))(layers.Rescaling(-1.0)(given)))
    return keras.Model(given, layers.Dense(2)(layers.Flatten()(a)))


def padded_field():
    given = keras.Input((3, 2, 3, 1))
    a = layers.MaxPooling3D(2, strides=1)(layers.ZeroPadding3D(1)(layers.Conv3D(2, 1)(given)))
    return keras.Model(given, layers.GlobalAveragePooling3D()(a))


def residual():
    """The beginning of a ResNet50, narrow."""
    given = keras.Input((16, 16, 3))
    x = layers.ZeroPadding2D(3)(given)
    x = layers.Conv2D(4, 7, strides=2)(x)
    x = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(x))
    x = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(x))
    for stride, shortcut in ((1, True), (1, False), (2, True)):
        s = layers.BatchNormalization()(layers.Conv2D(8, 1, strides=stride)(x)) if shortcut else x
        y = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(2, 1, strides=stride)(x)))
        y = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(2, 3, padding="same")(y)))
        y = layers.BatchNormalization()(layers.Conv2D(8, 1)(y))
        x = layers.ReLU()(layers.Add()([s, y]))
    return keras.Model(
        given, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    )


def preactivated():
    """The beginning of a ResNet50V2, narrow."""
    given = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 7, strides=2)(layers.ZeroPadding2D(3)(given))
    x = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(x))
    for stride, shortcut in ((1, True), (2, False)):
        p = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(x))
        s = (
            layers.Conv2D(8, 1, strides=stride)(p)
            if shortcut
            else layers.MaxPooling2D(1, strides=stride)(x)
        )
        y = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(2, 1, use_bias=False)(p)))
        y = layers.Conv2D(2, 3, strides=stride, use_bias=False)(layers.ZeroPadding2D(1)(y))
        y = layers.Conv2D(8, 1)(layers.ReLU()(layers.BatchNormalization()(y)))
        x = layers.Add()([s, y])
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(
        given, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    )


def densely_connected():
    """The beginning of a DenseNet121, narrow."""
    given = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 7, strides=2, use_bias=False)(layers.ZeroPadding2D(3)(given))
    x = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(x))
    x = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(x))
    for _ in range(2):
        y = layers.Conv2D(4, 1, use_bias=False)(layers.ReLU()(layers.BatchNormalization()(x)))
        y = layers.Conv2D(2, 3, padding="same", use_bias=False)(
            layers.ReLU()(layers.BatchNormalization()(y))
        )
        x = layers.Concatenate()([x, y])
    x = layers.AveragePooling2D(2)(
        layers.Conv2D(4, 1)(layers.ReLU()(layers.BatchNormalization()(x)))
    )
    return keras.Model(
        given, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    )


def transfer():
    """Models inside a model, whose layers have the same names."""
    inner = keras.Sequential(
        [layers.Input((4, 4, 2)), layers.Conv2D(3, 2, name="same", activation="relu")], name="inner"
    )
    given = keras.Input((4, 4, 2))
    functional = keras.Model(
        given, layers.Conv2D(2, 2, name="same")(inner(given)), name="functional"
    )
    last = layers.Dense(3, name="same")
    return keras.Sequential(
        [layers.Input((4, 4, 2)), layers.RandomFlip(), functional, layers.Flatten(), last]
    )


def scaled():
    mean = layers.Normalization()
    mean.build((None, 5, 2))
    given = layers.Normalization(mean=[0.5, -1.0], variance=[2.0, 0.25])
    invert = layers.Normalization(mean=0.3, variance=4.0, axis=None, invert=True)
    return keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.Rescaling(1 / 127.5, offset=-1),
            mean,
            layers.GaussianNoise(0.1),
            given,
            layers.Conv1D(3, 2, padding="same"),
            layers.SpatialDropout1D(0.3),
            layers.ActivityRegularization(l2=0.1),
            invert,
            layers.Rescaling([1.0, 2.0, 3.0], offset=[0.0, 1.0, 2.0]),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def over_time():
    every = layers.TimeDistributed
    return keras.Sequential(
        [
            keras.Input((4, 3)),
            every(layers.Dense(5, activation="tanh")),
            every(layers.Dropout(0.2)),
            every(layers.BatchNormalization()),
            every(layers.Activation("relu")),
            every(layers.Dense(2)),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def over_time_and_space():
    given = keras.Input((3, 2, 2, 2))
    a = layers.TimeDistributed(layers.Dense(3))(given)
    return keras.Model(given, layers.GlobalMaxPooling3D()(a))


def first_axis_last():
    """A Flatten that takes its first axis for the channels."""
    given = keras.Input((3, 4, 2))
    a = layers.Flatten(data_format="channels_first")(layers.Conv2D(2, 2)(given))
    b = layers.Flatten(data_format="channels_first")(layers.BatchNormalization()(given))
    return keras.Model(given, layers.Concatenate()([layers.Dense(2)(a), layers.Dense(2)(b)]))


def first_axis_last_series():
    return keras.Sequential(
        [keras.Input((4, 3)), layers.Flatten(data_format="channels_first"), layers.Dense(2)]
    )


def softmax_of_sites():
    given = keras.Input((3, 4, 2))
    return keras.Model(given, layers.Conv2D(3, 2, activation="softmax")(given))


def softmax_along_space():
    given = keras.Input((3, 4, 2))
    return keras.Model(given, layers.Softmax(axis=-2)(layers.Dense(3)(given)))


def softmax_along_first():
    given = keras.Input((3, 2, 2, 2))
    return keras.Model(given, ops.softmax(layers.Dense(2)(given), axis=1))


def shared_without_weights():
    """A layer without weights that is called twice."""
    given = keras.Input((4,))
    relu = layers.ReLU()
    return keras.Model(given, layers.Dense(2)(relu(layers.Dense(3)(relu(given)))))


NAMED = [
    mlp, unbuilt, operators, operators_in_space, padded_maximum, padded_everywhere, padded_series, padded_field, residual,
    preactivated, densely_connected, transfer, scaled, over_time, over_time_and_space, first_axis_last,
    first_axis_last_series, shared_without_weights,
    softmax_of_sites,
    softmax_along_space,
    softmax_along_first,
]  # fmt: skip


def drawn(seed):
    """Any chain and side branches of layers that are known, one to three axes of space or none."""
    draw = random.Random(seed)
    axes = draw.randint(0, 3)
    space = [draw.randint(3, 6) for _ in range(axes)]
    given = x = keras.Input((*space, draw.randint(1, 3)))
    for _ in range(draw.randint(2, 7)):
        x = draw_layer(draw, x)
    if len(x.shape) > 2:
        x = layers.Flatten(data_format=draw.choice(["channels_last", "channels_first"]))(x)
    end = draw.choice(["linear", "softmax", "sigmoid"])
    return keras.Model(given, layers.Dense(draw.randint(2, 3), activation=end)(x))


def draw_layer(draw, x):
    axes = len(x.shape) - 2
    extents, channels = x.shape[1:-1], x.shape[-1]
    activation = draw.choice(ACTIVATIONS)
    kinds = ["dense", "activation", "norm", "rescale", "normalise", "identity", "operator", "fold"]
    kind = draw.choice(
        kinds
        + ["conv", "pool", "pad", "pad", "global", "flatten", "add", "concat"] * (axes > 0)
        + ["time"] * (axes > 1)
    )
    named = lambda name: getattr(layers, f"{name}{axes}D")
    if kind == "dense":
        return layers.Dense(
            draw.randint(1, 4), activation=activation, use_bias=draw.random() < 0.8
        )(x)
    if kind == "activation":
        return draw.choice(
            [
                layers.ReLU(),
                layers.LeakyReLU(negative_slope=0.2),
                layers.ELU(),
                layers.Activation(activation),
            ]
        )(x)
    if kind == "norm":
        return layers.BatchNormalization(scale=draw.random() < 0.7, center=draw.random() < 0.7)(x)
    if kind == "rescale":
        return layers.Rescaling(draw.choice([0.5, -1.5]), offset=draw.choice([0, 1.0]))(x)
    if kind == "normalise":
        return layers.Normalization()(x)
    if kind == "identity":
        return draw.choice(
            [
                layers.Dropout(0.3),
                layers.GaussianNoise(0.1),
                layers.GaussianDropout(0.2),
                layers.ActivityRegularization(l1=0.1),
            ]
        )(x)
    if kind == "operator":
        side = layers.Dense(channels)(x)
        own = layers.Dense(channels)(x)
        return draw.choice(
            [own + side, own * 0.5, 1.0 - own, ops.relu(own), ops.sigmoid(own) + side, -own / 2.0]
        )
    if kind == "fold":
        if axes == 1:
            return layers.Reshape((1, extents[0], channels))(x)
        return x
    if kind == "conv":
        size = [draw.randint(1, min(3, extent)) for extent in extents]
        same = draw.random() < 0.5
        stride = draw.choice([1, 1, 2])
        return named("Conv")(
            draw.randint(1, 3),
            size,
            strides=stride,
            padding="same" if same else "valid",
            activation=activation,
        )(x)
    if kind == "pool":
        size = [draw.randint(1, min(3, extent)) for extent in extents]
        maximum = draw.random() < 0.5
        # Keras on torch repeats the edge of "same" windows for a mean, where TensorFlow leaves it out
        padding = draw.choice(["same", "valid"]) if maximum else "valid"
        pool = named("MaxPooling" if maximum else "AveragePooling")
        if axes == 1:
            return pool(size[0], strides=draw.choice([None, 1]), padding=padding)(x)
        return pool(size, strides=draw.choice([None, 1]), padding=padding)(x)
    if kind == "pad":
        sides = [(draw.randint(0, 2), draw.randint(0, 1)) for _ in extents]
        return named("ZeroPadding")(sides[0] if axes == 1 else sides)(x)
    if kind == "global":
        return named(draw.choice(["GlobalMaxPooling", "GlobalAveragePooling"]))(
            keepdims=draw.random() < 0.3
        )(x)
    if kind == "flatten":
        return layers.Dense(4)(
            layers.Flatten(data_format=draw.choice(["channels_last", "channels_first"]))(x)
        )
    if kind == "time":
        return layers.TimeDistributed(layers.Dense(draw.randint(1, 3), activation=activation))(x)
    side = named("Conv")(channels, 1, activation=activation)(x)
    return layers.Add()([x, side]) if kind == "add" else layers.Concatenate()([side, x, x])


def described(name, model, seed):
    random_numbers = numpy.random.default_rng(seed)
    for weight in model.weights:
        if "count" in weight.name or "seed" in weight.name:
            continue
        shape = tuple(weight.shape)
        positive = "variance" in weight.name
        fan = max(1, numpy.prod(shape[:-1])) if len(shape) > 1 else 4
        values = (
            random_numbers.uniform(0.3, 1.3, shape)
            if positive
            else random_numbers.normal(0, 1 / numpy.sqrt(fan), shape)
        )
        weight.assign(values.astype("float32"))
    stored = [w for w in model.weights if "seed" not in w.path]
    x = random_numbers.normal(size=(2, *model.inputs[0].shape[1:])).astype("float32")
    y = numpy.asarray(model(x, training=False).detach())
    entries = [{"name": w.path, "shape": list(w.shape), "dtype": "float32"} for w in stored]
    weights = b"".join(numpy.asarray(w.value.detach()).astype("<f4").tobytes() for w in stored)
    topology = {
        "keras_version": keras.__version__,
        "backend": "torch",
        "model_config": slim(json.loads(model.to_json())),
    }
    return {
        "name": name, "topology": topology, "weights": entries, "bytes": base64.b64encode(weights).decode(),
        "x": {"shape": list(x.shape), "data": [float(v) for v in x.ravel()]},
        "y": {"shape": list(y.shape), "data": [float(v) for v in y.ravel()]},
    }  # fmt: skip


LEFT_OUT = (
    "_initializer",
    "_regularizer",
    "_constraint",
    "build_config",
    "compile_config",
    "registered_name",
)
PLAIN = {
    "trainable": True,
    "sparse": False,
    "ragged": False,
    "optional": False,
    "quantization_config": None,
}


def slim(config):
    """Without what says how weights began and were trained, and what nearly all layers say."""
    if isinstance(config, list):
        return [slim(own) for own in config]
    if not isinstance(config, dict):
        return config
    kept = {
        key: value
        for key, value in config.items()
        if not key.endswith(LEFT_OUT) and (key, value) not in PLAIN.items()
    }
    if kept.get("class_name") == "DTypePolicy":
        kept.pop("module", None)
    return {key: slim(value) for key, value in kept.items()}


def application(name):
    """A published architecture."""
    model = getattr(keras.applications, name)(weights=None, input_shape=(32, 32, 3), classes=10)
    return described(name, model, 3)


if __name__ == "__main__":
    names = sys.argv[3:]
    models = [application(name) for name in names]
    if not names:
        models = [described(make.__name__, make(), k) for k, make in enumerate(NAMED)]
        models += [described(f"drawn {seed}", drawn(seed), seed) for seed in range(drawn_models)]
    content = json.dumps({"keras": keras.__version__, "models": models}, separators=(",", ":"))
    target.write_text(content + "\n")
    print(target, target.stat().st_size)
