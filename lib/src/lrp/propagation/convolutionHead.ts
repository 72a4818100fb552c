import { size, type Shape } from "../../core/tensor.js";
import { makeArena } from "../../kernels/arena.js";
import { specOf } from "../../nn/layers/specOf.js";
import type { Network } from "../../nn/network/network.js";
import type { LayerRule } from "../rules/composite.js";
import { one } from "../rules/entryMap.js";
import { rowSum } from "./conservation.js";
import { reciprocals } from "../rules/divide.js";
import type { ZeroDenominators } from "../rules/loss.js";
import { maximumWindows } from "./poolingWindows.js";

/** The first three nodes of a network, convolution, ReLU and maximum pooling, as one. */
export interface ConvolutionHead {
  /** Pooled values and where they came from. `pooled` [batch, …]. */
  forward(x: Float64Array, pooled: Float64Array, batch: number): void;
  /** R at the convolution's output, ≠ 0 at the winners alone. [batch, …] */
  toConvolution(relevance: Float64Array, out: Float64Array, batch: number): void;
  /** R at the input by the convolution's rule, and its sum over each sample. */
  toInput(
    relevance: Float64Array,
    out: Float64Array,
    batch: number,
    lost: ZeroDenominators,
    totals: Float64Array,
  ): void;
}

/**
 * For networks that begin with a convolution of stride 1, a ReLU and a maximum pooling (Blücher et
 * al. 2020, Table III), if the winner takes all and the denominators of the convolution's rule do
 * not depend on the data (w², flat). Then nobody needs the convolution's outputs themselves, which
 * are ten times as many as all other values together: they are made for one sample at a time, and
 * relevance goes from the winners straight to the input. Undefined where that does not hold.
 *
 * @param rules  of the first three nodes
 */
