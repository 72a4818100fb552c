import { gru } from "../../../nn/blocks/gru.js";
import { lstm } from "../../../nn/blocks/lstm.js";
import type { RecurrenceOptions } from "../../../nn/blocks/recurrence.js";
import { rnn } from "../../../nn/blocks/rnn.js";
import { rescale } from "../../../nn/layers/functions.js";
import { take } from "../../../nn/layers/gather.js";
import { multiply } from "../../../nn/layers/products.js";
import { add, concat } from "../../../nn/layers/structure.js";
import type { Block } from "../../../nn/network/graphParts.js";
import { z } from "zod";
import { namedActivation } from "./activations.js";
import { addBlock, builder, NONE, plainly } from "./building.js";
import { addPart, type Importer, type Parameters, type Value } from "./importer.js";
import type { Importing, WeightOf } from "./importing.js";
import type { Settings } from "./settings.js";

export type RecurrentName = "SimpleRNN" | "GRU" | "LSTM";

/** In units of the states, how many rows the layers have: gates and what is written. */
const parts: Readonly<Record<RecurrentName, number>> = { SimpleRNN: 1, GRU: 3, LSTM: 4 };

interface Recurrent {
  readonly name: RecurrentName;
  readonly settings: Settings;
  readonly weights: WeightOf;
  readonly reverse: boolean;
}

/** A recurrence over the first axis of [steps, features], unrolled. */
export const importRecurrent =
  (name: RecurrentName): Importing =>
  (importer, settings, [input], weights, title) => {
    const value = sequence(importer, settings, input, title);
    const reverse = settings.flag("go_backwards", false);
    const made = run(importer, { name, settings, weights, reverse }, value);
    // Keras gives the states in the order in which they were made
    return reverse && made.shape.length === 2 ? turned(importer, made) : made;
  };

const wrapped = z.looseObject({ class_name: z.string(), config: z.looseObject({}) });
/** Whether a class is one of these. */
export const isRecurrent = (name: string): name is RecurrentName => Object.hasOwn(parts, name);

/** The same from both ends, with states put together. */
export const importBidirectional: Importing = (importer, settings, [input], weights, title) => {
  const value = sequence(importer, settings, input, title);
  const forward = wrapped.safeParse(settings.raw("layer"));
  const backward = wrapped.safeParse(settings.raw("backward_layer") ?? settings.raw("layer"));
  const names = [forward, backward].map(({ data }) => data?.class_name ?? "nothing");
  if (!forward.success || !backward.success || !names.every(isRecurrent)) {
    settings.fault(`holds ${names[0]}; SimpleRNN, GRU and LSTM are known inside`);
    return input;
  }
  const [there, back] = [forward, backward].map(({ data }, k) => {
    const own = k === 0 ? "forward" : "backward";
    const inner: Recurrent = {
      name: data.class_name as RecurrentName,
      settings: settings.of(data.config),
      weights: (role, shape) => weights(`${own}/${role}`, shape),
      reverse: k === 1,
    };
    return run(importer, inner, value);
  });
  return together(importer, settings, there, back);
};

function together(importer: Importer, settings: Settings, there: Value, back: Value): Value {
  const { then } = builder(importer);
  const mode = settings.text("merge_mode", "concat");
  if (mode === "concat") {
    const { index } = then(concat(), there, back);
    const channels = there.shape[there.shape.length - 1];
    return { index, shape: [...there.shape.slice(0, -1), 2 * channels] };
  }
  if (mode === "mul") return { ...there, ...then(multiply(), there, back) };
  if (mode !== "sum" && mode !== "ave")
    settings.fault(`merge_mode must be "concat", "sum", "ave" or "mul", got ${mode}`);
  const sum = then(add(), there, back);
  return { ...there, ...(mode === "ave" ? then(rescale(0.5), sum) : sum) };
}

function sequence(importer: Importer, settings: Settings, input: Value, title: string): Value {
  const value = plainly(importer, input, title);
  if (value.shape.length !== 2)
    settings.fault(`takes samples [steps, features], got [${value.shape}]`);
  return value;
}

