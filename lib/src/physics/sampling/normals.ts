import type { PhiloxStream, Rng } from "../../core/random/rng.js";
import { edge, inner, normalFrom } from "../../core/random/ziggurat.js";
import { makeArena, type Arena } from "../../kernels/arena.js";
import type { Backend } from "../lattice/latticeMemory.js";

const DRAWS = 1024; // at a time: 8 kB of words and of numbers stay in the first-level cache
const FEW = 16; // below this many numbers the stream itself is as fast

/**
 * Fills an array with normal numbers, bit for bit those of as many calls of `rng.normal()`, and
 * leaves the stream where these would.
 *
 * Compiled kernels draw Philox blocks and take the points that lie inside their layer of the
 * ziggurat, 98.8 %; the others go through the stream's own code. A stream of another kind is called
 * once for each number.
 */
export function fillNormal(
  rng: Rng,
  out: Float64Array,
  { backend = "auto" }: { backend?: Backend } = {},
): void {
  if (rng.philox && out.length >= FEW) drawn(rng.philox, out, backend);
  else for (let i = 0; i < out.length; i++) out[i] = rng.normal();
}

/**
 * The arena with tables of the ziggurat, words and numbers; one for each backend, made when first
 * needed.
 */
interface Workspace {
  readonly arena: Arena;
  readonly edge: number;
  readonly inner: number;
  readonly words: number;
  readonly numbers: number;
}
const workspaces: Partial<Record<Backend, Workspace>> = {};

function workspace(backend: Backend): Workspace {
  const known = workspaces[backend];
  if (known) return known;
  const arena = makeArena(
    { doubles: edge.length + inner.length + DRAWS, integers: 2 * DRAWS },
    backend,
  );
  const made = {
    arena,
    edge: arena.doubles(edge.length),
    inner: arena.doubles(inner.length),
    words: arena.integers(2 * DRAWS),
    numbers: arena.doubles(DRAWS),
  };
  arena.f64.set(edge, made.edge);
  arena.f64.set(inner, made.inner);
  return (workspaces[backend] = made);
}

function drawn(stream: PhiloxStream, out: Float64Array, backend: Backend): void {
  const { arena, edge, inner, words, numbers } = workspace(backend);
  const { f64, i32 } = arena;
  const [k0, k1, c2, c3] = stream.words;
  const start = stream.drawn;
  let filledTo = start; // draws of the stream that the buffer holds or held
  let next = 0; // index in the buffer of the draw to take
  let filled = 0; // draws in the buffer
  let done = 0; // numbers in `out`
  let ready = 0; // numbers in the buffer behind them

  const refill = (): void => {
    const block = Math.floor(filledTo / 2);
    next = filledTo % 2; // only ever 1 at the start, after an odd number of draws
    // for what is left, some rejected points and that half block; a multiple of four blocks
    const blocks = Math.min(DRAWS / 2, 4 * Math.ceil((1.04 * (out.length - done - ready) + 8) / 8));
    arena.philoxBlocks(blocks, block | 0, Math.floor(block / 2 ** 32) | 0, c2, c3, k0, k1, words);
    filled = 2 * blocks;
    filledTo = 2 * (block + blocks);
  };
  const take = (): number => {
    if (next === filled) refill();
    return words + 2 * next++;
  };
  const more = {
    uniform: (): number => {
      const at = take();
      return ((i32[at] >>> 5) * 67108864 + (i32[at + 1] >>> 6)) / 2 ** 53;
    },
  };
  while (done < out.length) {
    if (next === filled) refill();
    const wanted = Math.min(filled - next, Math.min(DRAWS, out.length - done) - ready);
    const inside = arena.normalsInside(wanted, words + 2 * next, edge, inner, numbers + ready);
    next += inside;
    ready += inside;
    if (inside < wanted) {
      const at = take();
      const u = ((i32[at] >>> 5) * 67108864 + (i32[at + 1] >>> 6)) * 2 ** -52 - 1;
      const value = normalFrom(u, (i32[at + 1] & 63) | ((i32[at] & 1) << 6), more);
      if (value !== undefined) f64[numbers + ready++] = value;
    }
    if (ready === DRAWS || done + ready === out.length) {
      out.set(f64.subarray(numbers, numbers + ready), done);
      done += ready;
      ready = 0;
    }
  }
  stream.skip(filledTo - (filled - next) - start);
}
