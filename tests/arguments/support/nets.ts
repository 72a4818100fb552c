import { makeRng, tensor, type Tensor } from "phaselens/core";
import {
  dense,
  kaimingNormal,
  meanSquaredError,
  sequential,
  softmaxCrossEntropy,
  tanh,
  type Network,
  type Samples,
} from "phaselens/nn";
import { nonNegative, type Kind } from "./kinds.js";

/** A network that is small enough to be called some thousand times. */
export const network: Network = sequential([dense(2, 3), tanh(), dense(3, 2)]);
const start = kaimingNormal(network, makeRng(1));

/** θ of it. */
export const theta = (): Float64Array => start.slice();
/** Four inputs of it. */
export const inputs = (): Tensor => tensor([4, 2], [0.1, 1, 1, 0.2, 2, 1, 1, 2]);
/** They with two values each. */
export const samples = (): Samples => ({
  x: inputs(),
  target: tensor([4, 2], [0.2, 1, 1, 0, 1, 0.3, 0, 1]),
});
/** They with one class of two each. */
export const labelled = (): Samples => ({
  x: inputs(),
  target: tensor([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]),
});

/** A risk of values with both penalties. */
export const risk = () => ({ loss: meanSquaredError, l2: 0.1, l1: 0.01 }) as const;
/** A risk of classes. */
export const classRisk = () => ({ loss: softmaxCrossEntropy, l2: 0.1 }) as const;

/** Kinds of the options of a risk at a place. */
export const riskKinds = (place: string): Readonly<Record<string, Kind>> => ({
  [`${place}.l2`]: nonNegative,
  [`${place}.l1`]: nonNegative,
});
