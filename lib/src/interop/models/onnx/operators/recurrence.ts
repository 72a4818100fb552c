import { quoted } from "../../../../core/printable.js";
import {
  elu,
  leakyRelu,
  relu,
  sigmoid,
  softplus,
  tanh,
} from "../../../../nn/layers/activations.js";
import { dense } from "../../../../nn/layers/dense.js";
import { hardSigmoid, rescale } from "../../../../nn/layers/functions.js";
import type { Layer } from "../../../../nn/layers/layer.js";
import { objectDense } from "../../../../nn/layers/objects.js";
import { input, numbers, optionalNumbers, refused, type Call, type OnnxOperator } from "../call.js";
import { entrywise, weighted } from "../importing.js";
import { known, viewed, type Known, type Value } from "../value.js";
import { added, multiplied } from "./arithmetic.js";
import { joined, taken, transposed } from "./movement.js";

/** One direction of a recurrent node with its numbers. */
interface Direction {
  readonly call: Call;
  readonly hidden: number;
  readonly activations: readonly Layer[];
  /** Of a step in time: W x + b for all gates, one after the other. [gates · hidden] */
  gatesOfInput(time: number): Value;
  /** R h + b likewise. */
  gatesOfState(state: Value): Value;
  /** W, R and b one gate at a time, where a gate reads something of its own. */
  ofState(gate: number, state: Value): Value;
  /** Weights of the cell into the gates, in LSTM; undefined if there are none. */
  readonly peephole: Known | undefined;
}

/** A state [1, hidden] after one step in time. */
interface State {
  readonly hidden: Value;
  readonly cell?: Value;
}

/** A kind of recurrence: how many gates it has, and the step from one state to the next. */
interface Recurrence {
  readonly gates: number;
  readonly activations: readonly string[];
  step(direction: Direction, time: number, state: State): State;
}

/** A function of gates: how many settings it has of α and β, their usual values, its layer. */
interface GateFunction {
  readonly usual: readonly number[];
  readonly layer: (alpha: number, beta: number) => Layer;
}

/** By their names in lower case; ONNX does not tell cases apart. */
const gateFunctions: Readonly<Record<string, GateFunction>> = {
  sigmoid: { usual: [], layer: sigmoid },
  tanh: { usual: [], layer: tanh },
  relu: { usual: [], layer: relu },
  softplus: { usual: [], layer: softplus },
  leakyrelu: { usual: [0.01], layer: leakyRelu },
  elu: { usual: [1], layer: elu },
  hardsigmoid: { usual: [0.2, 0.5], layer: hardSigmoid },
  affine: { usual: [1, 0], layer: rescale },
};

/** Entries of one gate. */
const gate = ({ call, hidden }: Direction, all: Value, k: number): Value =>
  taken(
    call,
    all,
    1,
    Array.from({ length: hidden }, (_, p) => k * hidden + p),
  );

const through = ({ call }: Direction, layer: Layer, value: Value): Value =>
  entrywise(call.importing, layer, value);

/** h = f(W x + R h + b). */
const plain: Recurrence = {
  gates: 1,
  activations: ["Tanh"],
  step(own, time, { hidden }) {
    const sum = added(own.call, own.gatesOfInput(time), own.gatesOfState(hidden));
    return { hidden: through(own, own.activations[0], sum) };
  },
};

/**
 * Gates z, r, h (Cho et al. 2014):  h' = (1 − z) h̃ + z h  with z, r = σ(W x + R h + b), and h̃ =
 * tanh(W x + R (r h) + b), or tanh(W x + r (R h + b)) if the product comes before the reset.
 */
const gru: Recurrence = {
  gates: 3,
  activations: ["Sigmoid", "Tanh"],
  step(own, time, { hidden }) {
    const { call, activations } = own;
    const [f, g] = activations;
    const x = own.gatesOfInput(time);
    const before = call.node.attributes.integer("linear_before_reset", 0) !== 0;
    const ofState = before ? own.gatesOfState(hidden) : undefined;
    const r = (k: number): Value => (ofState ? gate(own, ofState, k) : own.ofState(k, hidden));
    const update = through(own, f, added(call, gate(own, x, 0), r(0)));
    const reset = through(own, f, added(call, gate(own, x, 1), r(1)));
    const inner = before
      ? multiplied(call, reset, r(2), 1)
      : own.ofState(2, multiplied(call, reset, hidden, 1));
    const proposal = through(own, g, added(call, gate(own, x, 2), inner));
    const rest = through(own, rescale(-1, 1), update);
    const kept = multiplied(call, update, hidden, 1);
    return { hidden: added(call, multiplied(call, rest, proposal, 1), kept) };
  },
};

