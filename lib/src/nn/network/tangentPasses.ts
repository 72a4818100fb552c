import { bound, type Bound } from "./evaluatorNodes.js";
import { add, buffersFor, widestBuffer, type EvaluatorState } from "./evaluatorState.js";
import type { SweepBack } from "./sweepBack.js";

/** Forward over reverse: how values and gradients change along a direction of θ. */
export interface TangentPasses {
  /** Tangents of values after `tangentForward`; there are none before the first. */
  readonly valueTangents: readonly Float64Array[];
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

/** Buffers for the tangents of values and gradients. */
interface TangentBuffers {
  readonly values: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
  /** Tangents and the direction as the steps of the nodes see them. */
  readonly along: Bound;
  /** Room for any value. */
  readonly change: Float64Array;
}

function tangentBuffers({ nodes, sizes, capacity }: EvaluatorState): TangentBuffers {
  const values = buffersFor(sizes, capacity);
  return {
    values,
    gradients: buffersFor(sizes, capacity),
    along: bound(nodes, values),
    change: widestBuffer(sizes, capacity),
  };
}

/** After Pearlmutter (1994). Buffers are made when they are first asked for. */
export function makeTangentPasses(state: EvaluatorState, sweepBack: SweepBack): TangentPasses {
  const { at, last, sizes, gradients } = state;
  let made: TangentBuffers | undefined;
  return {
    get valueTangents() {
      return made?.values ?? [];
    },
    tangentForward(theta, direction, batch) {
      const { along } = (made ??= tangentBuffers(state));
      at.bind(theta);
      along.bind(direction);
      pushForward(state, along, batch);
    },
    tangentBackward(theta, direction, batch, outputTangent, out) {
      const { gradients: dg, along, change } = (made ??= tangentBuffers(state));
      at.bind(theta);
      along.bind(direction);
      dg[last].set(outputTangent.subarray(0, batch * sizes[last]));
      // d(Jᵀ g) = Jᵀ dg + dJᵀ g
      sweepBack(dg, batch, false, (n, k, gx) => {
        const { step, inputs, output } = state.nodes[n];
        if (!step.bend) return;
        step.bend(at.of[n], along.of[n], gradients[output], k, change, batch);
        add(change, gx, batch * sizes[inputs[k]]);
      });
      parameterTangents(state, along, dg, batch, out);
    },
  };
}

/** dy = Σ_k J_k dx_k + J_θ dθ of every node. */
function pushForward(
  { nodes, moved, at, spare, sizes }: EvaluatorState,
  along: Bound,
  batch: number,
): void {
  nodes.forEach(({ step, output }, n) => {
    const dy = along.of[n].y;
    if (moved[n]) step.push(at.of[n], along.of[n], batch);
    if (!step.parameters) return;
    step.parameters.push(at.of[n], along.of[n], moved[n] ? spare : dy, batch);
    if (moved[n]) add(spare, dy, batch * sizes[output]);
  });
}

/** out += d(J_θᵀ g) of every node with parameters. */
function parameterTangents(
  { parametric, moved, at, gradients }: EvaluatorState,
  along: Bound,
  dg: readonly Float64Array[],
  batch: number,
  out: Float64Array,
): void {
  for (const { step, output, place } of parametric) {
    const n = output - 1;
    const parameters = step.parameters!;
    if (moved[n] || !parameters.linear)
      parameters.bend(at.of[n], along.of[n], gradients[output], out, place, batch);
    parameters.pull(at.of[n], dg[output], out, place, 0, batch);
  }
}
