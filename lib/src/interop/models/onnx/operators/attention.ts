import { rescale } from "../../../../nn/layers/functions.js";
import { softmaxAlong } from "../../../../nn/layers/softmaxAlong.js";
import { tanh } from "../../../../nn/layers/activations.js";
import {
  input,
  makes,
  numbers,
  optionalNumbers,
  refused,
  type Call,
  type OnnxOperator,
} from "../call.js";
import { alongAxes, entrywise } from "../importing.js";
import { known, viewed, type Value } from "../value.js";
import { added, multiplied } from "./arithmetic.js";
import { matrixProduct } from "./linear.js";
import { joined, taken, transposed } from "./movement.js";

const places = (count: number, of: (k: number) => number): number[] =>
  Array.from({ length: count }, (_, k) => of(k));

/** [1, length, heads · width] as [1, heads, length, width]. */
function byHeads(call: Call, value: Value, heads: number): Value {
  if (value.shape.length === 4) return value;
  const [one, length, features] = value.shape;
  if (value.shape.length !== 3 || heads < 1 || features % heads !== 0)
    throw refused(call, `has ${heads} heads for [${value.shape}]`, "Check the extents");
  return transposed(call, viewed(value, [one, length, heads, features / heads]), [0, 2, 1, 3]);
}

/** Each head as often as queries have heads for it. */
function repeatedHeads(call: Call, value: Value, heads: number): Value {
  const own = value.shape[1];
  if (heads % own !== 0) throw refused(call, `shares ${own} heads among ${heads}`, "Check them");
  return taken(
    call,
    value,
    1,
    places(heads, (h) => Math.floor((h * own) / heads)),
  );
}

/** Added to scores that nobody may see; e to its power is 0. */
const UNSEEN = 1e30;

function masked(call: Call, scores: Value, past: number): Value {
  const mask = call.inputs[3];
  const { attributes } = call.node;
  const [rows, columns] = scores.shape.slice(-2);
  const causal = attributes.integer("is_causal", 0) === 1;
  const shift = makes(call, [rows, columns]);
  const seen = known(
    [rows, columns],
    places(shift, (f) => (f % columns > Math.floor(f / columns) + past ? -UNSEEN : 0)),
    false,
  );
  const own = causal ? added(call, scores, seen) : scores;
  if (!mask) return own;
  // a mask of truth values says what is seen
  const summand = mask.whole ? entrywise(call.importing, rescale(UNSEEN, -UNSEEN), mask) : mask;
  return added(call, own, summand);
}

/** softmax(Q Kᵀ · scale + mask) V for each head. */
function attention(call: Call): readonly Value[] {
  const { attributes } = call.node;
  const { importing } = call;
  const wanted = call.node.outputs.filter((name) => name !== "").length;
  if (call.node.outputs[3] !== undefined && attributes.integer("qk_matmul_output_mode", 0) !== 0)
    throw refused(call, "puts out scores in another mode than 0", "Export without them");
  const given = input(call, 0);
  const flat = given.shape.length === 3;
  const [q, k0, v0] = [
    byHeads(call, given, attributes.integer("q_num_heads", 0)),
    byHeads(call, input(call, 1), attributes.integer("kv_num_heads", 0)),
    byHeads(call, input(call, 2), attributes.integer("kv_num_heads", 0)),
  ];
  const [pastKey, pastValue] = [call.inputs[4], call.inputs[5]];
  const keys = pastKey ? joined(call, [pastKey, k0], 2) : k0;
  const values = pastValue ? joined(call, [pastValue, v0], 2) : v0;
  const [, heads, length, width] = q.shape;
  const scale = attributes.float("scale", 1 / Math.sqrt(width));
  const scaled = entrywise(importing, rescale(scale), q);
  const own = repeatedHeads(call, keys, heads);
  const scores = matrixProduct(call, scaled, own, { transposeB: true });
  const cap = attributes.float("softcap", 0);
  const through = (value: Value, layer: ReturnType<typeof rescale>): Value =>
    entrywise(importing, layer, value);
  const capped =
    cap > 0 ? through(through(through(scores, rescale(1 / cap)), tanh()), rescale(cap)) : scores;
  const seen = masked(call, capped, pastKey ? pastKey.shape[2] : 0);
  const weights = alongAxes(importing, seen, [3], ([at]) => softmaxAlong(at), seen.shape);
  const mean = matrixProduct(call, weights, repeatedHeads(call, values, heads), {});
  const back = (): Value =>
    viewed(transposed(call, mean, [0, 2, 1, 3]), [1, length, heads * mean.shape[3]]);
  const y = flat ? back() : mean;
  return wanted > 1 ? [y, keys, values, scores] : [y];
}

/** Pairs of features turned by angles that grow with the position. */
function rotated(call: Call): Value {
  const { attributes } = call.node;
  const given = input(call, 0);
  const flat = given.shape.length === 3;
  const x = byHeads(call, given, attributes.integer("num_heads", 0));
  const [, heads, length, width] = x.shape;
  const dimension = attributes.integer("rotary_embedding_dim", 0) || width;
  const half = dimension / 2;
  const at = optionalNumbers(call, 3, "positions");
  const cache = (k: number): Value => {
    const own = numbers(call, k, "table of angles");
    const rows = at ? taken(call, own, 0, [...at.data]) : own;
    return viewed(rows, [1, 1, length, half]);
  };
  const [cos, sin] = [cache(1), cache(2)];
  const interleaved = attributes.integer("interleaved", 0) === 1;
  const first = places(half, (k) => (interleaved ? 2 * k : k));
  const second = places(half, (k) => (interleaved ? 2 * k + 1 : k + half));
  const [a, b] = [first, second].map((own) => taken(call, x, 3, own));
  const minus = (value: Value): Value => entrywise(call.importing, rescale(-1), value);
  const times = (value: Value, angle: Value): Value => multiplied(call, value, angle);
  const real = added(call, times(a, cos), minus(times(b, sin)));
  const imaginary = added(call, times(a, sin), times(b, cos));
  const both = joined(call, [real, imaginary], 3);
  const order = places(dimension, (k) => (k % 2) * half + Math.floor(k / 2));
  const turned = interleaved ? taken(call, both, 3, order) : both;
  const rest = taken(
    call,
    x,
    3,
    places(width - dimension, (k) => dimension + k),
  );
  const y = width > dimension ? joined(call, [turned, rest], 3) : turned;
  if (!flat) return y;
  return viewed(transposed(call, y, [0, 2, 1, 3]), [1, length, heads * width]);
}

/** Operators of transformers. */
export const transformers: Readonly<Record<string, OnnxOperator>> = {
  Attention: {
    becomes: "matmul, softmaxAlong, matmul",
    without: "scores of other modes than 0 as an output",
    read: attention,
  },
  RotaryEmbedding: {
    becomes: "multiply by given numbers and add",
    without: "positions that depend on the data",
    read: rotated,
  },
};
