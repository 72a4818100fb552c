import { rescale } from "../../../../nn/layers/functions.js";
import { normalise } from "../../../../nn/layers/normalise.js";
import { scaling } from "../../../../nn/layers/scaling.js";
import { softmaxAlong } from "../../../../nn/layers/softmaxAlong.js";
import { axisSetting, input, numbers, refused, type Call, type OnnxOperator } from "../call.js";
import { alongAxes, entrywise } from "../importing.js";
import { known, size, viewed, type Known, type Value } from "../value.js";
import { added, multiplied } from "./arithmetic.js";

/** w x + b along the channels with w = γ/√(σ² + ε), b = β − μ w: given numbers, not parameters. */
function batchNormalised(call: Call): Value {
  const x = input(call, 0);
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((k) => numbers(call, k, "statistics"));
  const { attributes } = call.node;
  const epsilon = attributes.float("epsilon", 1e-5);
  const channels = x.shape[1] ?? 1;
  if ([scale, shift, mean, variance].some(({ data }) => data.length !== channels))
    throw refused(call, `has statistics that are not of ${channels} channels`, "Check the extents");
  if (attributes.integer("spatial", 1) === 0)
    throw refused(call, "has statistics of each site", "Export with a newer opset");
  if (attributes.integer("training_mode", 0) === 1)
    throw refused(call, "normalises by each batch", "Export in evaluation mode (model.eval())");
  const w = scale.data.map((own, c) => own / Math.sqrt(variance.data[c] + epsilon));
  const b = shift.data.map((own, c) => own - mean.data[c] * w[c]);
  return alongAxes(
    call.importing,
    x,
    [1],
    ([axis]) => scaling(channels, { axis, values: [...w, ...b] }),
    x.shape,
  );
}

/** Over the last axes from one on, then scale and shift of the same shape. */
function layerNormalised(call: Call, centred: boolean): Value {
  const x = input(call, 0);
  const rank = x.shape.length;
  const first = axisSetting(call, -1, rank);
  const axes = x.shape.flatMap((_, k) => (k >= first ? [k] : []));
  const epsilon = call.node.attributes.float("epsilon", 1e-5);
  const layer = (own: readonly number[]): ReturnType<typeof normalise> =>
    normalise(own, { epsilon, centred });
  const normal = alongAxes(call.importing, x, axes, layer, x.shape);
  return scaledAndShifted(call, normal, call.inputs[1], call.inputs[2]);
}

function scaledAndShifted(
  call: Call,
  value: Value,
  scale: Value | undefined,
  shift: Value | undefined,
): Value {
  const scaled = scale ? multiplied(call, value, scale) : value;
  return shift ? added(call, scaled, shift) : scaled;
}

/** A number for each channel, against [1, channels, …space]. */
const perChannel = (own: Known, rank: number): Known =>
  viewed(own, [size(own.shape), ...Array<number>(rank - 2).fill(1)]);

function overSpace(call: Call): Value {
  const x = input(call, 0);
  const rank = x.shape.length;
  const axes = x.shape.flatMap((_, k) => (k > 1 ? [k] : []));
  const epsilon = call.node.attributes.float("epsilon", 1e-5);
  const normal = alongAxes(call.importing, x, axes, (own) => normalise(own, { epsilon }), x.shape);
  const [scale, shift] = [1, 2].map((k) => perChannel(numbers(call, k, "scale and shift"), rank));
  return scaledAndShifted(call, normal, scale, shift);
}

function groupNormalised(call: Call): Value {
  const x = input(call, 0);
  const [one, channels] = x.shape;
  const { attributes } = call.node;
  const groups = attributes.integer("num_groups", 1);
  const epsilon = attributes.float("epsilon", 1e-5);
  if (one !== 1 || channels % groups !== 0)
    throw refused(call, `makes ${groups} groups of ${channels} channels`, "Check the extents");
  const rows = viewed(x, [groups, size(x.shape) / groups]);
  const normal = alongAxes(
    call.importing,
    rows,
    [1],
    (own) => normalise(own, { epsilon }),
    rows.shape,
  );
  const own = [1, 2].map((k) => {
    const given = numbers(call, k, "scale and shift");
    if (size(given.shape) === channels) return perChannel(given, x.shape.length);
    // until opset 20 there was one for each group
    const each = channels / groups;
    const data = Float64Array.from(
      { length: channels },
      (_, c) => given.data[Math.floor(c / each)],
    );
    return perChannel(known([channels], data, false), x.shape.length);
  });
  return scaledAndShifted(call, viewed(normal, x.shape), own[0], own[1]);
}

/** Until opset 12 over all axes from one on together, since along one. */
function softmax(call: Call, log: boolean): Value {
  const x = input(call, 0);
  const rank = x.shape.length;
  const old = call.importing.opset < 13;
  const axis = axisSetting(call, old ? 1 : -1, rank);
  const own =
    old && axis < rank - 1
      ? viewed(x, [size(x.shape.slice(0, axis)), size(x.shape.slice(axis))])
      : x;
  const along = own === x ? axis : 1;
  if (own.shape[along] === 1) return entrywise(call.importing, rescale(0, log ? 0 : 1), x);
  const result = alongAxes(
    call.importing,
    own,
    [along],
    ([at]) => softmaxAlong(at, { log }),
    own.shape,
  );
  return viewed(result, x.shape);
}

/** Operators that normalise. */
export const normalisations: Readonly<Record<string, OnnxOperator>> = {
  BatchNormalization: {
    becomes: "scaling by given numbers (frozen)",
    without: "training mode",
    read: batchNormalised,
  },
  LayerNormalization: {
    becomes: "normalise and scaling",
    read: (call) => layerNormalised(call, true),
  },
  RMSNormalization: {
    becomes: "normalise and scaling",
    read: (call) => layerNormalised(call, false),
  },
  InstanceNormalization: { becomes: "normalise and scaling", read: overSpace },
  GroupNormalization: { becomes: "normalise and scaling", read: groupNormalised },
  Softmax: {
    becomes: "softmaxAlong; at the end it is taken off",
    read: (call) => softmax(call, false),
  },
  LogSoftmax: { becomes: "softmaxAlong with log, likewise", read: (call) => softmax(call, true) },
};
