import { takes } from "../../core/arguments/takes.js";
import { record } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { relevance } from "../../lrp/propagation/relevance.js";
import type { Composite } from "../../lrp/rules/composite.js";
import { aNetwork } from "../../nn/arguments.js";
import { makeEvaluator } from "../../nn/network/evaluator.js";
import type { Network } from "../../nn/network/network.js";
import type { JetSample } from "../../physics/jets/jetSample.js";
import { jetKinds } from "../../taggers/jetInputs.js";
import { forSignal, gammaEverywhere, type ExplainedTracks } from "./explainedTracks.js";
import { taggedOnes, type TaggedJets } from "./taggedJets.js";
import { isHeavy, trueOrigins } from "./trueOrigins.js";

/** What the two objects of a pair may be. */
const objectKinds: readonly string[] = [
  "track from b, c",
  "other track",
  "vertex from b, c",
  "other vertex",
];

/** Pairs of objects by what they are. */
export interface PairShare {
  /** The object that asks, of `objectKinds`. */
  readonly receiver: string;
  /** The neighbour, or the key, that it looks at. */
  readonly partner: string;
  /** Share of the pairs; those with padding are left out. */
  readonly pairs: number;
  /** Share of what attention weighs them by; of neighbours, which count alike, as `pairs`. */
  readonly weight: number;
  /** Share of their positive relevance. */
  readonly relevance: number;
}

/** One layer whose objects look at each other. */
export interface PairLayer {
  /** "edge convolution 1", "attention 2". */
  readonly name: string;
  /** Of pair (i, r), summed over features or heads: [jets, objects, partners]. */
  readonly relevance: Tensor;
  /** Who r is: an object, tracks first, or −1 for padding; likewise [jets, objects, partners]. */
  readonly partners: Int32Array;
  readonly shares: readonly PairShare[];
}

/**
 * Which pairs of objects carry H → bb̄ in each layer of a network of sets: neighbours of
 * `nn.particleNet`, by the relevance of what an edge's perceptron says, and pairs of attention of
 * `nn.transformerEncoder`, by what the value of one, times its weight, is of what attention makes
 * for the other; beside what the objects are.
 * @param found      of `explainedTracks`, whose jets these are
 * @param composite  rules (default γ = 0.25 in all that is linear)
 * @throws ConfigError for a network without such layers, and as `explainedTracks`
 */
export function explainedPairs(
  network: Network,
  theta: Float64Array,
  jets: TaggedJets<JetSample>,
  found: ExplainedTracks,
  composite: Composite = gammaEverywhere,
): PairLayer[] {
  takes("explainedPairs", {
    network: [network, aNetwork],
    jets: [jets, taggedOnes],
    found: [found, record({ x: record() }, "what explainedTracks gives")],
    composite: [composite, record()],
  });
  const layers = pairNodes(network);
  const { at } = relevance(network, theta, found.x, composite, {
    start: forSignal,
    at: layers.map(({ value }) => value),
  });
  const values = valuesOf(network, theta, found.x);
  const kinds = kindsOf(network, jets.sample, found.rows);
  return layers.map(({ name, value, places, attention }) => {
    const own = attention
      ? ofWeighedValues(at[value], values[value], attention, values)
      : summedOverFirst(at[value]);
    const partners = partnersOf(own, kinds, places === undefined ? undefined : values[places]);
    const weights =
      attention && summedOverFirst(tensor(pairShape(own, at[value]), values[attention.weights]));
    return {
      name,
      relevance: own,
      partners,
      shares: sharesOf(own, partners, kinds, weights),
    };
  });
}

/** A value whose relevance is that of pairs, and what says who they are. */
interface PairNode {
  readonly name: string;
  readonly value: number;
  /** Of edges: the value that holds the places of neighbours. */
  readonly places?: number;
  /** Of attention, whose value is the sum of weighed values. */
  readonly attention?: { readonly values: number; readonly weights: number };
}

/**
 * What attention makes, values times a softmax; and messages of neighbours, which a product weighs
 * by the mask that is gathered from them.
 */
function pairNodes({ nodes, name }: Network): PairNode[] {
  const places = new Map(
    nodes.flatMap(({ layer, inputs }, node) =>
      layer.spec?.type === "gatherAt" ? [[node + 1, inputs[1]]] : [],
    ),
  );
  const found = nodes.flatMap(({ layer, inputs }, node): PairNode[] => {
    if (layer.kind === "product" && nodes[inputs[1] - 1]?.layer.kind === "softmax") {
      const [of, weights] = inputs;
      return [{ name: "attention", value: node + 1, attention: { values: of, weights } }];
    }
    const gathered = layer.kind === "product" ? places.get(inputs[1]) : undefined;
    return gathered === undefined
      ? []
      : [{ name: "edge convolution", value: inputs[0], places: gathered }];
  });
  if (found.length === 0)
    throw new ConfigError(
      `explainedPairs: objects of ${name} do not look at each other. Give nn.particleNet or nn.transformerEncoder.`,
    );
  return found.map((one, k) => ({ ...one, name: `${one.name} ${k + 1}` }));
}

