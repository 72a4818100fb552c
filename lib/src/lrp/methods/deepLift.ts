import { aBaseline } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { record } from "../../core/arguments/kinds.js";
import { size, type Tensor } from "../../core/tensor.js";
import { backwardPlan, walkBack } from "../propagation/backwardPlan.js";
import { selected } from "../propagation/start.js";
import { baselineOf, referenceOf, withMasks } from "./baseline.js";
import {
  open,
  type AttributionMethod,
  type AttributionProblem,
  type Attributor,
} from "./method.js";
import { compared, multiplierOf } from "./multipliers.js";

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
 * A product of two values gives each the other's mean, Δ(ab) = Δa (b + b′)/2 + (a + a′)/2 Δb;
 * softmax and normalisation are taken apart into functions, sums and products, as in shap's
 * DeepExplainer. A choice gives Δy to the entry that it found if that can carry it, like a maximum,
 * and half of m to both it and the one at the baseline otherwise: what changed by choosing another
 * one (a neighbour) is `missing` then.
 *
 * @param options.baseline  one sample in the units that the network reads (default zeros of
 *   these); masks stay what they are
 */
export function deepLift(options: { readonly baseline?: Tensor } = {}): AttributionMethod {
  takes("deepLift", { options: [options, record({ baseline: aBaseline })] });
  return {
    name: "DeepLift, rescale",
    inputOnly: false,
    reference: referenceOf(options.baseline),
    prepare: (problem) =>
      bindDeepLift(problem, baselineOf(options.baseline, problem.input, "deepLift")),
  };
}

function bindDeepLift(problem: AttributionProblem, baseline: Float64Array): Attributor {
  const { network, theta, capacity, lowest, masks = [] } = problem;
  const multipliers = network.nodes.map(({ layer }) => multiplierOf(layer));
  const opening = open(problem);
  const { evaluator, output, outputs, selection } = opening;
  // masks stay what they are, so that each sample is compared with one of its own
  const own = masks.length > 0;
  const reference = open({ ...problem, capacity: own ? capacity : 1 }).evaluator;
  const rows = new Float64Array(own ? capacity * baseline.length : 0);
  if (!own) reference.forward(theta, baseline, 1);
  const plan = backwardPlan(evaluator, lowest, (node) =>
    ["reshape", "dropout"].includes(network.nodes[node].layer.kind),
  );
  const handBack = new Map(
    plan.visits.map((visit) => {
      const m = plan.relevance[visit.output];
      return [visit, multipliers[visit.node](compared(theta, evaluator, reference, visit, m))];
    }),
  );
  const sizes = evaluator.shapes.map(size);
  const relevance = plan.relevance.map((buffer) => new Float64Array(buffer.length));
  const promised = new Float64Array(capacity);
  const last = network.nodes.length;

  /** R = m Δ of every value. */
  const multiplyDifferences = (batch: number): void =>
    relevance.forEach((out, v) => {
      if (out.length === 0) return;
      const [m, values, before] = [plan.relevance[v], evaluator.values[v], reference.values[v]];
      for (let p = 0; p < batch * sizes[v]; p++)
        out[p] = m[p] * (values[p] - before[p % before.length]);
    });
  return {
    output,
    selection,
    relevance,
    promised,
    run(x, batch, start, from) {
      if (own) {
        withMasks(baseline, x, masks, rows, batch);
        reference.forward(theta, rows, batch);
      }
      opening.begin(x, batch, start, from);
      const differences = new Float64Array(batch * outputs);
      for (let p = 0; p < batch * outputs; p++) {
        plan.relevance[last][p] = selection.coefficients[p];
        const before = reference.values[last];
        differences[p] = output[p] - before[p % before.length];
      }
      selected(selection.coefficients, differences, outputs, batch, promised);
      walkBack(plan, evaluator, batch, (visit) => handBack.get(visit)!(batch));
      multiplyDifferences(batch);
    },
  };
}
