"""
Writes ../fixtures/keras_files/: small models of Keras as `.keras` and `.h5`, and values.json with
inputs and the outputs that Keras computes. Parameters are drawn, statistics of batch normalisations
too. KERAS_BACKEND=torch python keras_files.py for Keras 3; python keras_files.py 2 with tf_keras
writes those of Keras 2 beside them.
"""

import json
import sys
from pathlib import Path

import numpy

OLD = len(sys.argv) > 1 and sys.argv[1] == "2"
if OLD:
    import tf_keras as keras
else:
    import keras
layers = keras.layers
folder = Path(__file__).parent.parent / "fixtures" / "keras_files"
folder.mkdir(exist_ok=True)
random = numpy.random.default_rng(7)


def transformer():
    """Tracks with a mask beside a jet's own features: several inputs, attention, sharing."""
    tracks = keras.Input((5, 4), name="tracks")
    mask = keras.Input((5, 1), name="track_mask")
    jet = keras.Input((3,), name="jet")
    embed = layers.Dense(6, activation="gelu")
    a = layers.LayerNormalization(epsilon=1e-4)(embed(tracks))
    pairs = layers.Dot(axes=(2, 2))([mask, mask])
    b = layers.MultiHeadAttention(2, 3, value_dim=4)(a, a, attention_mask=pairs)
    c = layers.Add()([a, b])
    c = layers.Add()([c, layers.Dense(6)(layers.Dense(8, activation="silu")(c))])
    c = layers.Multiply()([c, mask])
    d = layers.GlobalAveragePooling1D()(c)
    inner = keras.Sequential(
        [keras.Input((3,)), layers.Dense(3, activation="selu"), layers.Dense(6)], name="inner"
    )
    e = layers.Average()([d, inner(jet)])
    f = layers.Maximum()([e, layers.Dense(6, activation="hard_sigmoid")(jet)])
    out = layers.Dense(2, activation="softmax", name="flavour")(layers.Concatenate()([f, jet]))
    return keras.Model([tracks, mask, jet], out)


def recurrent():
    series = keras.Input((4, 3))
    a = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(series)
    b = layers.GRU(3, return_sequences=True, go_backwards=True)(a)
    c = layers.Bidirectional(layers.GRU(2, reset_after=False), merge_mode="ave")(b)
    d = layers.SimpleRNN(2, activation="relu", use_bias=False)(b)
    e = layers.LSTM(2, recurrent_activation="hard_sigmoid", go_backwards=True)(series)
    return keras.Model(series, layers.Dense(1, activation="sigmoid")(layers.Concatenate()([c, d, e])))


def entries():
    """Layers of entries, in space: reshapes that mix, slopes, softmax, pooling and cropping."""
    image = keras.Input((6, 4, 3))
    a = layers.PReLU(shared_axes=[1, 2])(layers.Conv2D(4, 3, padding="same")(image))
    a = layers.BatchNormalization()(a)
    b = layers.Permute((2, 1, 3))(layers.Cropping2D(((1, 0), (0, 1)))(a))
    c = layers.Reshape((10, 6))(b)
    d = layers.Softmax(axis=1)(c)
    e = layers.Dot(axes=(1, 1))([c, d])
    f = layers.PReLU()(layers.Conv1D(3, 2, activation="elu")(e))
    g = layers.Subtract()([f, layers.Minimum()([f, layers.RepeatVector(5)(layers.Dense(3)(layers.Flatten()(image)))])])
    h = layers.UpSampling1D(2)(layers.MaxPooling1D(2)(g))
    i = layers.Concatenate(axis=1)([h, g])
    k = layers.TimeDistributed(layers.Dense(2, activation="softplus"))(i)
    return keras.Model(image, layers.Dense(2)(layers.Flatten()(layers.ReLU(max_value=2.0)(k))))


def words():
    """Places in a table, and a layer that is called twice."""
    places = keras.Input((4,), name="places", dtype="int32")
    twice = layers.Dense(5, activation="tanh")
    a = layers.Embedding(7, 5)(places)
    b = twice(twice(a))
    c = layers.GroupNormalization(groups=5)(b) if not OLD else b
    return keras.Model(places, layers.Dense(2)(layers.Attention(use_scale=True)([c, b, a])))


def heads():
    """Several outputs."""
    given = keras.Input((3,))
    a = layers.Dense(4, activation="swish")(given)
    first = layers.Dense(2, name="first", activation="softmax")(a)
    return keras.Model(given, [first, layers.Dense(1, name="second")(a)])


def drawn(shape, name):
    low = 0.5 if "variance" in name else -0.8
    return random.uniform(low, 1.0, shape).astype("float32")


values = {}
for build in (transformer, recurrent, entries, words, heads):
    keras.utils.set_random_seed(3)
    name = f"{build.__name__}2" if OLD else build.__name__
    model = build()
    model.set_weights([drawn(w.shape, w.path if hasattr(w, "path") else w.name) for w in model.weights])
    model.save(folder / f"{name}.keras")
    model.save(folder / f"{name}.h5")
    inputs = {}
    for one in model.inputs:
        shape = (3, *one.shape[1:])
        if "mask" in one.name:
            x = numpy.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]], "float32")[..., None]
        elif "places" in one.name:
            x = random.integers(0, 7, shape).astype("float32")
        else:
            x = random.normal(size=shape).astype("float32")
        inputs["input" if len(model.inputs) == 1 else one.name.split(":")[0]] = x
    given = list(inputs.values())
    y = model.predict(given if len(given) > 1 else given[0], verbose=0)
    y = y if isinstance(y, list) else [y]
    values[name] = {
        "inputs": {own: [list(x.shape), x.ravel().tolist()] for own, x in inputs.items()},
        "outputs": [[list(one.shape), one.ravel().tolist()] for one in y],
    }
path = folder / ("values2.json" if OLD else "values.json")
path.write_text(json.dumps({"keras": keras.__version__, "models": values}) + "\n")
