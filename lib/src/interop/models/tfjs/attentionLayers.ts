import { attention } from "../../../nn/blocks/attention.js";
import { expandLike } from "../../../nn/layers/choices.js";
import { rescale } from "../../../nn/layers/functions.js";
import { transpose } from "../../../nn/layers/gather.js";
import { objectDense } from "../../../nn/layers/objects.js";
import { matmul } from "../../../nn/layers/products.js";
import { softmaxAlong } from "../../../nn/layers/softmaxAlong.js";
import { constant } from "../../../nn/layers/sources.js";
import { add, reshape } from "../../../nn/layers/structure.js";
import type { GraphValue } from "../../../nn/network/graphParts.js";
import { tensorArgument } from "./arguments.js";
import { builder, plainly } from "./building.js";
import { partOf, replacePart, type Importer, type Value } from "./importer.js";
import type { Importing, WeightOf } from "./importing.js";
import type { KerasCall } from "./kerasCall.js";
import type { Settings } from "./settings.js";

/** Added to the scores of what nobody may see, as Keras does. */
const UNSEEN = 1e9;

/** Several attentions side by side, with a dense layer before each and one behind all. */
export const importMultiHeadAttention: Importing = (
  importer,
  settings,
  inputs,
  weights,
  title,
  call,
) => {
  const of = (position: number, name: string): Value | undefined => {
    const own = tensorArgument(call, inputs, position, name);
    return own && plainly(importer, own, title);
  };
  const [queries, values] = [of(0, "query") ?? inputs[0], of(1, "value")];
  const keys = of(2, "key") ?? values;
  const [heads, width] = [settings.whole("num_heads", 1)[0], settings.whole("key_dim", 1)[0]];
  const valueWidth = settings.whole("value_dim", 1, width)[0];
  if (!values || !keys || [queries, values, keys].some(({ shape }) => shape.length !== 2)) {
    settings.fault("takes query and value, each [objects, features]");
    return queries;
  }
  for (const [setting, words] of [
    ["use_gate", "a gate"],
    ["sliding_window", "a sliding window"],
  ])
    if (settings.raw(setting)) settings.fault(`has ${words}, which is not known here`);
  const axes = [settings.raw("attention_axes")].flat();
  if (axes[0] !== undefined && axes.join() !== "1" && axes.join() !== "-2")
    settings.fault(`attention_axes must be [1], got ${JSON.stringify(axes)}`);
  const out = [settings.raw("output_shape")].flat();
  const features = typeof out[0] === "number" ? out[0] : queries.shape[1];
  const biased = settings.flag("use_bias", true);
  const projected = (from: Value, role: string, own: number): GraphValue => {
    const [, entries] = from.shape;
    const weight = transposed(weights(`${role}/kernel`, [entries, heads, own]), entries);
    const bias = biased ? weights(`${role}/bias`, [heads, own]) : new Float64Array(heads * own);
    return dense(importer, from, { from: entries, to: heads * own, weight, bias });
  };
  const { then } = builder(importer);
  const split = (value: GraphValue, own: number): GraphValue =>
    then(reshape([heads, own, -1]), value);
  const q = split(projected(queries, "query", width), width);
  const k = split(projected(keys, "key", width), width);
  const v = split(projected(values, "value", valueWidth), valueWidth);
  const mask = maskOf(importer, settings, { call, inputs, queries, keys }, title);
  const seen = then(attention(width, { outer: 1 }), q, k, v, ...(mask ? [mask] : []));
  const flat = then(reshape([heads * valueWidth, -1]), seen);
  const kernel = weights("attention_output/kernel", [heads, valueWidth, features]);
  const { index } = dense(importer, flat, {
    from: heads * valueWidth,
    to: features,
    weight: transposed(kernel, heads * valueWidth),
    bias: biased ? weights("attention_output/bias", [features]) : new Float64Array(features),
  });
  return { index, shape: [queries.shape[0], features] };
};

interface Dense {
  readonly from: number;
  readonly to: number;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

function dense(importer: Importer, input: GraphValue, own: Dense): GraphValue {
  const { from, to, weight, bias } = own;
  const value = builder(importer).then(objectDense(from, to), input);
  const part = partOf(importer, value.index)!;
  replacePart(importer, value.index, { ...part, parameters: { weight, bias } });
  return value;
}

/** [from, …to] → [to, from]. */
function transposed(kernel: Float64Array, from: number): Float64Array {
  const to = kernel.length / from;
  return Float64Array.from(kernel, (_, p) => kernel[(p % from) * to + Math.floor(p / from)]);
}

interface Seen {
  readonly call: KerasCall;
  readonly inputs: readonly Value[];
  readonly queries: Value;
  readonly keys: Value;
}

/** What is added to scores [queries, keys]: of a mask among the arguments, and of causality. */
function maskOf(
  importer: Importer,
  settings: Settings,
  { call, inputs, queries, keys }: Seen,
  title: string,
): GraphValue | undefined {
  const { then } = builder(importer);
  for (const name of ["query_mask", "value_mask", "key_mask"])
    if ((call.named[name] ?? undefined) !== undefined)
      settings.fault(`takes ${name}; attention_mask is known`);
  const given = tensorArgument(call, inputs, 3, "attention_mask");
  const [n, m] = [queries.shape[0], keys.shape[0]];
  let added: GraphValue | undefined;
  if (given) {
    const mask = plainly(importer, given, title);
    if (mask.shape.length !== 2) settings.fault(`its mask is [${mask.shape}], [n, m] is known`);
    added = then(rescale(UNSEEN, -UNSEEN), then(transpose([1, 0]), mask));
  }
  if (call.named.use_causal_mask !== true) return added;
  const future = Float64Array.from({ length: n * m }, (_, p) =>
    p % m > Math.floor(p / m) ? -UNSEEN : 0,
  );
  const causal = then(constant([n, m], future));
  return added ? then(add(), then(expandLike(), added, causal), causal) : causal;
}

/** Attention without weights of its own but a scale: softmax(q kᵀ) v. */
export const importAttention: Importing = (importer, settings, inputs, weights, title) => {
  const [queries, values, keys = values] = inputs.map((own) => plainly(importer, own, title));
  if (inputs.length < 2 || [queries, values, keys].some(({ shape }) => shape.length !== 2)) {
    settings.fault("takes query and value, each [objects, features]");
    return queries;
  }
  const mode = settings.text("score_mode", "dot");
  if (mode !== "dot") settings.fault(`score_mode must be "dot", got ${JSON.stringify(mode)}`);
  const { then } = builder(importer);
  const scores = then(matmul({ transposeA: true }), queries, keys);
  const scaled = then(rescale(scaleOf(settings, weights)), scores);
  const seen = then(softmaxAlong(1), scaled);
  const { index } = then(matmul({ transposeB: true, signal: 0 }), values, seen);
  return { index, shape: [queries.shape[0], values.shape[1]] };
};

const scaleOf = (settings: Settings, weights: WeightOf): number =>
  settings.flag("use_scale", false) ? weights("scale", [])[0] : 1;
