import {
  edgeBlockRoom,
  type EdgeBlock,
  type EdgeBlockRoom,
  type LayerPlace,
} from "./edgeBlockRoom.js";
import type { ObjectGroup } from "./layer.js";

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
  const room = edgeBlockRoom(block, backend);
  const { arena, list } = room;
  const { f64 } = arena;
  const load = (theta: Float64Array): void =>
    eachRow(block, room, room.layers, (place, start, length) =>
      f64.set(theta.subarray(start, start + length), place),
    );
  return {
    forward(theta, x, y, batch) {
      load(theta);
      for (let n = 0; n < batch; n++) {
        const distinct = stage(block, room, x, n * width);
        arena.edgeForward(list);
        spreadOutput(block, room, distinct, y, n);
      }
    },
    gradient(theta, x, g, out, batch) {
      load(theta);
      eachRow(block, room, room.gradients, (place, start, length) =>
        f64.set(out.subarray(start, start + length), place),
      );
      for (let n = 0; n < batch; n++) {
        const distinct = stage(block, room, x, n * width);
        gatherGradient(block, room, distinct, g, n);
        arena.edgeGradient(list);
      }
      eachRow(block, room, room.gradients, (place, start, length) =>
        out.set(f64.subarray(place, place + length), start),
      );
    },
  };
}

/** Visits the rows of parameters in θ and where they lie, filled up, in the arena. */
function eachRow(
  { offset, widths }: EdgeBlock,
  { inputs, padded }: EdgeBlockRoom,
  places: readonly LayerPlace[],
  visit: (place: number, start: number, length: number) => void,
): void {
  let p = offset;
  widths.forEach((rows, l) => {
    for (let j = 0; j < rows; j++, p += inputs[l]) visit(places[l].w + j * padded[l], p, inputs[l]);
    visit(places[l].b, p, rows);
    p += rows;
  });
}

/** Brings a sample's objects to the kernels. Result: the number of distinct receivers. */
function stage(
  { receivers, senders }: EdgeBlock,
  room: EdgeBlockRoom,
  x: Float64Array,
  from: number,
): number {
  const {
    arena: { f64, i32 },
    list,
    step,
  } = room;
  const nr = stageGroup(f64, step, receivers, x, from, room.receivers);
  const same = room.senders === room.receivers;
  const ns = same ? nr : stageGroup(f64, step, senders, x, from, room.senders);
  i32[list + 2] = nr;
  i32[list + 3] = ns;
  i32[list + 5] = senders.objects - ns + 1;
  return nr;
}

/** The objects of a sample, and how many of them differ from those after them. */
function stageGroup(
  f64: Float64Array,
  step: number,
  { start, features, objects }: ObjectGroup,
  x: Float64Array,
  sample: number,
  place: number,
): number {
  const from = sample + start;
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
}

/** Outputs of sample n: those of the last distinct receiver stand for all after it. */
function spreadOutput(
  { receivers: { objects }, widths: [, , width] }: EdgeBlock,
  { arena: { f64 }, output, step }: EdgeBlockRoom,
  distinct: number,
  y: Float64Array,
  n: number,
): void {
  for (let j = 0, p = n * width * objects; j < width; j++)
    for (let r = 0; r < objects; r++) y[p++] = f64[output + j * step + Math.min(r, distinct - 1)];
}

/** And their gradients: those of equal receivers add up. */
function gatherGradient(
  { receivers: { objects }, widths: [, , width] }: EdgeBlock,
  { arena: { f64 }, outputGradient, step }: EdgeBlockRoom,
  distinct: number,
  g: Float64Array,
  n: number,
): void {
  for (let j = 0, p = n * width * objects; j < width; j++) {
    const row = outputGradient + j * step;
    f64[row + distinct - 1] = 0;
    for (let r = 0; r < objects; r++, p++) {
      if (r < distinct - 1) f64[row + r] = g[p];
      else f64[row + distinct - 1] += g[p];
    }
  }
}
