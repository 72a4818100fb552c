"""Writes operators.json: a small ONNX model for each operator that is read, random inputs for two
samples, and what onnxruntime makes of them. Needs onnx and onnxruntime (versions are in the file).

    python tests/reference/onnx/make_onnx.py
"""
import base64
import json
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto as T
from onnx import helper, numpy_helper

random = numpy.random.default_rng(2026)
cases = {}


def weights(*shape):
    return random.normal(size=shape).astype("float32")


def case(name, nodes, shapes, initialisers=None, opset=17, positive=False, head="y", values=None):
    """One model: nodes are (operator, inputs, outputs, attributes); shapes of samples by input."""
    made = [helper.make_node(o, i.split(), out.split(), **a) for o, i, out, a in nodes]
    info = [helper.make_tensor_value_info(k, T.FLOAT, ["N", *s]) for k, s in shapes.items()]
    tensors = [numpy_helper.from_array(numpy.asarray(v), k) for k, v in (initialisers or {}).items()]
    out = helper.make_tensor_value_info(head, T.FLOAT, None)
    graph = helper.make_graph(made, name, info, [out], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8 if opset < 21 else 10
    inputs = {k: weights(2, *s) for k, s in shapes.items()}
    if positive:
        inputs = {k: numpy.abs(v) + numpy.float32(0.5) for k, v in inputs.items()}
    inputs.update(values or {})
    bytes_ = model.SerializeToString()
    session = onnxruntime.InferenceSession(bytes_, providers=["CPUExecutionProvider"])
    # one sample at a time: samples are independent, and a batch may not be what a model wants
    parts = [session.run([head], {k: v[n : n + 1] for k, v in inputs.items()})[0] for n in (0, 1)]
    y = numpy.stack(parts).reshape(2, -1).astype("float64")
    assert numpy.isfinite(y).all(), name
    listed = {k: {"shape": v.shape, "data": [float(f"{e:.9g}") for e in v.ravel()]} for k, v in inputs.items()}
    cases[name] = {
        "model": base64.b64encode(bytes_).decode(),
        "inputs": listed,
        "output": [[float(f"{e:.9g}") for e in row] for row in y],
    }


def unary(operator, positive=False, opset=17, initialisers=None, extra="", name=None, **attributes):
    nodes = [(operator, f"x {extra}", "y", attributes)]
    case(name or operator, nodes, {"x": (2, 3)}, initialisers, opset, positive)


i64 = lambda *v: numpy.array(v, dtype="int64")
f32 = lambda *v: numpy.array(v, dtype="float32")

for op in "Relu Elu Selu Sigmoid Tanh Softplus Softsign HardSigmoid HardSwish Erf Exp Sin Cos Atan Abs Neg Identity Mish".split():
    unary(op, opset=18 if op == "Mish" else 17)
for op in "Log Sqrt Reciprocal".split():
    unary(op, positive=True)
for op in "Sign Floor Ceil Round".split():
    case(op, [(op, "x", "a", {}), ("Add", "a x", "y", {})], {"x": (2, 3)})
unary("LeakyRelu", alpha=0.2)
unary("PRelu", extra="s", initialisers={"s": f32(0.3, -0.1, 0.7)})
unary("Gelu", opset=20)
unary("Gelu", opset=20, name="Gelu tanh", approximate="tanh")
unary("Clip", extra="low high", initialisers={"low": f32(-0.3).reshape(()), "high": f32(0.9).reshape(())})
unary("Clip", opset=7, name="Clip 7", min=-0.5, max=0.25)
unary("Clip", extra="low", name="Clip below", initialisers={"low": f32(-0.3).reshape(())})
case("Dropout", [("Dropout", "x", "y", {})], {"x": (4,)})
case("Cast", [("Cast", "x", "a", {"to": T.INT64}), ("Cast", "a", "b", {"to": T.FLOAT}), ("Add", "b x", "y", {})], {"x": (5,)})
case("Not", [("Greater", "x z", "a", {}), ("Not", "a", "b", {}), ("Cast", "b", "c", {"to": T.FLOAT}), ("Mul", "c x", "y", {})], {"x": (5,)}, {"z": f32(0.1)})

vector, matrix, scalar = weights(3), weights(2, 3), f32(1.7).reshape(())
for op in "Add Sub Mul Div Pow Max Min".split():
    positive = op in ("Div", "Pow")
    case(op, [(op, "x z", "y", {})], {"x": (2, 3), "z": (2, 3)}, positive=positive)
    case(f"{op} broadcast", [(op, "x z", "y", {})], {"x": (2, 3), "z": (1, 3)}, positive=positive)
    case(f"{op} broadcast other", [(op, "x z", "y", {})], {"x": (2, 1), "z": (2, 3)}, positive=positive)
    for kind, value in (("vector", vector), ("matrix", matrix), ("scalar", scalar)):
        value = numpy.abs(value) + numpy.float32(0.5) if positive else value
        case(f"{op} {kind}", [(op, "x w", "y", {})], {"x": (2, 3)}, {"w": value}, positive=positive)
        case(f"{op} {kind} first", [(op, "w x", "y", {})], {"x": (2, 3)}, {"w": value}, positive=positive)
case("Sum", [("Sum", "x z w", "y", {})], {"x": (2, 3), "z": (2, 3)}, {"w": matrix})
case("Mean", [("Mean", "x z w", "y", {})], {"x": (2, 3), "z": (2, 3)}, {"w": matrix})
for op in "Equal Greater Less GreaterOrEqual LessOrEqual".split():
    nodes = [("Floor", "x", "a", {}), ("Floor", "z", "b", {}), (op, "a b", "c", {}), ("Where", "c x z", "y", {})]
    case(op, nodes, {"x": (3, 4), "z": (3, 4)})
for op in "And Or Xor".split():
    nodes = [("Greater", "x o", "a", {}), ("Greater", "z o", "b", {}), (op, "a b", "c", {}), ("Where", "c x z", "y", {})]
    case(op, nodes, {"x": (3, 4), "z": (3, 4)}, {"o": f32(0)})
case("Where constant", [("Greater", "x o", "c", {}), ("Where", "c x m", "y", {})], {"x": (2, 3)}, {"o": f32(0), "m": f32(-1)})

case("Concat", [("Concat", "x z x", "y", {"axis": 1})], {"x": (2, 3), "z": (1, 3)})
case("Concat last", [("Concat", "x z", "y", {"axis": -1})], {"x": (2, 3), "z": (2, 1)})
case("Flatten", [("Flatten", "x", "a", {}), ("MatMul", "a w", "y", {})], {"x": (2, 3)}, {"w": weights(6, 4)})
case("Reshape", [("Reshape", "x s", "a", {}), ("MatMul", "a w", "y", {})], {"x": (2, 6)}, {"s": i64(0, -1, 3), "w": weights(3, 2)})
for k, perm in enumerate([[0, 2, 1, 3], [0, 3, 1, 2], [2, 0, 3, 1], [3, 2, 1, 0]]):
    case(f"Transpose {k}", [("Transpose", "x", "y", {"perm": perm})], {"x": (2, 3, 4)})
case("Transpose twice", [("Transpose", "x", "a", {"perm": [0, 2, 3, 1]}), ("Transpose", "a", "y", {"perm": [0, 2, 1, 3]})], {"x": (2, 3, 4)})
case("Squeeze", [("Squeeze", "x a", "b", {}), ("Unsqueeze", "b c", "y", {})], {"x": (1, 3)}, {"a": i64(1), "c": i64(-1)})
case("Squeeze 11", [("Squeeze", "x", "b", {"axes": [1]}), ("Unsqueeze", "b", "y", {"axes": [2]})], {"x": (1, 3)}, opset=11)
case("Slice", [("Slice", "x s e a t", "y", {})], {"x": (4, 5)}, {"s": i64(1, -1), "e": i64(2**63 - 1, -4), "a": i64(1, 2), "t": i64(2, -1)})
case("Slice 9", [("Slice", "x", "y", {"starts": [1], "ends": [3], "axes": [2]})], {"x": (4, 5)}, opset=9)
case("Split", [("Split", "x s", "a b", {"axis": 2}), ("Mul", "a b", "y", {})], {"x": (2, 6)}, {"s": i64(3, 3)})
case("Split 18", [("Split", "x", "a b", {"axis": -1, "num_outputs": 2}), ("Concat", "b a", "y", {"axis": -1})], {"x": (2, 5)}, opset=18)
case("Split 11", [("Split", "x", "a b", {"axis": 1, "split": [1, 2]}), ("Concat", "b a", "y", {"axis": 1})], {"x": (3, 2)}, opset=11)
case("Gather", [("Gather", "x i", "y", {"axis": 2})], {"x": (2, 5)}, {"i": numpy.array([[0, -1], [2, 2]], dtype="int64")})
case("Gather one", [("Gather", "x i", "y", {"axis": 1})], {"x": (2, 5)}, {"i": numpy.array(1, dtype="int64")})
case("Expand", [("Expand", "x s", "y", {})], {"x": (2, 1)}, {"s": i64(1, 3, 2, 4)})
case("Tile", [("Tile", "x r", "y", {})], {"x": (1, 3)}, {"r": i64(1, 2, 3)})
case("Pad", [("Pad", "x p v", "y", {})], {"x": (2, 3)}, {"p": i64(0, 1, 0, 0, 0, 2), "v": f32(0.7).reshape(())})
case("Pad cut", [("Pad", "x p", "y", {})], {"x": (3, 4)}, {"p": i64(0, -1, 1, 0, 2, -1)})
for mode in ("reflect", "edge"):
    case(f"Pad {mode}", [("Pad", "x p", "y", {"mode": mode})], {"x": (2, 4)}, {"p": i64(0, 0, 2, 0, 1, 1)})
case("Pad 18", [("Pad", "x p  a".replace("  ", " v "), "y", {})], {"x": (2, 3)}, {"p": i64(1, 2), "v": f32(0).reshape(()), "a": i64(-1)}, opset=18)
case("Trilu", [("Trilu", "x k", "y", {"upper": 0})], {"x": (3, 4)}, {"k": numpy.array(1, dtype="int64")})
case("ScatterND", [("ScatterND", "x i u", "y", {})], {"x": (2, 3), "u": (2,)}, {"i": i64(0, 1, 2, 0, 0, 0).reshape(1, 2, 3)})
case("GatherElements", [("TopK", "x k", "v i", {"axis": 2}), ("GatherElements", "z i", "y", {"axis": 2})], {"x": (2, 5), "z": (2, 5)}, {"k": i64(3)})

for op in "ReduceSum ReduceMean ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp".split():
    if op == "ReduceSum":
        case(op, [(op, "x a", "y", {"keepdims": 0})], {"x": (2, 3, 4)}, {"a": i64(1, -1)})
    case(f"{op} 11", [(op, "x", "y", {"axes": [2], "keepdims": 1})], {"x": (2, 3, 4)}, opset=11)
    case(f"{op} 18", [(op, "x a", "y", {"keepdims": 0})], {"x": (2, 3, 4)}, {"a": i64(-2)}, opset=18)
case("ReduceLogSum", [("ReduceLogSum", "x", "y", {"axes": [1]})], {"x": (2, 3)}, positive=True)
case("ReduceSum all", [("ReduceSum", "x", "y", {})], {"x": (2, 3)})
for op in "ArgMax ArgMin".split():
    case(op, [(op, "x", "i", {"axis": 2, "keepdims": 0}), ("Cast", "i", "y", {"to": T.FLOAT})], {"x": (2, 5)})
case("TopK", [("TopK", "x k", "y i", {"axis": 1})], {"x": (5, 2)}, {"k": i64(3)})
case("TopK smallest", [("TopK", "x k", "v i", {"axis": -1, "largest": 0}), ("Cast", "i", "c", {"to": T.FLOAT}), ("Add", "v c", "y", {})], {"x": (2, 5)}, {"k": i64(2)})
nodes = [("TopK", "x k", "v i", {"axis": -1}), ("Squeeze", "i a", "j", {}), ("Gather", "z j", "y", {"axis": 2})]
case("neighbours", nodes, {"x": (4,), "z": (3, 4)}, {"k": i64(2), "a": i64(0)})

case("MatMul", [("MatMul", "x z", "y", {})], {"x": (2, 3, 4), "z": (2, 4, 5)})
case("MatMul broadcast", [("MatMul", "x z", "y", {})], {"x": (2, 3, 4), "z": (1, 4, 5)})
case("MatMul weight", [("MatMul", "x w", "y", {})], {"x": (2, 3)}, {"w": weights(3, 4)})
case("MatMul bias", [("MatMul", "x w", "a", {}), ("Add", "b a", "y", {})], {"x": (2, 3)}, {"w": weights(3, 4), "b": weights(4)})
case("MatMul row", [("MatMul", "x w", "a", {}), ("Add", "a b", "y", {})], {"x": (3,)}, {"w": weights(3, 4), "b": weights(4)})
case("MatMul left", [("MatMul", "w x", "y", {})], {"x": (3, 2)}, {"w": weights(4, 3)})
case("MatMul stack", [("MatMul", "w x", "y", {})], {"x": (2, 3, 2)}, {"w": weights(2, 4, 3)})
shared = [("MatMul", "x w", "a", {}), ("Add", "a b", "c", {}), ("Relu", "c", "d", {}), ("MatMul", "d w", "e", {}), ("Add", "e b", "y", {})]
case("shared weights", shared, {"x": (3,)}, {"w": weights(3, 3), "b": weights(3)})
case("shared weight, one bias", shared[:4] + [("Identity", "e", "y", {})], {"x": (3,)}, {"w": weights(3, 3), "b": weights(3)})
case("shared weight, transposed", [("Gemm", "x w", "a", {}), ("Gemm", "a w", "y", {"transB": 1})], {"x": (3,)}, {"w": weights(3, 3)})
case("Gemm", [("Gemm", "x w b", "y", {"transB": 1, "alpha": 0.5, "beta": 2.0})], {"x": (3,)}, {"w": weights(4, 3), "b": weights(4)})
case("Gemm plain", [("Gemm", "x w", "y", {})], {"x": (3,)}, {"w": weights(3, 2)})
nodes = [("Reshape", "x s", "a", {}), ("Gemm", "a w b", "c", {}), ("Reshape", "c t", "y", {})]
case("Gemm objects", nodes, {"x": (4, 3)}, {"s": i64(-1, 3), "w": weights(3, 2), "b": weights(2), "t": i64(-1, 4, 2)})
nodes = [("Reshape", "x s", "a", {}), ("Reshape", "z s", "c", {}), ("Gemm", "a c b", "y", {"transA": 1})]
case("Gemm of two", nodes, {"x": (4, 3), "z": (4, 3)}, {"s": i64(4, 3), "b": weights(3, 3)})

case("Conv 1", [("Conv", "x w b", "y", {"pads": [1, 1]})], {"x": (2, 6)}, {"w": weights(3, 2, 3), "b": weights(3)})
case("Conv 2", [("Conv", "x w b", "y", {"pads": [1, 0, 0, 1], "strides": [2, 1]})], {"x": (2, 5, 6)}, {"w": weights(3, 2, 3, 2), "b": weights(3)})
case("Conv 3", [("Conv", "x w", "y", {"dilations": [1, 2, 1]})], {"x": (1, 3, 4, 3)}, {"w": weights(2, 1, 2, 2, 2)})
case("Conv groups", [("Conv", "x w b", "y", {"group": 2})], {"x": (4, 6)}, {"w": weights(6, 2, 3), "b": weights(6)})
for auto in ("SAME_UPPER", "SAME_LOWER", "VALID"):
    case(f"Conv {auto}", [("Conv", "x w", "y", {"auto_pad": auto, "strides": [2]})], {"x": (2, 5)}, {"w": weights(3, 2, 2)})
for op in "MaxPool AveragePool".split():
    case(op, [(op, "x", "y", {"kernel_shape": [2, 3], "strides": [2, 1]})], {"x": (2, 5, 6)})
    case(f"{op} padded", [(op, "x", "y", {"kernel_shape": [3], "pads": [1, 1], "strides": [2]})], {"x": (2, 7)})
    case(f"{op} ceil", [(op, "x", "y", {"kernel_shape": [2], "strides": [2], "ceil_mode": 1})], {"x": (2, 5)}, opset=12)
case("AveragePool counted", [("AveragePool", "x", "y", {"kernel_shape": [3], "pads": [1, 1], "count_include_pad": 1})], {"x": (2, 5)})
for op in "GlobalAveragePool GlobalMaxPool".split():
    case(op, [(op, "x", "y", {})], {"x": (2, 3, 4)})

stats = {"s": weights(3), "b": weights(3), "m": weights(3), "v": numpy.abs(weights(3)) + numpy.float32(0.5)}
case("BatchNormalization", [("BatchNormalization", "x s b m v", "y", {"epsilon": 0.01})], {"x": (3, 4)}, stats)
case("BatchNormalization flat", [("BatchNormalization", "x s b m v", "y", {})], {"x": (3,)}, stats)
case("LayerNormalization", [("LayerNormalization", "x s b", "y", {"axis": -1})], {"x": (2, 3)}, {"s": weights(3), "b": weights(3)})
case("LayerNormalization two axes", [("LayerNormalization", "x s", "y", {"axis": 1})], {"x": (2, 3)}, {"s": weights(2, 3)})
case("RMSNormalization", [("RMSNormalization", "x s", "y", {})], {"x": (2, 3)}, {"s": weights(3)}, opset=23)
case("InstanceNormalization", [("InstanceNormalization", "x s b", "y", {})], {"x": (3, 4)}, {"s": weights(3), "b": weights(3)})
case("GroupNormalization", [("GroupNormalization", "x s b", "y", {"num_groups": 2})], {"x": (4, 3)}, {"s": weights(4), "b": weights(4)}, opset=21)
for op in "Softmax LogSoftmax".split():
    for opset in (11, 13):
        case(f"{op} {opset}", [(op, "x", "a", {"axis": 1}), ("Mul", "a x", "y", {})], {"x": (2, 3)}, opset=opset)
case("Softmax last", [("Softmax", "x", "a", {}), ("MatMul", "a z", "y", {})], {"x": (2, 3), "z": (3, 2)})

for op, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
    for direction in ("forward", "reverse", "bidirectional"):
        d = 2 if direction == "bidirectional" else 1
        given = {"w": weights(d, gates * 2, 3), "r": weights(d, gates * 2, 2), "b": weights(d, gates * 4)}
        for part in ("sequence", "end"):
            outs = "y" if part == "sequence" else "s y"
            nodes = [("Transpose", "x", "t", {"perm": [1, 0, 2]}), (op, "t w r b", outs, {"hidden_size": 2, "direction": direction})]
            case(f"{op} {direction} {part}", nodes, {"x": (4, 3)}, given)
one = {"w": weights(1, 6, 3), "r": weights(1, 6, 2), "b": weights(1, 12)}
turn = ("Transpose", "x", "t", {"perm": [1, 0, 2]})
case("GRU reset after", [turn, ("GRU", "t w r b", "y", {"hidden_size": 2, "linear_before_reset": 1})], {"x": (4, 3)}, one)
case("GRU hard", [turn, ("GRU", "t w r", "y", {"hidden_size": 2, "activations": ["HardSigmoid", "Tanh"], "activation_alpha": [0.2], "activation_beta": [0.5]})], {"x": (4, 3)}, {k: one[k] for k in "wr"})
cell = {"w": weights(1, 8, 3), "r": weights(1, 8, 2), "b": weights(1, 16), "h": weights(1, 1, 2), "c": weights(1, 1, 2), "p": weights(1, 6)}
case("LSTM cell", [turn, ("LSTM", "t w r b", "a h y", {"hidden_size": 2})], {"x": (4, 3)}, {k: cell[k] for k in "wrb"})
lstm = helper.make_node("LSTM", ["t", "w", "r", "b", "", "h", "c", "p"], ["y"], hidden_size=2)
keep = helper.make_node
helper.make_node = lambda o, i, out, **a: lstm if o == "LSTM all" else keep(o, i, out, **a)
case("LSTM all", [turn, ("LSTM all", "", "", {})], {"x": (4, 3)}, cell)
helper.make_node = keep

shape = [("Shape", "x", "s", {}), ("Gather", "s zero", "n", {"axis": 0}), ("Gather", "s two", "w", {"axis": 0}), ("Mul", "w three", "m", {}), ("Div", "m three", "d", {}), ("Unsqueeze", "n ax", "a", {}), ("Unsqueeze", "d ax", "b", {}), ("Concat", "a minus b", "t", {"axis": 0}), ("Reshape", "x t", "y", {})]
number = lambda v: numpy.array(v, dtype="int64")
case("shape arithmetic", shape, {"x": (2, 3)}, {"zero": number(0), "two": number(2), "three": number(3), "ax": i64(0), "minus": i64(-1)})
mask = [("Shape", "x", "s", {}), ("ConstantOfShape", "s", "o", {"value": helper.make_tensor("v", T.FLOAT, [1], [1.0])}), ("Trilu", "o k", "u", {"upper": 1}), ("NonZero", "u", "nz", {}), ("Range", "z l st", "r", {}), ("Cast", "r", "rf", {"to": T.FLOAT}), ("Add", "u rf", "uf", {}), ("Mul", "x uf", "y", {})]
case("masks of shapes", mask, {"x": (3, 3)}, {"k": number(1), "z": number(0), "l": number(3), "st": number(1)})
branch = lambda op: helper.make_graph([helper.make_node(op, ["x"], ["q"])], op, [], [helper.make_tensor_value_info("q", T.FLOAT, None)])
case("If", [("Shape", "x", "s", {}), ("Gather", "s one", "n", {}), ("Equal", "n three", "c", {}), ("If", "c", "y", {"then_branch": branch("Relu"), "else_branch": branch("Neg")})], {"x": (3,)}, {"one": number(1), "three": number(3)})
gelu = [("Div", "x r", "a", {}), ("Erf", "a", "b", {}), ("Add", "b one", "c", {}), ("Mul", "x c", "d", {}), ("Mul", "d half", "y", {})]
case("GELU written out", gelu, {"x": (2, 3)}, {"r": f32(2**0.5).reshape(()), "one": f32(1).reshape(()), "half": f32(0.5).reshape(())})
norm = [("ReduceMean", "x", "m", {"axes": [-1]}), ("Sub", "x m", "d", {}), ("Pow", "d two", "q", {}), ("ReduceMean", "q", "v", {"axes": [-1]}), ("Add", "v e", "ve", {}), ("Sqrt", "ve", "sd", {}), ("Div", "d sd", "n", {}), ("Mul", "n g", "ng", {}), ("Add", "ng b", "y", {})]
case("LayerNorm written out", norm, {"x": (2, 4)}, {"two": f32(2).reshape(()), "e": f32(1e-5).reshape(()), "g": weights(4), "b": weights(4)})

# operators at places
case("GatherND", [("GatherND", "x i", "y", {"batch_dims": 1})], {"x": (3, 4)}, {"i": i64(0, -1, 2, 1).reshape(1, 2, 2)})
for name, i in (("GatherND rows", i64(2, 0).reshape(1, 2, 1)), ("GatherND of all", i64(0, 2, 0, 1).reshape(2, 2))):
    batch = {} if name.endswith("all") else {"batch_dims": 1}
    case(name, [("GatherND", "x i", "y", batch)], {"x": (3, 4)}, {"i": i})
nodes = [("TopK", "x k", "v i", {"axis": 1}), ("Unsqueeze", "i a", "j", {}), ("GatherND", "z j", "y", {"batch_dims": 1})]
case("GatherND neighbours", nodes, {"x": (5,), "z": (5, 3)}, {"k": i64(2), "a": i64(-1)})
nodes = [("Floor", "x", "a", {}), ("Clip", "a low high", "b", {}), ("Cast", "b", "i", {"to": T.INT64}), ("GatherND", "z i", "y", {"batch_dims": 1})]
case("GatherND tuples of data", nodes, {"x": (4, 2), "z": (3, 3)}, {"low": f32(-3).reshape(()), "high": f32(2).reshape(())})
places = i64(0, 2, 1, 0, 0, 1, 2, -1).reshape(1, 2, 4)
for opset, op in ((17, "ScatterElements"), (10, "Scatter")):
    i = numpy.abs(places)
    case(f"{op}", [(op, "x i u", "y", {"axis": 1})], {"x": (3, 4), "u": (2, 4)}, {"i": i64(0, 2, 1, 0, 1, 1, 2, 2).reshape(1, 2, 4)}, opset=opset)
for reduction in ("add", "max", "min"):
    case(f"ScatterElements {reduction}", [("ScatterElements", "x i u", "y", {"axis": 1, "reduction": reduction})], {"x": (3, 4), "u": (2, 4)}, {"i": places}, opset=18)
    nd = i64(0, 1, 2, 0, 0, 0, 0, 1, 2).reshape(1, 3, 3)
    case(f"ScatterND {reduction}", [("ScatterND", "x i u", "y", {"reduction": reduction})], {"x": (2, 3), "u": (3,)}, {"i": nd}, opset=18)
for axis in (1, 2):
    case(f"CumSum {axis}", [("CumSum", "x a", "y", {})], {"x": (3, 4)}, {"a": numpy.array(axis, dtype="int64")})
for flags in ({"exclusive": 1}, {"reverse": 1}, {"exclusive": 1, "reverse": 1}):
    case(f"CumSum {' '.join(flags)}", [("CumSum", "x a", "y", flags)], {"x": (3, 4)}, {"a": numpy.array(-1, dtype="int64")})
for axis in (-1, 1):
    nodes = [("Floor", "x", "f", {}), ("Clip", "f low high", "b", {}), ("Cast", "b", "i", {"to": T.INT64}), ("OneHot", "i d v", "y", {"axis": axis})]
    case(f"OneHot {axis}", nodes, {"x": (5,)}, {"low": f32(-3).reshape(()), "high": f32(2).reshape(()), "d": i64(3), "v": f32(-0.5, 2)})

# reductions and functions
case("ReduceProd", [("ReduceProd", "x a", "y", {"keepdims": 0})], {"x": (2, 3, 4)}, {"a": i64(1, 3)}, opset=18)
case("ReduceProd 11", [("ReduceProd", "x", "y", {"axes": [-1]})], {"x": (2, 3)}, opset=11)
case("ReduceProd all", [("ReduceProd", "x", "y", {})], {"x": (4,)}, opset=11)
case("ReduceLogSumExp large", [("Mul", "x h", "a", {}), ("ReduceLogSumExp", "a", "b", {"axes": [1, 2], "keepdims": 0}), ("Mul", "b s", "y", {})], {"x": (2, 3)}, {"h": f32(30), "s": f32(0.1)})
case("ReduceSum noop", [("ReduceSum", "x", "y", {"noop_with_empty_axes": 1})], {"x": (2, 3)})
for op in "Sinh Cosh Tan".split():
    unary(op)
unary("Celu", alpha=0.7)
unary("ThresholdedRelu", alpha=0.4)
case("Dropout mask", [("Dropout", "x", "a m", {}), ("Where", "m a x", "y", {})], {"x": (4,)})
case("Dropout 11", [("Dropout", "x", "y", {"ratio": 0.3})], {"x": (4,)}, opset=11)
case("DepthToSpace", [("DepthToSpace", "x", "y", {"blocksize": 2})], {"x": (8, 2, 3)})
case("DepthToSpace CRD", [("DepthToSpace", "x", "y", {"blocksize": 2, "mode": "CRD"})], {"x": (8, 2, 3)})
case("SpaceToDepth", [("SpaceToDepth", "x", "y", {"blocksize": 2})], {"x": (2, 4, 6)})
case("BatchNormalization 7", [("BatchNormalization", "x s b m v", "y", {"spatial": 1})], {"x": (3, 4)}, stats, opset=7)
case("BatchNormalization 9", [("BatchNormalization", "x s b m v", "y", {})], {"x": (3, 4)}, stats, opset=9)
for name, lens in (("GRU", 3), ("LSTM", 4)):
    for direction in ("forward", "reverse", "bidirectional"):
        d = 2 if direction == "bidirectional" else 1
        given = {"w": weights(d, lens * 2, 3), "r": weights(d, lens * 2, 2), "b": weights(d, lens * 4), "n": numpy.array([3], dtype="int32")}
        nodes = [turn, (name, "t w r b n", "a h", {"hidden_size": 2, "direction": direction}), ("Concat", "a3 h", "y", {"axis": 0})]
        nodes.insert(2, ("Reshape", "a sh", "a3", {}))
        case(f"{name} {direction} short", nodes, {"x": (5, 3)}, {**given, "sh": i64(5 * d, 1, 2)})

# windows
case("ConvTranspose 1", [("ConvTranspose", "x w b", "y", {})], {"x": (2, 4)}, {"w": weights(2, 3, 3), "b": weights(3)})
case("ConvTranspose 2", [("ConvTranspose", "x w b", "y", {"strides": [2, 3], "pads": [1, 0, 0, 1], "output_padding": [1, 0]})], {"x": (2, 3, 4)}, {"w": weights(2, 3, 3, 2), "b": weights(3)})
case("ConvTranspose 3", [("ConvTranspose", "x w", "y", {"dilations": [2, 1, 1], "strides": [1, 2, 1]})], {"x": (1, 2, 3, 2)}, {"w": weights(1, 2, 2, 2, 2)})
case("ConvTranspose cut", [("ConvTranspose", "x w", "y", {"pads": [3, 2], "strides": [2]})], {"x": (2, 6)}, {"w": weights(2, 2, 2)})
case("ConvTranspose groups", [("ConvTranspose", "x w b", "y", {"group": 2, "strides": [2]})], {"x": (4, 3)}, {"w": weights(4, 3, 3), "b": weights(6)})
for auto in ("SAME_UPPER", "SAME_LOWER", "VALID"):
    case(f"ConvTranspose {auto}", [("ConvTranspose", "x w", "y", {"auto_pad": auto, "strides": [2]})], {"x": (2, 4)}, {"w": weights(2, 3, 3)})
case("ConvTranspose shape", [("ConvTranspose", "x w", "y", {"output_shape": [10], "strides": [2]})], {"x": (2, 4)}, {"w": weights(2, 3, 3)})
for mode in ("nearest", "linear"):
    for word in ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"):
        case(f"Resize {mode} {word}", [("Resize", "x  s".replace("  ", " r "), "y", {"mode": mode, "coordinate_transformation_mode": word})], {"x": (2, 3, 4)}, {"r": f32(), "s": f32(1, 1, 2, 1.5)})
    sizes = ("Resize", "x r s n", "y", {"mode": mode})
    case(f"Resize {mode} sizes", [sizes], {"x": (2, 4, 5)}, {"r": f32(), "s": f32(), "n": i64(1, 2, 3, 7)})
    case(f"Resize {mode} 10", [("Resize", "x s", "y", {"mode": mode})], {"x": (2, 3, 4)}, {"s": f32(1, 1, 2, 2)}, opset=10)
    case(f"Upsample {mode}", [("Upsample", "x s", "y", {"mode": mode})], {"x": (2, 3, 4)}, {"s": f32(1, 1, 2, 2)}, opset=9)
for rounding in ("round_prefer_ceil", "floor", "ceil"):
    case(f"Resize {rounding}", [("Resize", "x r s", "y", {"nearest_mode": rounding})], {"x": (2, 5)}, {"r": f32(), "s": f32(1, 1, 1.6)})
case("Resize axes", [("Resize", "x r s", "y", {"mode": "linear", "axes": [2]})], {"x": (2, 5)}, {"r": f32(), "s": f32(1.6)}, opset=18)

# Einstein's sums and transformers
for k, (equation, shapes_) in enumerate({
    "bij,bjk->bik": ((2, 3), (3, 4)), "bij,bkj->bki": ((2, 3), (4, 3)), "bhid,bhjd->bhij": ((2, 3, 4), (2, 5, 4)), "bij->bji": ((2, 3),),
    "bij->bi": ((2, 3),), "bij,bij->b": ((2, 3), (2, 3)), "bi,bj->bij": ((3,), (4,)), "...ij,...jk->...ik": ((2, 3), (3, 4)), "bij,bjk": ((2, 3), (3, 4)),
    "bij,bjk,bkl->bil": ((2, 3), (3, 4), (4, 2)), "bci,bcj->bcij": ((3, 2), (3, 4)),
}.items()):
    names_ = "x z u".split()[: len(shapes_)]
    case(f"Einsum {equation}", [("Einsum", " ".join(names_), "y", {"equation": equation})], dict(zip(names_, shapes_)))
case("Einsum weight", [("Einsum", "x w", "y", {"equation": "bij,jk->bik"})], {"x": (2, 3)}, {"w": weights(3, 4)})
case("Einsum weight of two axes", [("Einsum", "x w", "y", {"equation": "bijk,jkl->bil"})], {"x": (2, 3, 4)}, {"w": weights(3, 4, 2)})
case("Attention", [("Attention", "x z u", "y", {})], {"x": (2, 3, 4), "z": (2, 5, 4), "u": (2, 5, 6)}, opset=23)
case("Attention flat", [("Attention", "x z u", "y", {"q_num_heads": 4, "kv_num_heads": 2, "is_causal": 1})], {"x": (5, 8), "z": (5, 4), "u": (5, 4)}, opset=23)
case("Attention mask", [("Attention", "x z u m", "y", {"scale": 0.3, "softcap": 1.5})], {"x": (2, 3, 4), "z": (2, 5, 4), "u": (2, 5, 6), "m": (1, 3, 5)}, opset=23)
nodes = [("Greater", "m o", "t", {}), ("Attention", "x z u t", "y", {})]
case("Attention truth", nodes, {"x": (2, 3, 4), "z": (2, 5, 4), "u": (2, 5, 6), "m": (1, 3, 5)}, {"o": f32(-0.7)}, opset=23)
case("Attention past", [("Attention", "x z u  p q".replace("  ", " e "), "y k v", {})], {"x": (2, 3, 4), "z": (2, 3, 4), "u": (2, 3, 4), "p": (2, 2, 4), "q": (2, 2, 4)}, {"e": numpy.zeros((3, 5), "float32")}, opset=23)
angles = {"c": weights(6, 2), "s": weights(6, 2), "i": i64(3, 0, 5).reshape(1, 3)}
case("RotaryEmbedding", [("RotaryEmbedding", "x c s i", "y", {})], {"x": (2, 3, 4)}, angles, opset=23)
case("RotaryEmbedding interleaved", [("RotaryEmbedding", "x c s i", "y", {"interleaved": 1, "num_heads": 2})], {"x": (3, 8)}, angles, opset=23)
case("RotaryEmbedding part", [("RotaryEmbedding", "x c s", "y", {"rotary_embedding_dim": 4})], {"x": (2, 3, 6)}, {"c": weights(1, 3, 2), "s": weights(1, 3, 2)}, opset=23)

unary("Selu", name="Selu other", alpha=0.9, gamma=1.4)
for op in "ArgMax ArgMin".split():
    nodes = [("Floor", "x", "f", {}), (op, "f", "i", {"axis": 2, "select_last_index": 1}), ("Cast", "i", "y", {"to": T.FLOAT})]
    case(f"{op} last", nodes, {"x": (2, 6)})

# the numbers that a layer took as its bias, added again
product = [("MatMul", "x w", "t", {}), ("Add", "b t", "u", {})]
own = {"w": weights(4, 3), "b": weights(3)}
case("bias twice", [*product, ("Add", "b u", "y", {})], {"x": (4,)}, own)
case("bias twice, of rows", [*product, ("Reshape", "u s", "v", {}), ("Add", "v b", "y", {})], {"x": (2, 4)}, {**own, "s": i64(-1, 1, 2, 3)})
case("bias subtracted", [*product, ("Sub", "u b", "y", {})], {"x": (4,)}, own)
wide = {"w": own["w"], "b": weights(1, 1, 3)}
case("bias of more axes", [*product, ("Transpose", "u", "y", {"perm": [0, 2, 1]})], {"x": (4,)}, wide)
# x times the sigmoid of clipped numbers is SiLU between the bounds alone
clipped = [("Clip", "x l h", "c", {}), ("Sigmoid", "c", "s", {}), ("Mul", "x s", "y", {})]
far = {"x": f32(-40, -15, 3, 15, -9, 60).reshape(2, 3)}
case("SiLU of clipped numbers", clipped, {"x": (3,)}, {"l": numpy.float32(-10), "h": numpy.float32(10)}, values=far)

# an input of one number for each sample has the batch axis alone
nodes = [("Unsqueeze", "p a", "q", {}), ("Concat", "x q", "y", {"axis": 1})]
case("input of one number", nodes, {"x": (3,), "p": ()}, {"a": i64(-1)})

pathlib.Path(__file__).with_name("operators.json").write_text(
    json.dumps({"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__, "cases": cases}, separators=(",", ":")) + "\n"
)
print(len(cases), "cases")
