import { makeArena } from "../../kernels/arena.js";
import { room } from "../../kernels/room.js";
import { specOf } from "./specOf.js";
import { isSameGroup } from "./edges.js";
import type { ObjectGroup } from "./layer.js";
import type { Network } from "../network/network.js";

/**
 * A stretch of a network that can be computed in one sweep: edges → ReLU → objectDense → ReLU →
 * objectDense → ReLU → segmentSum, read nowhere in between, with parameters that follow each other
 * in θ.
 */
export interface EdgeBlock {
  /** Its first and last node. */
  readonly first: number;
  readonly last: number;
  readonly receivers: ObjectGroup;
  readonly senders: ObjectGroup;
  /** Widths of its three layers. */
  readonly widths: readonly [number, number, number];
  /** Where its parameters begin in θ. */
  readonly offset: number;
}

const LENGTH = 7;

/** The edge blocks of a network that read its input. */
export function edgeBlocks({ nodes }: Network): EdgeBlock[] {
  return nodes.flatMap(({ layer, inputs, offset }, first): EdgeBlock[] => {
    if (layer.kind !== "affine" || !layer.pairs || inputs[0] !== 0 || offset === undefined)
      return [];
    const stretch = nodes.slice(first, first + LENGTH);
    const last = first + LENGTH - 1;
    const chained =
      stretch.length === LENGTH &&
      stretch.every(
        ({ inputs: read }, k) => k === 0 || (read.length === 1 && read[0] === first + k),
      );
    const alone = nodes.every(
      ({ inputs: read }, node) =>
        (node > first && node <= last) || !read.some((v) => v > first && v <= last),
    );
    const { receivers, senders } = layer.pairs;
    const sites = senders.objects - (isSameGroup(receivers, senders) ? 1 : 0);
    const [, r1, dense2, r2, dense3, r3, sum] = stretch.map((node) => node.layer);
    if (!chained || !alone || [r1, r2, r3].some((one) => specOf(one)?.type !== "relu")) return [];
    const [own, total] = [specOf(layer), specOf(sum)];
    if (own?.type !== "edges" || total?.type !== "segmentSum" || total.length !== sites) return [];
    if (dense2.kind !== "affine" || dense3.kind !== "affine") return [];
    if (![dense2, dense3].every((one) => specOf(one)?.type === "objectDense")) return [];
    let next = offset;
    for (const { layer: own, offset: start } of stretch) {
      if (own.kind !== "affine") continue;
      if (start !== next) return [];
      next += own.weightShape[0] * (own.weightShape[1] + 1);
    }
    return [
      {
        first,
        last,
        receivers,
        senders,
        widths: [layer.weightShape[0], dense2.weightShape[0], dense3.weightShape[0]],
        offset,
      },
    ];
  });
}

/** An edge block for samples of one width. Outputs [batch, width of its last layer, receivers]. */
export interface EdgeBlockMap {
  forward(theta: Float64Array, x: Float64Array, y: Float64Array, batch: number): void;
  /** out += Σ_n ∂⟨g_n, y_n⟩/∂θ. */
  gradient(
    theta: Float64Array,
    x: Float64Array,
    g: Float64Array,
    out: Float64Array,
    batch: number,
  ): void;
}

/** Sites of a tile: what a tile keeps should stay in the nearest cache. */
const TILE = 128;
const upToFour = (n: number): number => (n + 3) & ~3;

/**
 * Equal objects at the end of a group, as padding is, are computed once and counted as often as
 * they stand there; so a jet of 25 tracks in 60 slots costs a fifth of one with 60. The same to
 * rounding as layer by layer, in double precision. In the gradient the layers are made again, which
 * is cheaper than to keep them.
 *
 * @param width  entries of a sample
 */
