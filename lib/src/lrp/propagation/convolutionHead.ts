import { makeArena, type Arena } from "../../kernels/arena.js";
import type { Network } from "../../nn/network/network.js";
import { reciprocals } from "../rules/divide.js";
import type { ZeroDenominators } from "../rules/loss.js";
import { rowSum } from "./conservation.js";
import type { FixedRule, HeadSpec } from "./headSpec.js";
import { slabsOf, type HeadVolume, type Slab } from "./headVolume.js";

/** The first three nodes of a network, convolution, ReLU and maximum pooling, as one. */
export interface ConvolutionHead {
  /** Pooled values and where they came from. `pooled` [batch, …]. */
  forward(x: Float64Array, pooled: Float64Array, batch: number): void;
  /** R at the convolution's output, ≠ 0 at the winners alone. [batch, …] */
  toConvolution(relevance: Float64Array, out: Float64Array, batch: number): void;
  /** R at the input; undefined if the specification has no rule for it. */
  readonly toInput: ToInput | undefined;
}

/** R at the input by the convolution's rule, and its sum over each sample. */
type ToInput = (
  relevance: Float64Array,
  out: Float64Array,
  batch: number,
  lost: ZeroDenominators,
  totals: Float64Array,
) => void;

/**
 * For networks that begin with a convolution of stride 1, a ReLU and a maximum pooling (Blücher et
 * al. 2020, Table III), if the winner takes all and the denominators of the convolution's rule do
 * not depend on the data (w², flat); `recogniseHead` finds them. Then nobody needs the
 * convolution's outputs themselves, which are ten times as many as all other values together: they
 * are made for one sample at a time, and relevance goes from the winners straight to the input.
 */
export function convolutionHead(
  spec: HeadSpec,
  theta: Float64Array,
  capacity: number,
): ConvolutionHead {
  const { offset, weights, map } = spec;
  const biases = offset + weights;
  const weight = theta.slice(offset, biases);
  const bias = theta.slice(biases, biases + map.geometry.outChannels);
  const slabs = slabsOf(spec.windows);
  const room = makeRoom(spec, slabs, capacity);
  return {
    forward: makeForward(spec, room, slabs, weight, bias),
    toConvolution: makeToConvolution(spec, room),
    toInput: spec.rule && makeToInput(spec, spec.rule, room, weight, bias),
  };
}

/** What both directions share. */
interface Room {
  readonly arena: Arena;
  /** Doubles of a channel of a slab: out of step with the input in the cache. */
  readonly longest: number;
  /** Pooled values on the way up, their relevance on the way down. [capacity, …] */
  readonly results: number;
  /** Places of the winners. */
  readonly winners: number;
}

function makeRoom(spec: HeadSpec, slabs: readonly Slab[], capacity: number): Room {
  const { map, pooled, volume, windows, weights } = spec;
  const { outChannels: to, inChannels: from, taps } = map.geometry;
  const longest = Math.max(...slabs.map(({ columns }) => columns)) + 8;
  const outputs = to * pooled;
  const arena = makeArena({
    doubles: (2 * from + to) * volume.places + to * longest + 2 * weights + capacity * outputs,
    integers: 2 * to + 2 * from * taps + pooled + windows.steps.length + capacity * outputs,
  });
  const [results, winners] = [
    arena.doubles(capacity * outputs),
    arena.integers(capacity * outputs),
  ];
  return { arena, longest, results, winners };
}

function makeForward(
  { map: { geometry }, volume, windows, pooled: perChannel, weights }: HeadSpec,
  { arena, longest, results, winners }: Room,
  slabs: readonly Slab[],
  weight: Float64Array,
  bias: Float64Array,
): ConvolutionHead["forward"] {
  const { f64 } = arena;
  const { outChannels: to, inChannels: from, taps, inputSites } = geometry;
  const depth = from * taps;
  const [xs, ys] = [arena.doubles(from * volume.places), arena.doubles(to * longest)];
  const w = arena.doubles(weights);
  f64.set(weight, w);
  const xRows = listed(arena, from * taps, (c) => xs + placeOf(c, volume));
  const wRows = listed(arena, to, (j) => w + j * depth);
  const yRows = listed(arena, to, (j) => ys + j * longest);
  const firsts = listed(arena, perChannel, (f) => windows.first[f]);
  const entries = windows.steps.length;
  const steps = listed(arena, entries, (e) => windows.steps[e]);

  /** Convolution, ReLU and maximum of one slab; `at` is where the sample's results begin. */
  const runSlab = ({ begin, columns, first, last }: Slab, at: number): void => {
    for (let j = 0; j < to; j++) f64.fill(bias[j], ys + j * longest, ys + j * longest + columns);
    arena.rowProduct(to, columns, depth, wRows, 1, xRows, yRows, begin);
    for (let j = 0; j < to; j++) {
      const q = at + j * perChannel + first;
      const y = ys + j * longest - begin;
      const [values, places] = [results + q, winners + q];
      arena.maximum(last - first, entries, firsts + first, steps, y, values, places, 0);
    }
  };
  return (x, pooled, batch) => {
    const [width, outputs] = [from * inputSites, to * perChannel];
    for (let n = 0; n < batch; n++) {
      intoVolume(volume, x.subarray(n * width, (n + 1) * width), f64, xs);
      for (const slab of slabs) runSlab(slab, n * outputs);
    }
    pooled.set(f64.subarray(results, results + batch * outputs));
  };
}

