import { aNetwork } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { count, listOf } from "../../core/arguments/kinds.js";
import type { Rng } from "../../core/random/rng.js";
import type { Shape } from "../../core/tensor.js";
import { checkBatch } from "./checkBatch.js";
import type { EvaluatorNode } from "./evaluatorNodes.js";
import { evaluatorState } from "./evaluatorState.js";
import type { Network } from "./network.js";
import { makeSweepBack } from "./sweepBack.js";
import { makeTangentPasses, type TangentPasses } from "./tangentPasses.js";

/**
 * A network at one input shape with room for `capacity` samples: the only place that walks over
 * layers for values, gradients and their tangents. It owns its buffers and allocates nothing while
 * it works, so results are valid until the next call. What layers do it leaves to their steps
 * (`LayerStep`).
 */
export interface Evaluator extends TangentPasses {
  readonly network: Network;
  readonly capacity: number;
  /** Shape of one sample of each value; 0 is the input, the last the output. */
  readonly shapes: readonly Shape[];
  readonly steps: readonly EvaluatorNode[];
  /** Values [capacity, …shape] after `forward`, and ∂/∂value after `backward`. */
  readonly values: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
  /** `[capacity, features out]`: arg-max positions of maximum poolings, by step. */
  readonly sources: readonly Int32Array[];
  /**
   * Evaluate `batch` samples; a `training` stream turns dropout on.
   * @throws ShapeError if x holds fewer samples, ConfigError if there is no room for them
   */
  forward(theta: Float64Array, x: Float64Array, batch: number, training?: Rng): void;
  /**
   * Propagate `gradients` of the output back to every value that depends on θ, and only if
   * `toInput` to all others.
   */
  backward(theta: Float64Array, batch: number, toInput?: boolean): void;
  /** out += Σ_n ∂⟨gradient_n, output_n⟩/∂θ, after `backward`. */
  parameterGradient(batch: number, out: Float64Array): void;
  /** The same for each sample, added to rows of `out` [rows, P] from `firstRow` on. */
  parameterGradientRows(batch: number, out: Float64Array, firstRow: number): void;
}

/**
 * Values, gradients and tangents of a network at one input shape, in buffers of its own.
 * @param inputShape  of one sample
 * @param capacity    samples that there is room for
 * @throws ShapeError if the network does not take such inputs, ConfigError for a layer that has no
 *   step
 */
export function makeEvaluator(network: Network, inputShape: Shape, capacity: number): Evaluator {
  takes("makeEvaluator", {
    network: [network, aNetwork],
    inputShape: [inputShape, listOf(count(1))],
    capacity: [capacity, count(1)],
  });
  const state = evaluatorState(network, inputShape, capacity);
  const { shapes, sizes, last, nodes, values, gradients, at, parametric } = state;
  const sweepBack = makeSweepBack(state);
  const tangents = makeTangentPasses(state, sweepBack);
  return {
    network,
    capacity,
    shapes,
    steps: nodes,
    values,
    gradients,
    get valueTangents() {
      return tangents.valueTangents;
    },
    sources: nodes.map(({ step }) => step.sources ?? new Int32Array(0)),
    forward(theta, x, batch, training) {
      checkBatch(network.name, shapes[0], x, batch, capacity);
      at.bind(theta);
      values[0].set(x.length === batch * sizes[0] ? x : x.subarray(0, batch * sizes[0]));
      for (let n = 0; n < last; n++) nodes[n].step.forward(at.of[n], batch, training);
    },
    backward(theta, batch, toInput = false) {
      at.bind(theta);
      sweepBack(gradients, batch, toInput);
    },
    parameterGradient(batch, out) {
      for (const { step, output, place } of parametric)
        step.parameters!.pull(at.of[output - 1], gradients[output], out, place, 0, batch);
    },
    parameterGradientRows(batch, out, firstRow) {
      for (const { step, output, place } of parametric) {
        for (let n = 0; n < batch; n++) {
          const start = (firstRow + n) * network.parameterCount + place;
          step.parameters!.pull(at.of[output - 1], gradients[output], out, start, n, 1);
        }
      }
    },
    tangentForward: tangents.tangentForward,
    tangentBackward: tangents.tangentBackward,
  };
}