export function edgeBlockMap(
  block: EdgeBlock,
  width: number,
  backend: "auto" | "typescript" = "auto",
): EdgeBlockMap {
  const { receivers, senders, widths, offset } = block;
  const self = isSameGroup(receivers, senders);
  const [R, S] = [receivers.features, senders.features];
  const padded = widths.map(upToFour);
  const depths = [R + S, padded[0], padded[1]];
  const own = [R + S, widths[0], widths[1]];
  const step = upToFour(Math.max(receivers.objects, senders.objects));
  const tile = Math.max(TILE, upToFour(senders.objects));
  const total = padded.reduce((sum, rows, l) => sum + rows * (depths[l] + 1), 0);
  const byObject = R + S + 4 * padded[0] + 2 * padded[2];
  const bySite = 2 * (padded[0] + padded[1]) + padded[2] + 1;
  const doubles = byObject * step + 2 * total + bySite * tile;
  const fields = room("edgeForward", "list", {});
  const arena = makeArena({ doubles, integers: fields }, backend);
  const { f64, i32 } = arena;
  const take = (count: number): number => arena.doubles(count);
  const list = arena.integers(fields);
  const layers = padded.map((rows, l) => ({ w: take(rows * depths[l]), b: take(rows) }));
  const gradients = padded.map((rows, l) => ({ w: take(rows * depths[l]), b: take(rows) }));
  const xr = take(R * step);
  const xs = self ? xr : take(S * step);
  const [a, b] = [take(padded[0] * step), take(padded[0] * step)];
  const tiles = padded.map((rows) => take(rows * tile));
  const [weights, y, g] = [take(tile), take(padded[2] * step), take(padded[2] * step)];
  const [u1, u2] = [take(padded[0] * tile), take(padded[1] * tile)];
  const [ga, gb] = [take(padded[0] * step), take(padded[0] * step)];
  const pairs = (rows: readonly { w: number; b: number }[]): number[] =>
    rows.flatMap((row) => [row.w, row.b]);
  i32.set(
    [
      R,
      S,
      0,
      0,
      0,
      0,
      self ? 1 : 0,
      ...padded,
      step,
      tile,
      xr,
      xs,
      ...pairs(layers),
      a,
      b,
      ...tiles,
      weights,
      y,
      g,
      u1,
      u2,
      ga,
      gb,
      ...pairs(gradients),
    ],
    list,
  );

  /** Copies parameters between θ and the padded rows. */
  const eachRow = (
    places: readonly { w: number; b: number }[],
    visit: (place: number, start: number, length: number) => void,
  ): void => {
    let p = offset;
    widths.forEach((rows, l) => {
      for (let j = 0; j < rows; j++, p += own[l]) visit(places[l].w + j * depths[l], p, own[l]);
      visit(places[l].b, p, rows);
      p += rows;
    });
  };
  const load = (theta: Float64Array): void =>
    eachRow(layers, (place, start, length) =>
      f64.set(theta.subarray(start, start + length), place),
    );
  /** The objects of a sample, and how many of them differ from those after them. */
  const stage = (
    x: Float64Array,
    n: number,
    { start, features, objects }: ObjectGroup,
    place: number,
  ): number => {
    const from = n * width + start;
    for (let k = 0; k < features; k++)
      for (let o = 0; o < objects; o++) f64[place + k * step + o] = x[from + k * objects + o];
    let distinct = objects;
    for (; distinct > 1; distinct--) {
      let same = true;
      for (let p = place + distinct - 2; same && p < place + features * step; p += step)
        same = f64[p] === f64[p + 1];
      if (!same) break;
    }
    return distinct;
  };
  const begin = (x: Float64Array, n: number): number => {
    const nr = stage(x, n, receivers, xr);
    const ns = self ? nr : stage(x, n, senders, xs);
    i32[list + 2] = nr;
    i32[list + 3] = ns;
    i32[list + 5] = senders.objects - ns + 1;
    return nr;
  };
  const [objects, out] = [receivers.objects, widths[2]];
  return {
    forward(theta, x, values, batch) {
      load(theta);
      for (let n = 0; n < batch; n++) {
        const distinct = begin(x, n);
        arena.edgeForward(list);
        for (let j = 0, p = n * out * objects; j < out; j++) {
          for (let r = 0; r < objects; r++)
            values[p++] = f64[y + j * step + (r < distinct ? r : distinct - 1)];
        }
      }
    },
    gradient(theta, x, delta, into, batch) {
      load(theta);
      eachRow(gradients, (place, start, length) =>
        f64.set(into.subarray(start, start + length), place),
      );
      for (let n = 0; n < batch; n++) {
        const distinct = begin(x, n);
        for (let j = 0, p = n * out * objects; j < out; j++) {
          f64[g + j * step + distinct - 1] = 0;
          for (let r = 0; r < objects; r++, p++) {
            if (r < distinct - 1) f64[g + j * step + r] = delta[p];
            else f64[g + j * step + distinct - 1] += delta[p];
          }
        }
        arena.edgeGradient(list);
      }
      eachRow(gradients, (place, start, length) =>
        into.set(f64.subarray(place, place + length), start),
      );
    },
  };
}