/** Every value of the network, [samples, …]. */
function valuesOf(network: Network, theta: Float64Array, { shape, data }: Tensor): Float64Array[] {
  const evaluator = makeEvaluator(network, shape.slice(1), shape[0]);
  evaluator.forward(theta, data, shape[0]);
  return evaluator.values.map((value) => value.slice());
}

/** Of weights: [jets, heads, objects, partners], where attention makes [jets, heads, …]. */
const pairShape = ({ shape: [n, objects, partners] }: Tensor, made: Tensor): number[] => [
  n,
  made.shape[1],
  objects,
  partners,
];

/** Of objects and what they look at: Σ over heads and features v_j a_ij R_i / y_i. */
function ofWeighedValues(
  { shape: [n, heads, features, objects], data }: Tensor,
  made: Float64Array,
  attention: NonNullable<PairNode["attention"]>,
  all: readonly Float64Array[],
): Tensor {
  const [v, a] = [all[attention.values], all[attention.weights]];
  const partners = v.length / (n * heads * features);
  const out = tensor([n, objects, partners]);
  for (let row = 0; row < n * heads * features; row++) {
    const [jet, head] = [Math.floor(row / (heads * features)), Math.floor(row / features)];
    for (let i = 0; i < objects; i++) {
      const y = made[row * objects + i];
      const quotient = y === 0 ? 0 : data[row * objects + i] / y;
      for (let j = 0; j < partners; j++)
        out.data[(jet * objects + i) * partners + j] +=
          v[row * partners + j] * a[(head * objects + i) * partners + j] * quotient;
    }
  }
  return out;
}

/** [jets, features, objects, partners] → [jets, objects, partners]. */
function summedOverFirst({ shape: [n, first, objects, partners], data }: Tensor): Tensor {
  const width = objects * partners;
  const out = tensor([n, objects, partners]);
  for (let p = 0; p < data.length; p++)
    out.data[Math.floor(p / (first * width)) * width + (p % width)] += data[p];
  return out;
}

/** Of each object, tracks first: 0 … 3 as in `objectKinds`, −1 for padding. */
function kindsOf(network: Network, sample: JetSample, rows: readonly number[]): number[][] {
  const parts = jetKinds.flatMap((kind, k) => {
    const input = network.inputs?.find(({ name }) => name === kind);
    if (!input) return [];
    const slots = input.shape[1];
    return [{ k, slots, origin: trueOrigins(sample, kind, rows, slots) }];
  });
  return rows.map((_, jet) =>
    parts.flatMap(({ k, slots, origin }) =>
      Array.from(origin.subarray(jet * slots, (jet + 1) * slots), (of) =>
        of === 0 ? -1 : 2 * k + (isHeavy(of) ? 0 : 1),
      ),
    ),
  );
}

/** Numbers of the partners, −1 where it or its object is padding. */
function partnersOf(
  { shape: [n, objects, partners] }: Tensor,
  kinds: readonly (readonly number[])[],
  places: Float64Array | undefined,
): Int32Array {
  const out = new Int32Array(n * objects * partners);
  for (let p = 0; p < out.length; p++) {
    const jet = Math.floor(p / (objects * partners));
    const own = Math.floor(p / partners) % objects;
    const other = places ? places[p] : p % partners;
    out[p] = kinds[jet][own] < 0 || kinds[jet][other] < 0 ? -1 : other;
  }
  return out;
}

function sharesOf(
  { shape: [, objects, partners], data }: Tensor,
  others: Int32Array,
  kinds: readonly (readonly number[])[],
  weights: Tensor | undefined,
): PairShare[] {
  const sums = objectKinds.flatMap(() => objectKinds.map(() => [0, 0, 0]));
  others.forEach((other, p) => {
    if (other < 0) return;
    const jet = Math.floor(p / (objects * partners));
    const receiver = kinds[jet][Math.floor(p / partners) % objects];
    const of = sums[receiver * objectKinds.length + kinds[jet][other]];
    of[0] += 1;
    of[1] += weights ? weights.data[p] : 1;
    of[2] += Math.max(0, data[p]);
  });
  const all = [0, 1, 2].map((k) => sums.reduce((sum, one) => sum + one[k], 0) || 1);
  return sums.map(([pairs, weight, positive], k) => ({
    receiver: objectKinds[Math.floor(k / objectKinds.length)],
    partner: objectKinds[k % objectKinds.length],
    pairs: pairs / all[0],
    weight: weight / all[1],
    relevance: positive / all[2],
  }));
}
