import { ConfigError } from "../../core/errors.js";
import { size, type Tensor } from "../../core/tensor.js";
import type { Layer } from "../../nn/layers/layer.js";
import {
  backwardPlan,
  splitRows,
  spreadRows,
  walkBack,
  type Visit,
} from "../propagation/backwardPlan.js";
import { baselineOf, referenceOf } from "./baseline.js";
import { poolingWeights, windowSums } from "../propagation/linearMaps.js";
import { open, type AttributionMethod } from "./method.js";
import { selected } from "../propagation/start.js";

/**
 * Below this difference of a unit's inputs, relative to their size, the quotient Δy/Δx is rounding
 * and f′(x) stands for it.
 */
const CLOSE = 1e-9;

/** Kinds of layer that there is a multiplier for. */
const known: { readonly [K in Layer["kind"]]: boolean } = {
  affine: true,
  elementwise: true,
  pooling: true,
  reshape: true,
  slice: true,
  dropout: true,
  merge: true,
  own: false,
};

/**
 * DeepLift with the rescale rule (Shrikumar et al. 2017): differences from a baseline are handed
 * back with multipliers m,
 *
 *   R_i = m_i Δx_i, m_i = Σ_j W_ji m_j through linear layers, m_i = (Δy_i / Δx_i) m_j through
 *   activations
 *
 * so that Σ R_i = f(x) − f(x′) at every layer. A maximum pooling gives Δy to the entry that won at
 * x if y > y′, to the one that won at the baseline otherwise; the paper leaves that open. Relevance
 * of any value is m Δ of it.
 *
 * @param options.baseline  one sample in the units that the network reads (default zeros of these)
 */
export function deepLift(options: { readonly baseline?: Tensor } = {}): AttributionMethod {
  return {
    name: "DeepLift, rescale",
    inputOnly: false,
    reference: referenceOf(options.baseline),
    prepare(problem) {
      const { network, theta, input, capacity } = problem;
      for (const { layer } of network.nodes) {
        if (known[layer.kind] === true) continue;
        throw new ConfigError(
          `deepLift: there is no rule for the layer ${layer.name}. Use integratedGradients, which needs none.`,
          { layer: layer.name },
        );
      }
      const opening = open(problem);
      const atBaseline = open({ ...problem, capacity: 1 });
      const { evaluator, output, outputs, selection } = opening;
      const reference = atBaseline.evaluator;
      reference.forward(theta, baselineOf(options.baseline, input, "deepLift"), 1);
      const sizes = evaluator.shapes.map(size);
      const plan = backwardPlan(evaluator, problem.lowest, (node) =>
        ["reshape", "dropout"].includes(network.nodes[node].layer.kind),
      );
      const relevance = plan.relevance.map((buffer) => new Float64Array(buffer.length));
      const promised = new Float64Array(capacity);
      const last = network.nodes.length;
      const means = network.nodes.map(({ inputs }, node) => {
        const pooling = evaluator.steps[node].pooling;
        if (!pooling || pooling.selects) return undefined;
        return {
          map: windowSums(pooling.sources, sizes[node + 1], sizes[inputs[0]]),
          weight: poolingWeights(pooling),
        };
      });

      const propagate = ({ node, inputs, output: value, targets }: Visit, batch: number): void => {
        const { layer } = network.nodes[node];
        const [v] = inputs;
        const [m, target, width, height] = [
          plan.relevance[value],
          targets[0],
          sizes[v],
          sizes[value],
        ];
        const [x, y, x0, y0] = [
          evaluator.values[v],
          evaluator.values[value],
          reference.values[v],
          reference.values[value],
        ];
        if (layer.kind === "affine") {
          evaluator.steps[node].affine!.applyTransposed(
            theta.subarray(...evaluator.steps[node].weight),
            m,
            target,
            batch,
          );
        } else if (layer.kind === "merge" && layer.mode === "add") {
          for (const one of targets) for (let p = 0; p < batch * height; p++) one[p] = m[p];
        } else if (layer.kind === "merge") {
          splitRows(
            m,
            targets,
            inputs.map((w) => sizes[w]),
            batch,
          );
        } else if (layer.kind === "slice") {
          spreadRows(m, target, height, layer.start, width, batch);
        } else if (means[node]) {
          means[node].map.applyTransposed(means[node].weight, m, target, batch);
        } else if (layer.kind === "elementwise") {
          layer.derivative(x, y, target, batch * width);
          for (let n = 0, p = 0; n < batch; n++) {
            for (let f = 0; f < width; f++, p++) {
              const dx = x[p] - x0[f];
              const apart = Math.abs(dx) > CLOSE * (Math.abs(x[p]) + Math.abs(x0[f]));
              target[p] = m[p] * (apart ? (y[p] - y0[f]) / dx : target[p]);
            }
          }
        } else if (layer.kind === "pooling") {
          const [won, wonBefore] = [evaluator.sources[node], reference.sources[node]];
          target.fill(0, 0, batch * width);
          for (let n = 0, p = 0; n < batch; n++) {
            for (let f = 0; f < height; f++, p++) {
              const dy = y[p] - y0[f];
              const to = dy >= 0 ? won[p] : wonBefore[f];
              const dx = x[n * width + to] - x0[to];
              target[n * width + to] += m[p] * (dy === 0 ? (dx === 0 ? 1 : 0) : dy / dx);
            }
          }
        } else {
          for (let p = 0; p < batch * width; p++) target[p] = m[p];
        }
      };

      return {
        output,
        selection,
        relevance,
        promised,
        run(x, batch, start, from) {
          opening.begin(x, batch, start, from);
          const differences = new Float64Array(batch * outputs);
          for (let p = 0; p < batch * outputs; p++) {
            plan.relevance[last][p] = selection.coefficients[p];
            differences[p] = output[p] - reference.values[last][p % outputs];
          }
          selected(selection.coefficients, differences, outputs, batch, promised);
          walkBack(plan, evaluator, batch, (visit) => propagate(visit, batch));
          relevance.forEach((out, v) => {
            if (out.length === 0) return;
            for (let n = 0, p = 0; n < batch; n++) {
              for (let f = 0; f < sizes[v]; f++, p++)
                out[p] = plan.relevance[v][p] * (evaluator.values[v][p] - reference.values[v][f]);
            }
          });
        },
      };
    },
  };
}
