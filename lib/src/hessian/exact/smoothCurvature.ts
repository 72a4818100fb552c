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
  const squares = squaresInto(sum, P);
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
          squares.add(weight, (row) => expandRow(arena.f64, from, plan.blocks, f, row));
        }
        squares.flush();
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

/** Rows that are added in one sweep over the sum. */
const TOGETHER = 4;

/** sum += Σ weight r rᵀ, lower triangle, of rows r that are 0 but for a stretch of parameters. */
function squaresInto(
  sum: Float64Array,
  P: number,
): { add(weight: number, fill: (row: Float64Array) => void): void; flush(): void } {
  const rows = Array.from({ length: TOGETHER }, () => new Float64Array(P));
  const weights = new Float64Array(TOGETHER);
  let filled = 0;
  const flush = (): void => {
    if (filled > 0) addSquares(rows, weights, sum);
    weights.fill(0);
    filled = 0;
  };
  return {
    add(weight, fill) {
      fill(rows[filled]);
      weights[filled] = weight;
      if (++filled === TOGETHER) flush();
    },
    flush,
  };
}

function addSquares(rows: readonly Float64Array[], weights: Float64Array, sum: Float64Array): void {
  const [r0, r1, r2, r3] = rows;
  const P = r0.length;
  const isZero = (p: number): boolean => r0[p] === 0 && r1[p] === 0 && r2[p] === 0 && r3[p] === 0;
  let [first, end] = [0, P];
  while (first < end && isZero(first)) first++;
  while (end > first && isZero(end - 1)) end--;
  for (let a = first; a < end; a++) {
    const [s0, s1] = [weights[0] * r0[a], weights[1] * r1[a]];
    const [s2, s3] = [weights[2] * r2[a], weights[3] * r3[a]];
    if (s0 === 0 && s1 === 0 && s2 === 0 && s3 === 0) continue;
    for (let b = first, to = a * P + first; b <= a; b++, to++)
      sum[to] += s0 * r0[b] + s1 * r1[b] + (s2 * r2[b] + s3 * r3[b]);
  }
}
