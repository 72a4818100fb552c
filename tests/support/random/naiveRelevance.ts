import { size } from "phaselens/core";
import {
  normalisationIdentity,
  signalTakesAll,
  type Composite,
  type LayerRule,
  type RelevanceRule,
} from "phaselens/lrp";
import { shapes, type Layer, type Network } from "phaselens/nn";
import type { RandomProblem } from "../randomNetworks.js";
import type { Naive, Sums } from "./naive.js";
import { largestOf } from "./naiveWalk.js";
import { layerFamily } from "phaselens/internal/lrp/rules/composite";
import { softmaxTaylor } from "phaselens/internal/lrp/rules/softmaxRule";

/**
 * Which rule each node has: rules for single nodes, then that of the first layer, then the
 * family's.
 */
export function naiveRules(
  { nodes }: Network,
  { first, rules, nodes: single }: Composite,
): (LayerRule | undefined)[] {
  const untouched = new Set([0]);
  return nodes.map(({ layer, inputs }, node) => {
    const family = layerFamily(layer);
    const sees = inputs.length > 0 && inputs.every((v) => untouched.has(v));
    if (sees && handsOn(layer)) untouched.add(node + 1);
    return (
      single?.[node] ??
      (family &&
        ((sees && layer.kind === "affine" ? first : undefined) ?? rules[family] ?? usual[family]))
    );
  });
}

/** Rules that hold where a composite names none. */
const usual: Composite["rules"] = {
  product: signalTakesAll,
  softmax: softmaxTaylor,
  normalisation: normalisationIdentity,
};

const handsOn = (layer: Layer): boolean =>
  ["reshape", "slice", "dropout", "gather", "choice"].includes(layer.kind) ||
  (layer.kind === "merge" && layer.mode === "concat");

/** Relevance of every value of one sample, handed back node by node from that of the outputs. */
export function naiveRelevance(
  { network, naive, theta, samples }: RandomProblem,
  rules: readonly (LayerRule | undefined)[],
  values: readonly (readonly number[])[],
  start: ArrayLike<number>,
): Float64Array[] {
  const sizes = shapes(network, samples.x.shape.slice(1)).map(size);
  const relevance = sizes.map((width) => new Float64Array(width));
  relevance[sizes.length - 1].set(start);
  for (let node = network.nodes.length - 1; node >= 0; node--) {
    const { inputs, offset } = network.nodes[node];
    const x = inputs.flatMap((v) => values[v]);
    const shares = handedBack(
      naive[node],
      rules[node],
      theta.subarray(offset ?? 0),
      x,
      values[node + 1],
      relevance[node + 1],
    );
    let from = 0;
    for (const v of inputs) {
      for (let i = 0; i < sizes[v]; i++) relevance[v][i] += shares[from++];
    }
  }
  return relevance;
}

function handedBack(
  layer: Naive,
  rule: LayerRule | undefined,
  theta: Float64Array,
  x: readonly number[],
  y: readonly number[],
  r: Float64Array,
): Float64Array {
  const shares = new Float64Array(x.length);
  if (layer.kind === "computed") shares.set(layer.handBack(rule, x, y, r));
  else if (layer.kind === "entrywise") shares.set(r);
  else if (layer.kind === "largest")
    layer.windows.forEach((window, j) => shareWindow(window, rule!, x, r[j], shares));
  else if (!rule) for (const { i, j } of layer.terms) shares[i] += r[j];
  else shareSums(layer, rule as RelevanceRule, theta, x, y, r, shares);
  return shares;
}

function shareWindow(
  window: readonly number[],
  rule: LayerRule,
  x: readonly number[],
  r: number,
  shares: Float64Array,
): void {
  const winner = largestOf(window, (i) => x[i]);
  if (rule.name === "winner takes all") {
    shares[winner] += r;
  } else if (rule.name === "ties shared") {
    const equals = window.filter((i) => x[i] === x[winner]);
    for (const i of equals) shares[i] += r / equals.length;
  } else {
    const total = window.reduce((sum, i) => sum + Math.max(x[i], 0), 0);
    if (total > 0) for (const i of window) shares[i] += (Math.max(x[i], 0) / total) * r;
  }
}

/** R_i = Σ_parts share Σ_terms t(x_i) Σ_j w(W_ji) R_j / (z_j + ε sign z_j). */
function shareSums(
  { terms, outputs, bias }: Sums,
  { parts, stabiliser }: RelevanceRule,
  theta: Float64Array,
  x: readonly number[],
  y: readonly number[],
  r: Float64Array,
  shares: Float64Array,
): void {
  const weightOf = ({ weight, coefficient = 1 }: Sums["terms"][number]): number =>
    weight === undefined ? coefficient : theta[weight];
  for (const { share, terms: maps, outputs: gate } of parts) {
    const z = new Float64Array(outputs);
    for (const map of maps) {
      for (const term of terms)
        z[term.j] += map.w.of(weightOf(term), 0) * map.x.of(x[term.i], term.i);
      if (bias) for (let j = 0; j < outputs; j++) z[j] += map.b.of(theta[bias(j)], 0);
    }
    const epsilon =
      typeof stabiliser === "number" ? stabiliser : stabiliser(Float64Array.from(x), z);
    const s = Float64Array.from(r, (own, j) => {
      if ((gate === "positive" && y[j] <= 0) || (gate === "negative" && y[j] >= 0)) return 0;
      const quotient = own / (z[j] < 0 ? z[j] - epsilon : z[j] + epsilon);
      return Number.isFinite(quotient) ? quotient : 0;
    });
    for (const map of maps) {
      for (const term of terms)
        shares[term.i] +=
          share *
          (map.takes ?? map.x).of(x[term.i], term.i) *
          map.w.of(weightOf(term), 0) *
          s[term.j];
    }
  }
}