export function convolutionHead(
  network: Network,
  theta: Float64Array,
  input: Shape,
  rules: readonly (LayerRule | undefined)[],
  toInput: boolean,
  capacity: number,
): ConvolutionHead | undefined {
  const [first, second, third] = network.nodes;
  const chain =
    network.nodes.length > 3 &&
    [first, second, third].every(({ inputs }, v) => inputs.length === 1 && inputs[0] === v) &&
    network.nodes.slice(3).every(({ inputs }) => inputs.every((v) => v >= 3));
  if (!chain || first.layer.kind !== "affine" || first.layer.weightShape.length < 3)
    return undefined;
  // their work is done here, so they must be what they say they are
  if (!specOf(first.layer) || specOf(second.layer)?.type !== "relu" || !specOf(third.layer))
    return undefined;
  if (third.layer.kind !== "pooling" || third.layer.window) return undefined;
  const [rule, , pooling] = rules;
  if (pooling?.kind !== "maximum" || pooling.name !== "winner takes all" || rule?.kind !== "linear")
    return undefined;
  const [part] = rule.parts;
  const plain =
    rule.parts.length === 1 &&
    part.terms.length === 1 &&
    part.terms[0].x === one &&
    (part.terms[0].takes ?? one) === one &&
    typeof rule.stabiliser === "number" &&
    part.share === 1 &&
    !part.outputs;
  if (toInput && !plain) return undefined;

  const { layer, offset } = first;
  const shape = layer.outputShape([input]);
  const map = layer.map(input);
  const { outChannels: to, inChannels: from, taps, sites, inputSites, siteOf } = map.geometry;
  const kernel = layer.weightShape.slice(2);
  const [space, out] = [input.slice(1), shape.slice(1)];
  // stride 1: the same padding on both sides of every axis accounts for the extents
  const padding = space.map((extent, a) => (out[a] - extent + kernel[a] - 1) / 2);
  const padded = space.map((extent, a) => extent + 2 * padding[a]);
  if (!padding.every((p) => Number.isInteger(p) && p >= 0)) return undefined;
  const place = places(
    out,
    padded,
    out.map(() => 0),
  ); // of an output site, and of the input site under its first tap
  const offsets = places(
    kernel,
    padded,
    kernel.map(() => 0),
  );
  const inputPlace = places(space, padded, padding);
  const volume = size(padded);
  const siteAt = new Int32Array(volume).fill(-1);
  inputPlace.forEach((p, site) => (siteAt[p] = site));
  for (let t = 0; t < sites; t++)
    for (let k = 0; k < taps; k++)
      if (siteAt[place[t] + offsets[k]] !== siteOf[t * taps + k]) return undefined;

  const outputs = size(third.layer.outputShape([shape]));
  const perChannel = outputs / to;
  // the same in every channel
  const windows = maximumWindows(third.layer.map([1, ...out]), perChannel, sites);
  const entries = windows.length / perChannel;
  const firstOf = Int32Array.from({ length: perChannel }, (_, f) => place[windows[f * entries]]);
  const stepOf = Int32Array.from(
    { length: entries },
    (_, e) => place[windows[e]] - place[windows[0]],
  );
  for (let p = 0; p < windows.length; p++)
    if (place[windows[p]] !== firstOf[Math.floor(p / entries)] + stepOf[p % entries])
      return undefined;
  if (firstOf.some((corner, f) => f > 0 && corner <= firstOf[f - 1])) return undefined;
  const slabs = slabsOf(firstOf, Math.max(...stepOf) + 1);
  // and out of step with the input in the cache
  const longest = Math.max(...slabs.map(({ columns }) => columns)) + 8;

  const weight = theta.slice(offset, offset! + size(layer.weightShape));
  const bias = theta.slice(offset! + weight.length, offset! + weight.length + to);
  const depth = from * taps;
  const arena = makeArena({
    doubles: (2 * from + to) * volume + to * longest + 2 * weight.length + capacity * outputs,
    integers: 2 * to + 2 * depth + perChannel + entries + capacity * outputs,
  });
  const { f64, i32 } = arena;
  const [xs, ys, w] = [
    arena.doubles(from * volume),
    arena.doubles(to * longest),
    arena.doubles(weight.length),
  ];
  const [wRows, yRows, xRows] = [arena.integers(to), arena.integers(to), arena.integers(depth)];
  f64.set(weight, w);
  for (let j = 0; j < to; j++) {
    i32[wRows + j] = w + j * depth;
    i32[yRows + j] = ys + j * longest;
  }
  for (let i = 0; i < from; i++)
    for (let k = 0; k < taps; k++) i32[xRows + i * taps + k] = xs + i * volume + offsets[k];
  const [firsts, steps, kernelOffsets, winners] = [
    arena.integers(perChannel),
    arena.integers(entries),
    arena.integers(depth),
    arena.integers(capacity * outputs),
  ];
  const [ruleW, reciprocal, gathered] = [
    arena.doubles(weight.length),
    arena.doubles(to * volume),
    arena.doubles(from * volume),
  ];
  // pooled values on the way up, their relevance on the way down
  const results = arena.doubles(capacity * outputs);
  i32.set(firstOf, firsts);
  i32.set(stepOf, steps);
  const solid = padding.every((p) => p === 0);

  const ruleWeight = weight.map((value, p) => (plain ? part.terms[0].w.of(value, p) : 0));
  const denominators = new Float64Array(to * sites);
  if (plain)
    map.apply(
      ruleWeight,
      bias.map((value, j) => part.terms[0].b.of(value, j)),
      new Float64Array(from * inputSites).fill(1),
      denominators,
      1,
    );
  reciprocals(denominators, plain ? Number(rule.stabiliser) : 0).forEach(
    (value, index) =>
      (f64[reciprocal + Math.floor(index / sites) * volume + place[index % sites]] = value),
  );
  f64.set(ruleWeight, ruleW);
  for (let c = 0; c < depth; c++)
    i32[kernelOffsets + c] = Math.floor(c / taps) * volume + offsets[c % taps];
  const siteOfPlace = new Int32Array(volume);
  place.forEach((p, site) => (siteOfPlace[p] = site));

  return {
    forward(x, pooled, batch) {
      for (let n = 0; n < batch; n++) {
        const start = n * from * inputSites;
        if (solid) f64.set(x.subarray(start, start + from * inputSites), xs);
        else
          for (let i = 0; i < from; i++)
            for (let t = 0; t < inputSites; t++)
              f64[xs + i * volume + inputPlace[t]] = x[start + i * inputSites + t];
        for (const { begin, columns, first: low, last: high } of slabs) {
          for (let j = 0; j < to; j++)
            f64.fill(bias[j], ys + j * longest, ys + j * longest + columns);
          arena.rowProduct(to, columns, depth, wRows, 1, xRows, yRows, begin);
          for (let j = 0; j < to; j++) {
            const at = n * outputs + j * perChannel + low;
            arena.rectifiedMaximum(
              high - low,
              entries,
              firsts + low,
              steps,
              ys + j * longest - begin,
              results + at,
              winners + at,
            );
          }
        }
      }
      pooled.set(f64.subarray(results, results + batch * outputs));
    },
    toConvolution(relevance, out, batch) {
      out.fill(0, 0, batch * to * sites);
      for (let n = 0, q = 0; n < batch; n++) {
        for (let f = 0; f < outputs; f++, q++) {
          out[(n * to + Math.floor(f / perChannel)) * sites + siteOfPlace[i32[winners + q]]] =
            relevance[q];
        }
      }
    },
    toInput(relevance, out, batch, lost, totals) {
      f64.set(relevance.subarray(0, batch * outputs), results);
      for (let n = 0; n < batch; n++) {
        f64.fill(0, gathered, gathered + from * volume);
        for (let j = 0; j < to; j++) {
          const at = n * outputs + j * perChannel;
          const row = reciprocal + j * volume;
          const zeros = arena.scatterWinners(
            perChannel,
            depth,
            winners + at,
            results + at,
            row,
            ruleW + j * depth,
            kernelOffsets,
            gathered,
          );
          if (zeros === 0) continue;
          lost.count += zeros;
          for (let q = at; q < at + perChannel; q++)
            if (f64[results + q] * f64[row + i32[winners + q]] === 0)
              lost.relevance[n] += f64[results + q];
        }
        const found = f64.subarray(gathered, gathered + from * volume);
        const start = n * from * inputSites;
        if (solid) out.set(found, start);
        else
          for (let i = 0; i < from; i++)
            for (let t = 0; t < inputSites; t++)
              out[start + i * inputSites + t] = found[i * volume + inputPlace[t]];
        totals[n] = rowSum(out, start, start + from * inputSites);
      }
    },
  };
}

