import type { LongRun } from "../../core/tasks/longRun.js";
import { size, takeRows, tensor, type Tensor } from "../../core/tensor.js";
import { attribute } from "../../lrp/methods/attribute.js";
import type { Reference } from "../../lrp/methods/baseline.js";
import { shapes } from "../../nn/network/network.js";
import { rowsOf, type NetworkContext, type Predicted } from "./networkContext.js";
import { evenly } from "./trust.js";

/** Relevance of some points, evenly spaced among all. */
export interface SampledRelevance {
  readonly places: readonly number[];
  /** [places, …] as the network reads samples. */
  readonly x: Tensor;
  readonly relevance: Tensor;
  /** [places, out] */
  readonly coefficients: Tensor;
  readonly reference: Reference | undefined;
}

/** Points, and values of the network that they may make in all. */
const POINTS = 500;
const VALUES = 2e8;
const BLOCK = 16;

/** How many points there will be. */
export function sampledCount({ question, n }: NetworkContext): number {
  const all = shapes(question.model.network, question.points.x.shape.slice(1));
  const values = all.reduce((sum, shape) => sum + size(shape), 0);
  return Math.min(n, Math.max(32, Math.min(POINTS, Math.floor(VALUES / values))));
}

export async function sampledRelevance(
  context: NetworkContext,
  { coefficients }: Predicted,
  run: LongRun,
): Promise<SampledRelevance> {
  const { question, makeMethod, n } = context;
  const { network, theta } = question.model;
  const places = evenly(n, sampledCount(context));
  const x = takeRows(question.points.x, places);
  const own = takeRows(coefficients, places);
  const relevance = tensor(x.shape);
  const width = x.data.length / places.length;
  let reference: Reference | undefined;
  for (let from = 0; from < places.length; from += BLOCK) {
    const count = Math.min(BLOCK, places.length - from);
    const start = { weights: rowsOf(own, from, count) };
    const found = attribute(network, theta, rowsOf(x, from, count), makeMethod(), { start });
    relevance.data.set(found.at[0].data, from * width);
    reference = found.reference;
    run.tick(from + count, places.length, "relevance");
    await run.pause();
  }
  return { places, x, relevance, coefficients: own, reference };
}
