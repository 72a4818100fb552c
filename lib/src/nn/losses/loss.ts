import { shown } from "../../core/oneOf.js";
import { takes } from "../../core/arguments/takes.js";
import { tensorOf } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Tensor } from "../../core/tensor.js";

/**
 * What makes a prediction of outputs z: shares of classes, yes or no of each output, or z itself.
 */
export type LossOutput = "softmax" | "sigmoid" | "linear";

/**
 * A loss of the library as plain data, for worker threads, files and cache keys: its type
 * and its parameters, e.g. `{ type: "huberLoss", delta: 0.5 }`.
 */
export interface LossSpec {
  readonly type: string;
  readonly [parameter: string]: string | number;
}

/**
 * How outputs z are read: what a loss has beside its formula. See `outputs`.
 */
export interface OutputReading {
  readonly output: LossOutput;
  /**
   * The targets that the network itself predicts, y′ of Dawid et al. 2021, App. A: the class of the
   * largest output, yes for z > 0, or z.   [n, out] → [n, out]
   * @throws NumericalError if an output is NaN
   */
  predictedTarget(z: Tensor): Tensor;
  /**
   * Refuses targets [n, out] for which the loss has no meaning; run at all public edges.
   * @param what  whose targets they are, for the message
   * @throws ConfigError, NumericalError, ShapeError naming the first wrong entry and the cure
   */
  checkTargets(target: Tensor, what: string): void;
}

/**
 * A differentiable scalar for each sample, as a function of the network's output z. All arrays are
 * batches: z and target [n, out]. Results are written into arrays of the caller, so that training
 * allocates nothing. One of your own: docs/how-to/own-loss.md.
 */
export interface Loss extends OutputReading {
  /** For people; nothing reads it. */
  readonly name: string;
  /**
   * What the library builds this loss from. One of your own has none and stays in its process.
   */
  readonly spec?: LossSpec;
  /** L_n. */
  value(z: Float64Array, target: Float64Array, n: number, out: number, into: Float64Array): void;
  /** ∂L_n/∂z_n, [n, out]. */
  gradient(z: Float64Array, target: Float64Array, n: number, out: number, into: Float64Array): void;
  /** (∂²L_n/∂z_n²) v_n, [n, out]. */
  hessianProduct(
    z: Float64Array,
    target: Float64Array,
    v: Float64Array,
    n: number,
    out: number,
    into: Float64Array,
  ): void;
  /** Columns of a factor F_n with F_n F_nᵀ = ∂²L_n/∂z_n²: how many there are for `out` outputs. */
  factors(out: number): number;
  /** Column `k` of F_n for every sample, [n, out]. */
  factor(
    z: Float64Array,
    target: Float64Array,
    k: number,
    n: number,
    out: number,
    into: Float64Array,
  ): void;
  /**
   * Risk of the best constant output for these targets; training that does no better is stuck.
   * @param weights  of the samples, [n]; undefined: all alike
   */
  constantRisk(target: Tensor, weights?: Float64Array): number;
}

/** A loss of the library, which says what it is called where no function can go. */
export interface LibraryLoss extends Loss {
  /** Its type, the name that it is exported by, and its parameters. */
  readonly spec: LossSpec;
  /** What `--loss` calls it. */
  readonly option: string;
}

const outputs: readonly unknown[] = ["softmax", "sigmoid", "linear"];

/**
 * Targets at a public edge, and the loss itself, which in JavaScript may be anything.
 * @throws ConfigError, NumericalError, ShapeError
 */
export function checkTargets(loss: Loss, target: Tensor, what: string): void {
  if (typeof loss !== "object" || loss === null) {
    const cure = "Give one such as nn.softmaxCrossEntropy or nn.meanSquaredError";
    throw new ConfigError(`${what}: the loss is ${shown(loss)}. ${cure}.`);
  }
  const { name, output, checkTargets: check, predictedTarget } = loss as Partial<Loss>;
  if (
    !outputs.includes(output) ||
    typeof check !== "function" ||
    typeof predictedTarget !== "function"
  ) {
    const own = `${JSON.stringify(name)} (output: ${JSON.stringify(output)})`;
    const fact = `the loss ${own} does not say how outputs are read`;
    throw new ConfigError(
      `${what}: ${fact}. Spread nn.outputs.softmax, .sigmoid or .linear into it.`,
      { name, output },
    );
  }
  loss.checkTargets(target, what);
}

/**
 * L_n for every sample: [n].
 * @throws ShapeError if outputs and targets differ in shape; else as `checkTargets` of the loss
 */
export function losses(loss: Loss, z: Tensor, target: Tensor): Float64Array {
  takes("losses", {
    z: [z, tensorOf(["n", "out"])],
    target: [target, tensorOf(["n", "out"], "any")],
  });
  if (z.shape.join() !== target.shape.join()) {
    throw new ShapeError(
      `losses: outputs [${z.shape}] and targets [${target.shape}] must have one shape.`,
    );
  }
  checkTargets(loss, target, "losses");
  const values = new Float64Array(z.shape[0]);
  loss.value(z.data, target.data, z.shape[0], z.shape[1], values);
  return values;
}
