import { size } from "../../core/tensor.js";
import type { Arena } from "../../kernels/arena.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import type { KeptTangents } from "./keptTangents.js";
import { makeRoute, type Route } from "./route.js";
import type { SiteSums } from "./siteSums.js";
import { blockEnd, type Block, type HessianPlan, type Segment } from "./segments.js";

/**
 * Sums over the sites of one output channel, S[i, k] = Σ_t ∂x[i, site(t, k)]/∂θ over the sites that
 * its route keeps, in the arena: dense rows [depth, dense], own rows [depth, own width].
 */
export interface ChannelSum {
  readonly block: number;
  readonly channel: number;
  /** The one feature that all kept sites of the channel lead to, and the factor they share. */
  readonly destination: number;
  readonly end: number;
  readonly factor: number;
  readonly denseRows: number;
  readonly ownRows: number;
}

export interface Tangents {
  /** By value. */
  readonly kept: readonly (KeptTangents | undefined)[];
  /**
   * ∂value/∂θ of one evaluated sample at all kept values. Where a global mean follows an affine
   * layer, its tangents are made of channel sums, which are shown to `visit` in passing: the
   * Hessian needs the same sums once more.
   */
  propagate(theta: Float64Array, sample: number, visit: (sum: ChannelSum) => void): void;
}

/** Fewer sites than this are not worth summing before they are multiplied. */
const SITES_WORTH_SUMMING = 8;

/** Doubles that the tangents of a plan occupy in an arena. */
export function tangentSpace(plan: HessianPlan): { doubles: number; integers: number } {
  let doubles = 0;
  for (const layout of plan.kept)
    if (layout)
      doubles +=
        layout.features *
        (layout.dense + (layout.own === undefined ? 0 : plan.blocks[layout.own].width));
  const weights = plan.blocks.reduce((sum, b) => sum + b.map.geometry.outChannels * b.width, 0);
  return {
    doubles: doubles + weights + channelSumSpace(plan),
    integers: 3 * longestList(plan) + 64,
  };
}

const longestList = (plan: HessianPlan): number =>
  Math.max(...plan.blocks.map((b) => Math.max(b.width, b.map.geometry.outChannels)));

/** The largest set of channel sums, of layers that may need them. */
function channelSumSpace(plan: HessianPlan): number {
  return Math.max(
    ...plan.blocks.map((b) => {
      const from = plan.kept[b.input];
      const { sites, outChannels } = b.map.geometry;
      return from && sites >= SITES_WORTH_SUMMING
        ? outChannels *
            (b.width - 1) *
            (from.dense + (from.own === undefined ? 0 : plan.blocks[from.own].width))
        : 0;
    }),
  );
}