function run(importer: Importer, own: Recurrent, value: Value): Value {
  const { settings, reverse } = own;
  const hidden = settings.whole("units", 1)[0];
  const [steps, features] = value.shape;
  const all = settings.flag("return_sequences", false);
  for (const setting of ["return_state", "stateful"])
    if (settings.flag(setting, false)) settings.fault(`${setting} must be false`);
  const shape = all ? [steps, hidden] : [hidden];
  if (value.shape.length !== 2) return { index: value.index, shape };
  const options: RecurrenceOptions = {
    reverse,
    sequence: all,
    activation: functionOf(importer, settings, "activation", "tanh"),
  };
  const { block, parameters } = recurrence(importer, own, { features, hidden, steps }, options);
  const { index } = addBlock(importer, block, [value], parameters);
  return { index, shape };
}

interface Extents {
  readonly features: number;
  readonly hidden: number;
  readonly steps: number;
}

function recurrence(
  importer: Importer,
  { name, settings, weights }: Recurrent,
  { features, hidden, steps }: Extents,
  options: RecurrenceOptions,
): { readonly block: Block; readonly parameters: readonly Parameters[] } {
  const rows = parts[name] * hidden;
  const biased = settings.flag("use_bias", true);
  const resetAfter = name === "GRU" && settings.flag("reset_after", true);
  const kernel = turnedMatrix(weights("kernel", [features, rows]), features, rows);
  const recurrent = turnedMatrix(weights("recurrent_kernel", [hidden, rows]), hidden, rows);
  const given = biased
    ? weights("bias", resetAfter ? [2, rows] : [rows])
    : new Float64Array(rows * (resetAfter ? 2 : 1));
  const bias = given.subarray(0, rows);
  const own = resetAfter ? given.subarray(rows) : new Float64Array(rows);
  const input = { weight: kernel, bias };
  const state = { weight: recurrent, bias: own };
  if (name === "SimpleRNN")
    return { block: rnn(features, hidden, steps, options), parameters: [input, state] };
  const gate = functionOf(importer, settings, "recurrent_activation", "sigmoid");
  const gated = { ...options, gate };
  if (name === "LSTM")
    return { block: lstm(features, hidden, steps, gated), parameters: [input, state] };
  // Keras has the gates in the order z, r and what is written
  const [x, h] = [exchanged(input, features, hidden), exchanged(state, hidden, hidden)];
  const block = gru(features, hidden, steps, { ...gated, resetAfter });
  if (resetAfter) return { block, parameters: [x, h] };
  const cut = 2 * hidden;
  const gates = { weight: h.weight.slice(0, cut * hidden), bias: h.bias.slice(0, cut) };
  const written = { weight: h.weight.slice(cut * hidden), bias: h.bias.slice(cut) };
  return { block, parameters: [x, gates, written] };
}

/** The function of a setting. */
function functionOf(
  importer: Importer,
  settings: Settings,
  setting: string,
  otherwise: string,
): NonNullable<RecurrenceOptions["activation"]> {
  const layer = namedActivation(importer, settings.text(setting, otherwise));
  if (layer) return layer;
  settings.fault(`has no ${setting} ${JSON.stringify(settings.raw(setting))} here. Use tanh`);
  return rescale(1);
}

/** [from, to] → [to, from]. */
function turnedMatrix(matrix: Float64Array, from: number, to: number): Float64Array {
  const turned_ = new Float64Array(matrix.length);
  for (let i = 0; i < from; i++)
    for (let j = 0; j < to; j++) turned_[j * from + i] = matrix[i * to + j];
  return turned_;
}

/** The first and the second part exchanged. */
function exchanged({ weight, bias }: Parameters, width: number, hidden: number): Parameters {
  const swap = (all: Float64Array, length: number): Float64Array => {
    const made = all.slice();
    made.set(all.subarray(length, 2 * length), 0);
    made.set(all.subarray(0, length), length);
    return made;
  };
  return { weight: swap(weight, width * hidden), bias: bias === NONE ? bias : swap(bias, hidden) };
}

/** A sequence from its end. */
function turned(importer: Importer, value: Value): Value {
  const [steps] = value.shape;
  const layer = take(
    1,
    Array.from({ length: steps }, (_, k) => steps - 1 - k),
  );
  return { ...value, index: addPart(importer, { layer, inputs: [value.index] }) };
}
