import type { Tensor } from "../../core/tensor.js";
import type { Arena } from "../../kernels/arena.js";
import { isCurved } from "../../nn/layers/builtLayer.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { blockedOrder, type HessianPlan } from "./segments.js";
import { expandRow } from "./tangentStore.js";
import type { Tangents } from "./tangents.js";

/** Σ_n Σ_f δ_f f″(x_f) T_f T_fᵀ of the smooth functions; undefined if the network has none. */
export function makeSmoothCurvature(
  evaluator: Evaluator,
  plan: HessianPlan,
  tangents: Tangents,
  arena: Arena,
):
  | {
      add(sample: number): void;
      addTo(hessian: Tensor): void;
    }
  | undefined {
  const smooth = plan.segments.flatMap(({ source }) => (source.kind === "smooth" ? [source] : []));
  const outputs = evaluator.steps.flatMap((step, node) =>
    // a smooth last layer has no segment: nothing reads its tangents
    isCurved(step.layer) && plan.kept[step.inputs[0]] && !smooth.some((s) => s.node === node)
      ? [{ node, input: step.inputs[0] }]
      : [],
  );
  const functions = [...smooth, ...outputs];
  if (functions.length === 0) return undefined;
  const P = evaluator.network.parameterCount;
  const sum = new Float64Array(P * P); // blocked order, lower triangle
  const row = new Float64Array(P);
  const support = new Int32Array(P);
  return {
    add(sample) {
      for (const { node, input } of functions) {
        const { layer, output } = evaluator.steps[node];
        const from = tangents.kept[input];
        if (layer.kind !== "elementwise" || !from) continue;
        const at = sample * from.features;
        const second = new Float64Array(from.features);
        layer.secondDerivative(
          evaluator.values[input].subarray(at, at + from.features),
          evaluator.values[output].subarray(at, at + from.features),
          second,
          from.features,
        );
        for (let f = 0; f < from.features; f++) {
          const weight = second[f] * evaluator.gradients[output][at + f];
          if (weight === 0) continue;
          expandRow(arena.f64, from, plan.blocks, f, row);
          let count = 0;
          for (let p = 0; p < P; p++) if (row[p] !== 0) support[count++] = p;
          for (let a = 0; a < count; a++) {
            const scaled = weight * row[support[a]];
            for (let b = 0; b <= a; b++)
              sum[support[a] * P + support[b]] += scaled * row[support[b]];
          }
        }
      }
    },
    addTo(hessian) {
      const order = blockedOrder(plan.blocks, P);
      for (let a = 0; a < P; a++) {
        for (let b = 0; b <= a; b++) {
          hessian.data[order[a] * P + order[b]] += sum[a * P + b];
          if (a !== b) hessian.data[order[b] * P + order[a]] += sum[a * P + b];
        }
      }
    },
  };
}