export function makeTangents(
  evaluator: Evaluator,
  plan: HessianPlan,
  arena: Arena,
  siteSums: SiteSums,
): Tangents {
  const { f64, i32 } = arena;
  const { blocks, segments } = plan;
  const kept = plan.kept.map((layout): KeptTangents | undefined => {
    if (!layout) return undefined;
    const ownWidth = layout.own === undefined ? 0 : blocks[layout.own].width;
    return {
      ...layout,
      ownWidth,
      denseRows: arena.doubles(layout.features * layout.dense),
      ownRows: arena.doubles(layout.features * ownWidth),
    };
  });
  const routes = segments.map((segment) => makeRoute(evaluator, segment));
  const weights = blocks.map((b) => arena.doubles(b.map.geometry.outChannels * (b.width - 1)));
  const longest = longestList(plan);
  const lists = {
    a: arena.integers(longest),
    b: arena.integers(longest),
    c: arena.integers(longest),
  };
  const sums = arena.doubles(channelSumSpace(plan));
  const sizes = evaluator.shapes.map(size);

  const clear = (t: KeptTangents): void => {
    f64.fill(0, t.denseRows, t.denseRows + t.features * t.dense);
    f64.fill(0, t.ownRows, t.ownRows + t.features * t.ownWidth);
  };

  /** Output tangents of an affine layer, written straight to the features that its route keeps. */
  const throughAffine = (
    index: number,
    route: Route,
    to: KeptTangents,
    end: number,
    sample: number,
    visit: (sum: ChannelSum) => void,
  ): void => {
    const [block, weight] = [blocks[index], weights[index]];
    const { outChannels, inChannels, taps, sites, inputSites, siteOf } = block.map.geometry;
    const depth = block.width - 1;
    const from = kept[block.input];
    const scale = commonFactor(route);
    const x = evaluator.values[block.input];
    const at = sample * sizes[block.input];
    const alive = new Int32Array(outChannels);
    const summing =
      from !== undefined &&
      scale !== undefined &&
      to.own === index &&
      to.ownerSpan === 1 &&
      sites >= SITES_WORTH_SUMMING;
    const expanded = to.own === undefined;
    const [ownRows, ownStep] = expanded
      ? [to.denseRows + block.start, to.dense]
      : [to.ownRows, to.ownWidth];
    if (summing) throughChannelSums(index, route, from, to, end, scale, visit);
    for (let t = 0; t < sites; t++) {
      let count = 0;
      for (let o = 0; o < outChannels; o++)
        if (route.factor[o * sites + t] !== 0) alive[count++] = o;
      if (count === 0) continue;
      for (let m = 0; m < count; m++) {
        // its own parameters: ∂y/∂W = x, ∂y/∂b = 1
        const feature = alive[m] * sites + t;
        const row =
          ownRows + route.destination[feature] * ownStep + (expanded ? alive[m] * block.width : 0);
        const factor = scale === undefined ? route.factor[feature] : 1;
        for (let i = 0, r = 0; i < inChannels; i++) {
          for (let k = 0; k < taps; k++, r++) {
            const site = siteOf[t * taps + k];
            if (site >= 0) f64[row + r] += factor * x[at + i * inputSites + site];
          }
        }
        f64[row + depth] += factor;
      }
      if (!from || summing) continue;
      if (scale !== undefined)
        affineSite(
          block,
          weight,
          from,
          to,
          t,
          alive,
          count,
          (o) => route.destination[o * sites + t],
        );
      else {
        // features with factors of their own (leaky slopes into a mean): one at a time, with scaled
        // weights
        for (let m = 0; m < count; m++) {
          const feature = alive[m] * sites + t;
          for (let r = 0; r < depth; r++)
            f64[weight + alive[m] * depth + r] *= route.factor[feature];
          affineSite(
            block,
            weight,
            from,
            to,
            t,
            alive.subarray(m, m + 1),
            1,
            () => route.destination[feature],
          );
          for (let r = 0; r < depth; r++)
            f64[weight + alive[m] * depth + r] = scaledBack(block, alive[m] * depth + r);
        }
      }
    }
    if (scale !== undefined && scale !== 1) {
      for (let p = to.denseRows; p < to.denseRows + to.features * to.dense; p++) f64[p] *= scale;
      for (let p = to.ownRows; p < to.ownRows + to.features * to.ownWidth; p++) f64[p] *= scale;
    }
  };
  /**
   * The same where all sites of a channel lead to one feature: sum over sites first, multiply by
   * weights after.
   */
  const throughChannelSums = (
    index: number,
    route: Route,
    from: KeptTangents,
    to: KeptTangents,
    end: number,
    factor: number,
    visit: (sum: ChannelSum) => void,
  ): void => {
    const block = blocks[index];
    const { outChannels, inChannels, taps, sites, inputSites } = block.map.geometry;
    const depth = block.width - 1;
    const own = from.own === undefined ? undefined : blocks[from.own];
    const dense = (o: number): number => sums + o * depth * (from.dense + from.ownWidth);
    const owned = (o: number): number => dense(o) + depth * from.dense;
    f64.fill(0, sums, dense(outChannels));
    siteSums.run(
      block,
      from,
      (o, t) => (route.factor[o * sites + t] === 0 ? 0 : 1),
      true,
      (o, r) => dense(o) + r * from.dense,
      (o, r) => owned(o) + r * from.ownWidth,
    );
    for (let o = 0; o < outChannels; o++) {
      let destination = -1;
      for (let t = 0; t < sites && destination < 0; t++)
        if (route.factor[o * sites + t] !== 0) destination = route.destination[o * sites + t];
      if (destination < 0) continue;
      const row = to.denseRows + destination * to.dense;
      for (let r = 0; r < depth; r++) i32[lists.b + r] = dense(o) + r * from.dense;
      i32[lists.a] = weights[index] + o * depth;
      i32[lists.c] = row;
      arena.rowProduct(1, from.dense, depth, lists.a, 1, lists.b, lists.c);
      for (let i = 0; own && i < inChannels; i++) {
        for (let k = 0; k < taps; k++) i32[lists.b + k] = owned(o) + (i * taps + k) * from.ownWidth;
        i32[lists.a] = weights[index] + o * depth + i * taps;
        i32[lists.c] = row + own.start + Math.floor((i * inputSites) / from.ownerSpan) * own.width;
        arena.rowProduct(1, from.ownWidth, taps, lists.a, 1, lists.b, lists.c);
      }
      visit({
        block: index,
        channel: o,
        destination,
        end,
        factor,
        denseRows: dense(o),
        ownRows: owned(o),
      });
    }
  };

  let current: Float64Array = new Float64Array(0);
  const scaledBack = (block: Block, index: number): number => current[block.offset + index];

  /**
   * dense[destination(o)] += Σ_{i,k} W[o, i, k] · tangent of x[i, site(t, k)], for the channels
   * alive at site t.
   */
  const affineSite = (
    block: Block,
    weight: number,
    from: KeptTangents,
    to: KeptTangents,
    t: number,
    alive: Int32Array,
    count: number,
    destination: (o: number) => number,
  ): void => {
    const { inChannels, taps, inputSites, siteOf } = block.map.geometry;
    const depth = block.width - 1;
    // in the padding some taps meet nothing: then runs of valid taps are multiplied one by one
    let [first, end] = [0, taps];
    while (first < taps && siteOf[t * taps + first] < 0) first++;
    while (end > first && siteOf[t * taps + end - 1] < 0) end--;
    let whole = true;
    for (let k = first; k < end; k++) whole &&= siteOf[t * taps + k] >= 0;
    const one = whole && first === 0 && end === taps;
    for (let m = 0; m < count; m++)
      i32[lists.c + m] = to.denseRows + destination(alive[m]) * to.dense;
    const own = from.own === undefined ? undefined : blocks[from.own];
    const eachRun = (visit: (k: number, length: number) => void): void => {
      if (whole) return visit(first, end - first);
      for (let k = first; k < end; k++) if (siteOf[t * taps + k] >= 0) visit(k, 1);
    };
    if (from.dense > 0) {
      if (one) {
        for (let i = 0, r = 0; i < inChannels; i++) {
          for (let k = 0; k < taps; k++, r++)
            i32[lists.b + r] =
              from.denseRows + (i * inputSites + siteOf[t * taps + k]) * from.dense;
        }
        for (let m = 0; m < count; m++) i32[lists.a + m] = weight + alive[m] * depth;
        arena.rowProduct(count, from.dense, depth, lists.a, 1, lists.b, lists.c);
      } else {
        for (let i = 0; i < inChannels; i++) {
          eachRun((k0, length) => {
            for (let k = 0; k < length; k++)
              i32[lists.b + k] =
                from.denseRows + (i * inputSites + siteOf[t * taps + k0 + k]) * from.dense;
            for (let m = 0; m < count; m++)
              i32[lists.a + m] = weight + alive[m] * depth + i * taps + k0;
            arena.rowProduct(count, from.dense, length, lists.a, 1, lists.b, lists.c);
          });
        }
      }
    }
    if (!own) return;
    for (let m = 0; m < count; m++) i32[lists.c + m] += own.start;
    let shift = 0;
    for (let i = 0; i < inChannels;) {
      const owner = Math.floor((i * inputSites) / from.ownerSpan);
      let next = i + 1;
      while (next < inChannels && Math.floor((next * inputSites) / from.ownerSpan) === owner)
        next++;
      const move = owner * own.width - shift;
      shift += move;
      for (let m = 0; m < count; m++) i32[lists.c + m] += move;
      if (one) {
        for (let j = i, r = 0; j < next; j++) {
          for (let k = 0; k < taps; k++, r++)
            i32[lists.b + r] =
              from.ownRows + (j * inputSites + siteOf[t * taps + k]) * from.ownWidth;
        }
        for (let m = 0; m < count; m++) i32[lists.a + m] = weight + alive[m] * depth + i * taps;
        arena.rowProduct(count, from.ownWidth, (next - i) * taps, lists.a, 1, lists.b, lists.c);
      } else {
        for (let j = i; j < next; j++) {
          eachRun((k0, length) => {
            for (let k = 0; k < length; k++)
              i32[lists.b + k] =
                from.ownRows + (j * inputSites + siteOf[t * taps + k0 + k]) * from.ownWidth;
            for (let m = 0; m < count; m++)
              i32[lists.a + m] = weight + alive[m] * depth + j * taps + k0;
            arena.rowProduct(count, from.ownWidth, length, lists.a, 1, lists.b, lists.c);
          });
        }
      }
      i = next;
    }
  };

  /** to[target] += factor · from[f], own rows spread out where `to` has none. */
  const addRow = (
    from: KeptTangents,
    f: number,
    to: KeptTangents,
    target: number,
    factor: number,
  ): void => {
    const own = from.own === undefined ? undefined : blocks[from.own];
    const [a, b] = [from.denseRows + f * from.dense, to.denseRows + target * to.dense];
    for (let p = 0; p < from.dense; p++) f64[b + p] += factor * f64[a + p];
    if (!own) return;
    const c = from.ownRows + f * from.ownWidth;
    const d =
      to.own === undefined
        ? b + own.start + Math.floor(f / from.ownerSpan) * own.width
        : to.ownRows + target * to.ownWidth;
    for (let p = 0; p < from.ownWidth; p++) f64[d + p] += factor * f64[c + p];
  };

  /** to[destination(f + shift)] += factor · from[f]. */
  const transfer = (
    from: KeptTangents,
    to: KeptTangents,
    route: Route,
    shift: number,
    slope: Float64Array | undefined,
  ): void => {
    for (let f = 0; f < from.features; f++) {
      const factor = route.factor[f + shift] * (slope ? slope[f] : 1);
      if (factor !== 0) addRow(from, f, to, route.destination[f + shift], factor);
    }
  };

  /** The same through windows that may share features, which no route can say. */
  const throughWindows = (
    node: number,
    from: KeptTangents,
    to: KeptTangents,
    route: Route,
    sample: number,
  ): void => {
    const pooling = evaluator.steps[node].pooling!;
    const height = sizes[node + 1];
    const table = pooling.selects
      ? evaluator.sources[node].subarray(sample * height, (sample + 1) * height)
      : pooling.sources;
    for (let p = 0; p < table.length; p++) {
      const f = Math.floor(p / pooling.window);
      const factor =
        route.factor[f] * (pooling.coefficients ? pooling.coefficients[f] : pooling.coefficient);
      if (factor !== 0 && table[p] >= 0) addRow(from, table[p], to, route.destination[f], factor);
    }
  };

  const runSegment = (
    segment: Segment,
    route: Route,
    sample: number,
    visit: (sum: ChannelSum) => void,
  ): void => {
    const { source } = segment;
    const to = kept[segment.end]!;
    clear(to);
    if (source.kind === "affine")
      throughAffine(source.block, route, to, segment.end, sample, visit);
    else if (source.kind === "copy") transfer(kept[source.input]!, to, route, 0, undefined);
    else if (source.kind === "windows")
      throughWindows(source.node, kept[source.input]!, to, route, sample);
    else if (source.kind === "smooth") {
      const { layer, output } = evaluator.steps[source.node];
      if (layer.kind !== "elementwise") return;
      const width = sizes[source.input];
      const slope = new Float64Array(width);
      const at = sample * width;
      layer.derivative(
        evaluator.values[source.input].subarray(at, at + width),
        evaluator.values[output].subarray(at, at + width),
        slope,
        width,
      );
      transfer(kept[source.input]!, to, route, 0, slope);
    } else {
      let shift = 0;
      for (const v of source.inputs) {
        const from = kept[v];
        if (from) transfer(from, to, route, shift, undefined);
        if (source.mode === "concat") shift += sizes[v];
      }
    }
  };

  return {
    kept,
    propagate(theta, sample, visit) {
      current = theta;
      blocks.forEach((b, l) =>
        f64.set(
          theta.subarray(b.offset, b.offset + b.map.geometry.outChannels * (b.width - 1)),
          weights[l],
        ),
      );
      segments.forEach((segment, s) => {
        routes[s].update(sample);
        runSegment(segment, routes[s], sample, visit);
      });
    },
  };
}

/** The one non-zero factor of a route, if it has only one; then it is applied at the end. */
function commonFactor({ factor }: Route): number | undefined {
  let common = 0;
  for (let f = 0; f < factor.length; f++) {
    if (factor[f] === 0 || factor[f] === common) continue;
    if (common !== 0) return undefined;
    common = factor[f];
  }
  return common === 0 ? 1 : common;
}

/** A feature's whole row over θ in blocked order, for the second derivative of smooth functions. */
export function expandRow(
  f64: Float64Array,
  t: KeptTangents,
  blocks: readonly Block[],
  feature: number,
  row: Float64Array,
): void {
  row.fill(0);
  row.set(f64.subarray(t.denseRows + feature * t.dense, t.denseRows + (feature + 1) * t.dense));
  if (t.own === undefined) return;
  const own = blocks[t.own];
  const start = own.start + Math.floor(feature / t.ownerSpan) * own.width;
  if (start + own.width > blockEnd(own)) return;
  const at = t.ownRows + feature * t.ownWidth;
  for (let p = 0; p < t.ownWidth; p++) row[start + p] += f64[at + p];
}