/**
 * Gates i, o, f, c (Hochreiter and Schmidhuber 1997):  C' = f C + i c,  h' = o tanh(C'),  with i,
 * o, f = σ(W x + R h + p C + b) and c = tanh(W x + R h + b); o sees C'.
 */
const lstm: Recurrence = {
  gates: 4,
  activations: ["Sigmoid", "Tanh", "Tanh"],
  step(own, time, { hidden, cell }) {
    const { call, activations, peephole } = own;
    const [f, g, h] = activations;
    const all = added(call, own.gatesOfInput(time), own.gatesOfState(hidden));
    const seen = (k: number, state: Value): Value => {
      const part = gate(own, all, k);
      if (!peephole) return part;
      const weight = gate(own, peephole, k);
      return added(call, part, multiplied(call, state, weight));
    };
    const [enter, forget] = [through(own, f, seen(0, cell!)), through(own, f, seen(2, cell!))];
    const proposal = through(own, g, gate(own, all, 3));
    const next = added(
      call,
      multiplied(call, forget, cell!, 1),
      multiplied(call, enter, proposal, 1),
    );
    const leave = through(own, f, seen(1, next));
    return { hidden: multiplied(call, leave, through(own, h, next), 1), cell: next };
  },
};

/** Sequences [time, 1, features], or [1, time, features] in layout 1. */
function recurrent(call: Call, kind: Recurrence): readonly Value[] {
  const { attributes } = call.node;
  const ahead = attributes.integer("layout", 0) === 1;
  const given = input(call, 0);
  const x = ahead ? transposed(call, given, [1, 0, 2]) : given;
  const [length, batch] = x.shape;
  const word = attributes.text("direction", "forward");
  const count = word === "bidirectional" ? 2 : 1;
  const steps = checkedSteps(call, length, batch);
  const runs = Array.from({ length: count }, (_, d) => {
    const own = directionOf(call, kind, x, d);
    const backwards = word === "reverse" || d === 1;
    return unrolled(kind, own, steps, backwards, firstState(call, kind, own.hidden, d));
  });
  const hidden = runs[0].last.hidden.shape[1];
  // [time, directions, 1, hidden]
  const rest = known([length - steps, hidden], new Float64Array((length - steps) * hidden), false);
  const sequence = joined(
    call,
    runs.map(({ states }) => viewed(joined(call, [...states, rest], 0), [length, 1, 1, hidden])),
    1,
  );
  const last = (of: (state: State) => Value): Value =>
    joined(
      call,
      runs.map((run) => viewed(of(run.last), [1, 1, hidden])),
      0,
    );
  const ends = [last((state) => state.hidden), ...(kind === lstm ? [last((s) => s.cell!)] : [])];
  if (!ahead) return [sequence, ...ends];
  return [
    transposed(call, sequence, [2, 0, 1, 3]),
    ...ends.map((own) => transposed(call, own, [1, 0, 2])),
  ];
}

/** How many steps are taken: all, or as many as the file says; what is behind them is 0. */
function checkedSteps(call: Call, length: number, batch: number): number {
  const { attributes } = call.node;
  const [steps = length] = optionalNumbers(call, 4, "sequence lengths")?.data ?? [];
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= length))
    throw refused(call, `has a sequence of ${steps} steps in ${length}`, "Export without it");
  if (attributes.float("clip", 0) !== 0 || attributes.integer("input_forget", 0) !== 0)
    throw refused(call, "clips its gates or couples them", "Export without clip and input_forget");
  if (batch !== 1)
    throw refused(call, `reads a batch of ${batch} for a single sample`, "Move the batch axis");
  return steps;
}

/** The functions of one direction; lists of α and β go on through all that have such a setting. */
function activationsOf(call: Call, kind: Recurrence, direction: number): Layer[] {
  const { attributes } = call.node;
  const count = kind.activations.length;
  const usual = [...kind.activations, ...kind.activations];
  const names = (attributes.texts("activations") ?? usual).map((name) => name.toLowerCase());
  const alphas = [...(attributes.floats("activation_alpha") ?? [])];
  const betas = [...(attributes.floats("activation_beta") ?? [])];
  const all = names.map((name) => {
    if (!Object.hasOwn(gateFunctions, name)) {
      const known = Object.keys(gateFunctions).join(", ");
      throw refused(call, `has the activation ${quoted(name)}`, `Use one of ${known}`);
    }
    const { usual: settings, layer } = gateFunctions[name];
    const alpha = settings.length > 0 ? (alphas.shift() ?? settings[0]) : 0;
    const beta = settings.length > 1 ? (betas.shift() ?? settings[1]) : 0;
    return layer(alpha, beta);
  });
  const own = all.slice(direction * count, (direction + 1) * count);
  if (own.length === count) return own;
  throw refused(call, `has ${all.length} activations`, `Give ${count} for each direction`);
}