interface Slab {
  /** Places begin … begin + columns − 1 of the volume. */
  readonly begin: number;
  readonly columns: number;
  /** Windows first … last − 1 of each channel lie in it. */
  readonly first: number;
  readonly last: number;
}

/**
 * Runs of windows whose places fit the first-level cache together with a few channels: long rows,
 * and nothing is fetched twice.
 */
function slabsOf(firstOf: Int32Array, span: number): Slab[] {
  const ROW = 512;
  const slabs: Slab[] = [];
  for (let first = 0; first < firstOf.length;) {
    let last = first + 1;
    // a window of the next layer would make the slab as long again
    while (
      last < firstOf.length &&
      firstOf[last] + span - firstOf[first] <= Math.max(ROW, span + span / 2)
    )
      last++;
    slabs.push({
      begin: firstOf[first],
      columns: firstOf[last - 1] + span - firstOf[first],
      first,
      last,
    });
    first = last;
  }
  return slabs;
}

/** Place of each site of `extents`, moved by `shift`, in a row-major volume. */
function places(extents: Shape, volume: Shape, shift: readonly number[]): Int32Array {
  return Int32Array.from({ length: size(extents) }, (_, t) => {
    let [place, stride, rest] = [0, 1, t];
    for (let a = extents.length - 1; a >= 0; a--) {
      place += ((rest % extents[a]) + shift[a]) * stride;
      rest = Math.floor(rest / extents[a]);
      stride *= volume[a];
    }
    return place;
  });
}

/** The network above its head: same θ, its input the pooled values. */
export function aboveHead(network: Network): Network {
  const nodes = network.nodes
    .slice(3)
    .map(({ inputs, ...node }) => ({ ...node, inputs: inputs.map((v) => v - 3) }));
  return { ...network, nodes };
}
