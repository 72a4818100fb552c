import type { LongRun } from "../../core/tasks/longRun.js";
import type { Rng } from "../../core/random/rng.js";
import { row, tensor } from "../../core/tensor.js";
import { makeRowProducts } from "../../linalg/rowProducts.js";
import { partOfRisk } from "../influence/partOfRisk.js";
import { blocksOf, type FramedGradients } from "./framedGradients.js";

/** Each estimate has a relative standard error of √(2/32), a quarter. */
const PROBES = 32;

/**
 * Self-influence of all points, (1/n) ∇L_rᵀ M ∇L_r, as the mean of (zᵀ √M ∇L_r)² over normal z:
 * good enough for the probabilities with which points are drawn. [n]
 * @param root  v ↦ √M v, symmetric
 */
export async function probedInfluences(
  root: (v: Float64Array) => Float64Array,
  P: number,
  gradients: FramedGradients,
  rng: Rng,
  run: LongRun,
): Promise<Float64Array> {
  const steps = tensor([PROBES, P]);
  for (let k = 0; k < PROBES; k++) {
    await run.pause();
    const probe = rng.fork(`probe ${k}`);
    row(steps, k).set(root(Float64Array.from({ length: P }, () => probe.normal())));
  }
  const products = makeRowProducts(steps);
  const part = partOfRisk("audit", gradients);
  const own = new Float64Array(gradients.shape[0]);
  let at = 0;
  for (const rows of blocksOf(gradients)) {
    await run.pause();
    const block = products(rows);
    const count = rows.shape[0];
    for (let r = 0; r < count; r++, at++) {
      let sum = 0;
      for (let k = 0; k < PROBES; k++) sum += block.data[k * count + r] ** 2;
      own[at] = part(sum / PROBES, at);
    }
  }
  return own;
}
