import {
  having,
  kind,
  numbers,
  optional,
  record,
  tensorOf,
  word,
} from "../core/arguments/kinds.js";
import { takes, type ArgumentKind } from "../core/arguments/takes.js";
import { NumericalError, ShapeError } from "../core/errors.js";
import { shown } from "../core/oneOf.js";
import { checkFinite, checkTensor, firstNotFinite, size, type Tensor } from "../core/tensor.js";
import { checkParameters, type Network } from "./network/network.js";

export const aNetwork: ArgumentKind = kind("a network such as nn.sequential makes", (value) =>
  Array.isArray((value as Network | undefined)?.nodes),
);
export const aLayer: ArgumentKind = having("a layer such as nn.dense(2, 3)", "kind", "outputShape");
/** What else a loss needs is asked for where its targets are looked at. */
export const aLoss: ArgumentKind = kind(
  "a loss such as nn.softmaxCrossEntropy or nn.meanSquaredError",
  (value) => typeof value === "object" && value !== null,
);
/** Samples one by one; that they fit each other and a network is asked by `checkSamples`. */
export const someSamples: ArgumentKind = record(
  { x: tensorOf(["n", "…"]), target: tensorOf(["n", "out"]), weights: optional(numbers()) },
  "samples { x, target }",
);
/** In which precision a network is computed. */
export const precisionOptions: ArgumentKind = record({
  precision: optional(word(["float64", "float32"])),
});
/** Options of a risk, of which `l2` and `l1` are looked at where they are used. */
export const riskOptions: ArgumentKind = record({ loss: aLoss }, "{ loss, … } of the risk");

/** The parameters that were looked at last; a training hands in one array many times. */
let latest: Float64Array | undefined;
const known = new WeakSet<Float64Array>();

/**
 * The gate of functions of a network, its parameters and inputs [n, …].
 *
 * θ may be far longer than one sample takes to compute, so that its entries are looked at when the
 * array comes for the first time. If it is changed in place afterwards, NaN shows in the outputs,
 * which `checkComputed` looks at.
 * @throws ConfigError for what is no network, ShapeError and NumericalError for θ or inputs that do
 *   not fit it, are NaN or ±∞
 */
export function checkInputs(network: Network, theta: Float64Array, x: Tensor, what: string): void {
  checkParameters(network, theta, "theta", what);
  if (theta !== latest) checkNew(theta, what);
  // the text of an error is made when there is one: a small network computes in a microsecond
  if (!(x?.data instanceof Float64Array && x.data.length > 0 && x.data.length === size(x.shape)))
    checkTensor(x, `${what}: inputs`);
  if (!(x.shape[0] >= 1))
    throw new ShapeError(
      `${what}: inputs have shape [${x.shape}]; they must be [n, …] with at least one sample.`,
      { shape: x.shape },
    );
  if (firstNotFinite(x.data) >= 0) checkFinite(x.data, `${what}: inputs`);
}

function checkNew(theta: Float64Array, what: string): void {
  if (!known.has(theta)) {
    checkFinite(theta, `${what}: theta`);
    known.add(theta);
  }
  latest = theta;
}

/**
 * Refuses what was computed from finite numbers and is none: NaN, of a θ that was changed after it
 * was looked at, or of numbers beyond the largest double.
 * @throws NumericalError
 */
export function checkComputed({ shape, data }: Tensor, theta: Float64Array, what: string): void {
  if (firstNotFinite(data) < 0) return;
  checkFinite(theta, `${what}: theta`);
  const at = data.findIndex(Number.isNaN);
  if (at < 0) return;
  const width = data.length / shape[0];
  throw new NumericalError(
    `${what}: output ${at % width} of sample ${Math.floor(at / width)} is NaN: numbers on the way to it are beyond the largest double. Use inputs and parameters in another unit.`,
    { index: at },
  );
}

/** Refuses what is no network. @throws ConfigError */
export function checkNetwork(network: Network, what: string): void {
  if (!Array.isArray((network as Network | undefined)?.nodes))
    takes(what, { network: [network, aNetwork] });
}

/** Refuses what is no extents of one sample. @throws ShapeError */
export function checkSampleShape(shape: readonly number[], what: string): void {
  const sound =
    Array.isArray(shape) && shape.every((extent) => Number.isSafeInteger(extent) && extent >= 1);
  if (!sound)
    throw new ShapeError(
      `${what}: the shape of a sample is ${shown(shape)}; it must be a list of whole numbers ≥ 1.`,
    );
}