function directionOf(call: Call, kind: Recurrence, x: Value, d: number): Direction {
  const { importing } = call;
  const [length, , features] = x.shape;
  const [weight, recurrence] = [numbers(call, 1, "weight"), numbers(call, 2, "recurrence weight")];
  const bias = optionalNumbers(call, 3, "bias");
  const peepholes = optionalNumbers(call, 7, "peephole weights");
  const [directions, rows, hidden] = recurrence.shape;
  const gates = kind.gates * hidden;
  const fits =
    weight.shape.join() === [directions, gates, features].join() &&
    rows === gates &&
    d < directions &&
    (!bias || bias.data.length === 2 * gates * directions);
  if (!fits)
    throw refused(
      call,
      `has weights [${weight.shape}] and [${recurrence.shape}] for ${features} features`,
      "Check the extents",
    );
  const mark = directions > 1 ? `[${d}]` : "";
  const part = (whole: Known, count: number, at: number): Float64Array =>
    whole.data.subarray(d * count + at, d * count + at + gates);
  const given = (whole: Known, values: Float64Array, shift: Float64Array, side: string) => [
    { name: whole.name === undefined ? "" : `${whole.name}${mark}`, values },
    { name: bias?.name === undefined ? "" : `${bias.name}${mark}${side}`, values: shift },
  ];
  const zeros = new Float64Array(gates);
  const [shiftX, shiftH] = bias
    ? [part(bias, 2 * gates, 0), part(bias, 2 * gates, gates)]
    : [zeros, zeros];
  const matrix = (whole: Known, columns: number): Float64Array =>
    whole.data.subarray(d * gates * columns, (d + 1) * gates * columns);
  const columns = transposed(call, viewed(x, [length, features]), [1, 0]);
  const projected = weighted(
    importing,
    objectDense(features, gates),
    [columns, [features, length]],
    given(weight, matrix(weight, features), shiftX, "[input]"),
    [gates, length],
  );
  const all = given(recurrence, matrix(recurrence, hidden), shiftH, "[state]");
  return {
    call,
    hidden,
    activations: activationsOf(call, kind, d),
    peephole:
      peepholes &&
      known([1, 3 * hidden], peepholes.data.slice(d * 3 * hidden, (d + 1) * 3 * hidden), false),
    gatesOfInput: (time) => viewed(taken(call, projected, 1, [time]), [1, gates]),
    gatesOfState: (state) =>
      weighted(importing, dense(hidden, gates), [state, [hidden]], all, [1, gates]),
    ofState(k, state) {
      const own = all.map(({ name, values }, role) => {
        const size = role === 0 ? hidden * hidden : hidden;
        const named = name === "" ? "" : `${name}[gate ${k}]`;
        return { name: named, values: values.subarray(k * size, (k + 1) * size) };
      });
      return weighted(importing, dense(hidden, hidden), [state, [hidden]], own, [1, hidden]);
    },
  };
}

function firstState(call: Call, kind: Recurrence, hidden: number, d: number): State {
  const state = (k: number): Value => {
    const given = call.inputs[k];
    if (!given) return known([1, hidden], new Float64Array(hidden), false);
    const ahead = call.node.attributes.integer("layout", 0) === 1;
    return viewed(taken(call, given, ahead ? 1 : 0, [d]), [1, hidden]);
  };
  return { hidden: state(5), ...(kind === lstm && { cell: state(6) }) };
}

interface Run {
  /** [1, hidden] in the order of time. */
  readonly states: readonly Value[];
  readonly last: State;
}

function unrolled(
  kind: Recurrence,
  own: Direction,
  length: number,
  backwards: boolean,
  first: State,
): Run {
  const states: Value[] = [];
  let state = first;
  for (let k = 0; k < length; k++) {
    const time = backwards ? length - 1 - k : k;
    state = kind.step(own, time, state);
    states[time] = state.hidden;
  }
  return { states, last: state };
}

const recurrentOperator = (kind: Recurrence, becomes: string): OnnxOperator => ({
  becomes: `unrolled over time: ${becomes}, with shared parameters`,
  without: "lengths that depend on the data, clip, coupled gates",
  read: (call) => recurrent(call, kind),
});

/** Operators that go through a sequence. */
export const recurrence: Readonly<Record<string, OnnxOperator>> = {
  RNN: recurrentOperator(plain, "objectDense, dense and a function"),
  GRU: recurrentOperator(gru, "objectDense, dense, gates of multiply"),
  LSTM: recurrentOperator(lstm, "objectDense, dense, gates of multiply"),
};