function makeToConvolution(
  { map: { geometry }, volume, pooled }: HeadSpec,
  { arena: { i32 }, winners }: Room,
): ConvolutionHead["toConvolution"] {
  const { outChannels: to, sites } = geometry;
  const siteOf = new Int32Array(volume.places);
  volume.ofOutput.forEach((place, site) => (siteOf[place] = site));
  return (relevance, out, batch) => {
    out.fill(0, 0, batch * to * sites);
    for (let channel = 0, q = 0; channel < batch * to; channel++)
      for (let f = 0; f < pooled; f++, q++)
        out[channel * sites + siteOf[i32[winners + q]]] = relevance[q];
  };
}

function makeToInput(
  spec: HeadSpec,
  rule: FixedRule,
  { arena, results, winners }: Room,
  weight: Float64Array,
  bias: Float64Array,
): ToInput {
  const { map, volume, pooled } = spec;
  const { f64, i32 } = arena;
  const { outChannels: to, inChannels: from, taps, inputSites } = map.geometry;
  const [depth, width, outputs] = [from * taps, from * inputSites, to * pooled];
  const w = arena.doubles(weight.length);
  const reciprocal = arena.doubles(to * volume.places);
  const gathered = arena.doubles(from * volume.places);
  const offsets = listed(arena, depth, (c) => placeOf(c, volume));
  const ruleWeight = weight.map((value, p) => rule.term.w.of(value, p));
  f64.set(ruleWeight, w);
  f64.set(reciprocalsOf(spec, rule, ruleWeight, bias), reciprocal);

  /** Enters what met a denominator of 0 in a channel whose results begin at q. */
  const addLost = (lost: Float64Array, n: number, q: number, row: number): void => {
    for (const end = q + pooled; q < end; q++)
      if (f64[results + q] * f64[row + i32[winners + q]] === 0) lost[n] += f64[results + q];
  };
  return (relevance, out, batch, lost, totals) => {
    f64.set(relevance.subarray(0, batch * outputs), results);
    for (let n = 0; n < batch; n++) {
      f64.fill(0, gathered, gathered + from * volume.places);
      for (let j = 0; j < to; j++) {
        const at = n * outputs + j * pooled;
        const row = reciprocal + j * volume.places;
        const [places, values, weights] = [winners + at, results + at, w + j * depth];
        const zeros = arena.scatterWinners(
          pooled,
          depth,
          places,
          values,
          row,
          weights,
          offsets,
          gathered,
        );
        if (zeros === 0) continue;
        lost.count += zeros;
        addLost(lost.relevance, n, at, row);
      }
      const found = f64.subarray(gathered, gathered + from * volume.places);
      outOfVolume(volume, found, out.subarray(n * width, (n + 1) * width));
      totals[n] = rowSum(out, n * width, (n + 1) * width);
    }
  };
}

/** 1 / denominator at the place of each output site, as the rule has it for every sample. */
function reciprocalsOf(
  { map, volume }: HeadSpec,
  { term, stabiliser }: FixedRule,
  weight: Float64Array,
  bias: Float64Array,
): Float64Array {
  const { outChannels: to, inChannels: from, sites, inputSites } = map.geometry;
  const sums = new Float64Array(to * sites);
  const share = bias.map((value, j) => term.b.of(value, j));
  map.apply(weight, share, new Float64Array(from * inputSites).fill(1), sums, 1);
  const found = new Float64Array(to * volume.places);
  reciprocals(sums, stabiliser).forEach(
    (value, p) =>
      (found[Math.floor(p / sites) * volume.places + volume.ofOutput[p % sites]] = value),
  );
  return found;
}

/** Distance of tap c = (i, k) from the first, over channels of the volume. */
const placeOf = (c: number, { places, taps }: HeadVolume): number =>
  Math.floor(c / taps.length) * places + taps[c % taps.length];

/** A list of whole numbers in an arena. */
function listed(arena: Arena, count: number, of: (k: number) => number): number {
  const list = arena.integers(count);
  for (let k = 0; k < count; k++) arena.i32[list + k] = of(k);
  return list;
}

/** A sample into its places of the volume; the padding stays 0. */
function intoVolume(
  { solid, places, ofInput }: HeadVolume,
  x: Float64Array,
  f64: Float64Array,
  volume: number,
): void {
  if (solid) return f64.set(x, volume);
  for (let p = 0; p < x.length; volume += places)
    for (let t = 0; t < ofInput.length; t++) f64[volume + ofInput[t]] = x[p++];
}

/** And back. */
function outOfVolume(
  { solid, places, ofInput }: HeadVolume,
  found: Float64Array,
  x: Float64Array,
): void {
  if (solid) return x.set(found);
  for (let p = 0, start = 0; p < x.length; start += places)
    for (let t = 0; t < ofInput.length; t++) x[p++] = found[start + ofInput[t]];
}

/** The network above its head: same θ, its input the pooled values. */
export function aboveHead(network: Network): Network {
  const nodes = network.nodes
    .slice(3)
    .map(({ inputs, ...node }) => ({ ...node, inputs: inputs.map((v) => v - 3) }));
  return { ...network, nodes };
}
