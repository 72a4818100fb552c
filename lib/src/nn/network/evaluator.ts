import type { Rng } from "../../core/random/rng.js";
import { size, type Shape } from "../../core/tensor.js";
import { checkBatch } from "./checkBatch.js";
import {
  bound,
  dependOnParameters,
  makeEvaluatorNodes,
  type EvaluatorNode,
} from "./evaluatorNodes.js";
import { shapes, type Network } from "./network.js";

/**
 * A network at one input shape with room for `capacity` samples: the only place that walks over
 * layers for values, gradients and their tangents. It owns its buffers and allocates nothing while
 * it works, so results are valid until the next call. What layers do it leaves to their steps
 * (`LayerStep`).
 */
export interface Evaluator {
  readonly network: Network;
  readonly capacity: number;
  /** Shape of one sample of each value; 0 is the input, the last the output. */
  readonly shapes: readonly Shape[];
  readonly steps: readonly EvaluatorNode[];
  /** Values [capacity, …shape] after `forward`, and ∂/∂value after `backward`. */
  readonly values: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
  /** Tangents of values after `tangentForward`; there are none before the first. */
  readonly valueTangents: readonly Float64Array[];
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
  /** Derivative of all values along dθ = `direction`, after `forward`. */
  tangentForward(theta: Float64Array, direction: Float64Array, batch: number): void;
  /**
   * Derivative of `parameterGradient` along `direction`, given the tangent of the output's
   * gradient; out += .
   */
  tangentBackward(
    theta: Float64Array,
    direction: Float64Array,
    batch: number,
    outputTangent: Float64Array,
    out: Float64Array,
  ): void;
}

/**
 * Values, gradients and tangents of a network at one input shape, in buffers of its own.
 * @param inputShape  of one sample
 * @param capacity    samples that there is room for
 * @throws ShapeError if the network does not take such inputs, ConfigError for a layer that has no
 *   step
 */
export function makeEvaluator(network: Network, inputShape: Shape, capacity: number): Evaluator {
  const shape = shapes(network, inputShape);
  const sizes = shape.map(size);
  const last = network.nodes.length;
  const buffers = (): Float64Array[] => sizes.map((count) => new Float64Array(capacity * count));
  const widest = capacity * Math.max(...sizes);
  const [values, gradients, spare] = [buffers(), buffers(), new Float64Array(widest)];
  const nodes = makeEvaluatorNodes(network, shape, capacity);
  const parametric = nodes.filter(({ step }) => step.parameters);
  const moves = dependOnParameters(nodes);
  const moved = nodes.map(({ inputs }) => inputs.some((v) => moves[v]));
  const at = bound(nodes, values);
  const written = new Uint8Array(last + 1);
  const makeTangents = () => {
    const own = buffers();
    return {
      values: own,
      gradients: buffers(),
      along: bound(nodes, own),
      change: new Float64Array(widest),
    };
  };
  let tangents: ReturnType<typeof makeTangents> | undefined; // made when they are first asked for

  /**
   * Walks back; several readers of one value add up. `bend` adds what the change of a node's Jᵀ for
   * input k does.
   */
  const sweepBack = (
    g: readonly Float64Array[],
    batch: number,
    toInput: boolean,
    bend?: (n: number, k: number, gx: Float64Array) => void,
  ): void => {
    written.fill(0);
    for (let n = last - 1; n >= 0; n--) {
      const { step, inputs, output } = nodes[n];
      if (!toInput && !moves[output]) continue;
      // nobody reads it
      if (n < last - 1 && !written[output]) g[output].fill(0, 0, batch * sizes[output]);
      for (let k = 0; k < inputs.length; k++) {
        const v = inputs[k];
        if (!toInput && !moves[v]) continue;
        if (!written[v]) step.pull(at.of[n], g[output], k, g[v], batch);
        else if (step.pullInto) step.pullInto(at.of[n], g[output], k, g[v], batch);
        else {
          step.pull(at.of[n], g[output], k, spare, batch);
          add(spare, g[v], batch * sizes[v]);
        }
        written[v] = 1;
        bend?.(n, k, g[v]);
      }
    }
  };

  return {
    network,
    capacity,
    shapes: shape,
    steps: nodes,
    values,
    gradients,
    get valueTangents() {
      return tangents?.values ?? [];
    },
    sources: nodes.map(({ step }) => step.sources ?? new Int32Array(0)),
    forward(theta, x, batch, training) {
      checkBatch(network.name, shape[0], x, batch, capacity);
      at.bind(theta);
      values[0].set(x.length === batch * sizes[0] ? x : x.subarray(0, batch * sizes[0]));
      for (let n = 0; n < last; n++) nodes[n].step.forward(at.of[n], batch, training);
    },
    backward(theta, batch, toInput = false) {
      at.bind(theta);
      sweepBack(gradients, batch, toInput);
    },
    parameterGradient(batch, out) {
      for (const { step, output, place } of parametric) {
        step.parameters!.pull(at.of[output - 1], gradients[output], out, place, 0, batch);
      }
    },
    parameterGradientRows(batch, out, firstRow) {
      for (const { step, output, place } of parametric) {
        for (let n = 0; n < batch; n++) {
          const start = (firstRow + n) * network.parameterCount + place;
          step.parameters!.pull(at.of[output - 1], gradients[output], out, start, n, 1);
        }
      }
    },
    tangentForward(theta, direction, batch) {
      const { along } = (tangents ??= makeTangents());
      at.bind(theta);
      along.bind(direction);
      for (let n = 0; n < last; n++) {
        const { step, output } = nodes[n];
        const dy = along.of[n].y;
        if (moved[n]) step.push(at.of[n], along.of[n], batch);
        if (!step.parameters) continue;
        step.parameters.push(at.of[n], along.of[n], moved[n] ? spare : dy, batch);
        if (moved[n]) add(spare, dy, batch * sizes[output]);
      }
    },
    tangentBackward(theta, direction, batch, outputTangent, out) {
      const { gradients: dg, along, change } = (tangents ??= makeTangents());
      at.bind(theta);
      along.bind(direction);
      dg[last].set(outputTangent.subarray(0, batch * sizes[last]));
      // d(Jᵀ g) = Jᵀ dg + dJᵀ g
      sweepBack(dg, batch, false, (n, k, gx) => {
        const { step, inputs, output } = nodes[n];
        if (!step.bend) return;
        step.bend(at.of[n], along.of[n], gradients[output], k, change, batch);
        add(change, gx, batch * sizes[inputs[k]]);
      });
      for (const {
        step: { parameters },
        output,
        place,
      } of parametric) {
        const n = output - 1;
        if (moved[n] || !parameters!.linear)
          parameters!.bend(at.of[n], along.of[n], gradients[output], out, place, batch);
        parameters!.pull(at.of[n], dg[output], out, place, 0, batch);
      }
    },
  };
}

function add(from: Float64Array, to: Float64Array, count: number): void {
  for (let p = 0; p < count; p++) to[p] += from[p];
}
