import { makeRng } from "phaselens/core";

import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { makeArena, wasmAvailable, type Arena } from "phaselens/internal/kernels/arena";

interface SetUp {
  readonly arena: Arena;
  /** Offset of `length` numbers, a third of them 0. */
  readonly numbers: (length: number) => number;
  readonly list: (values: readonly number[]) => number;
}

/** Runs a kernel on equal arenas of both kinds; all numbers in them and all lists must agree. */
function expectTwins(seed: number, work: (set: SetUp) => unknown): void {
  const [fast, slow] = (["auto", "typescript"] as const).map((backend) => {
    const arena = makeArena({ doubles: 40000, integers: 4000 }, backend);
    const rng = makeRng(seed, "relevance");
    const [vectors, lists]: [[number, number][], [number, number][]] = [[], []];
    const result = work({
      arena,
      numbers(length) {
        const at = arena.doubles(length);
        for (let p = 0; p < length; p++)
          arena.f64[at + p] = rng.uniform() < 1 / 3 ? 0 : rng.normal();
        vectors.push([at, at + length]);
        return at;
      },
      list(values) {
        const at = arena.integers(values.length);
        arena.i32.set(values, at);
        lists.push([at, at + values.length]);
        return at;
      },
    });
    return {
      backend: arena.backend,
      result,
      vectors: vectors.map(([from, to]) => arena.f64.slice(from, to)),
      lists: lists.map(([from, to]) => Array.from(arena.i32.subarray(from, to))),
    };
  });
  expect(fast.backend).toBe("wasm");
  expect(fast.result).toEqual(slow.result);
  expect(fast.lists).toEqual(slow.lists);
  fast.vectors.forEach((values, k) =>
    expectAllClose(values, slow.vectors[k], { rtol: 1e-13, atol: 1e-13 }),
  );
}

const counted = (count: number, of: (k: number) => number): number[] =>
  Array.from({ length: count }, (_, k) => of(k));

describe.skipIf(!wasmAvailable())(
  "the compiled kernels of relevance propagation agree with their twins",
  () => {
    it.each([
      [1, 8],
      [2, 8],
      [7, 4],
      [12, 3],
      [49, 1],
    ])("largest entries of %i windows of %i, and their places", (count, entries) => {
      expectTwins(count, ({ arena, numbers, list }) => {
        const x = numbers(count * entries + 100);
        const y = numbers(count);
        const sources = list(counted(count, () => -1));
        arena.maximum(
          count,
          entries,
          list(counted(count, (f) => (5 * f) % 60)),
          list(counted(entries, (e) => (3 * e) % 40)),
          x,
          y,
          sources,
          0,
        );
      });
    });

    it.each([
      [1, 8],
      [9, 5],
      [30, 4],
      [17, 27],
      [40, 3],
    ])("shares of %i winners through a kernel of %i entries", (count, depth) => {
      expectTwins(depth, ({ arena, numbers, list }) => {
        const [relevance, reciprocal, w, out] = [
          numbers(count),
          numbers(100),
          numbers(depth),
          numbers(200),
        ];
        return arena.scatterWinners(
          count,
          depth,
          list(counted(count, (q) => (7 * q) % 100)),
          relevance,
          reciprocal,
          w,
          list(counted(depth, (c) => 2 * c)),
          out,
        );
      });
    });

    it.each([
      [1, 8, 3],
      [2, 24, 17],
      [5, 40, 9],
      [16, 8, 33],
      [64, 56, 12],
    ])("products of %i samples of %i entries with chosen rows of %i", (batch, width, outputs) => {
      expectTwins(batch, ({ arena, numbers }) => {
        const [x, w, chosen, z, s, out] = [
          batch * width,
          outputs * width,
          batch * outputs,
          batch * outputs,
          batch * outputs,
          batch * width,
        ].map(numbers);
        const room = arena.integers(batch * (outputs + 1) + outputs + batch + 8);
        arena.chosenDots(batch, width, outputs, x, w, chosen, z, room);
        arena.chosenCombinations(batch, width, outputs, s, w, out, room);
      });
    });

    it("no sample is chosen, no winner has relevance: nothing changes", () => {
      expectTwins(1, ({ arena, numbers, list }) => {
        const [x, w, z, out] = [8, 16, 2, 8].map(numbers);
        const nothing = arena.doubles(16);
        arena.chosenDots(1, 8, 2, x, w, nothing, z, arena.integers(16));
        arena.chosenCombinations(1, 8, 2, nothing, w, out, arena.integers(16));
        return arena.scatterWinners(4, 2, list([0, 1, 2, 3]), nothing, x, w, list([0, 1]), x);
      });
    });
  },
);

describe.each(["auto", "typescript"] as const)("a window (%s)", (backend) => {
  it("without a positive entry is 0 and won by its first, and ties go to the first of equals", () => {
    const arena = makeArena({ doubles: 100, integers: 100 }, backend);
    const [x, y, first, offsets, sources] = [
      arena.doubles(12),
      arena.doubles(3),
      arena.integers(3),
      arena.integers(4),
      arena.integers(3),
    ];
    arena.f64.set([-1, -2, 0, -5e-324, 1, 2, 2, 0, 0, 5e-324, 1e-320, -1], x);
    arena.i32.set([0, 4, 8], first);
    arena.i32.set([0, 1, 2, 3], offsets);
    arena.maximum(3, 4, first, offsets, x, y, sources, 0);
    expect(Array.from(arena.f64.subarray(y, y + 3))).toEqual([0, 2, 1e-320]);
    expect(Array.from(arena.i32.subarray(sources, sources + 3))).toEqual([0, 5, 10]);
  });

  it("without a floor has its largest entry, negative ones and −∞ too", () => {
    const arena = makeArena({ doubles: 100, integers: 100 }, backend);
    const [x, y] = [arena.doubles(12), arena.doubles(3)];
    const [first, offsets, sources] = [3, 4, 3].map((count) => arena.integers(count));
    const none = -Infinity;
    arena.f64.set([-3, -2, -7, -2, none, none, none, none, none, -1e300, 5, 6], x);
    arena.i32.set([0, 4, 8], first);
    arena.i32.set([0, 1, 2, 3], offsets);
    arena.maximum(3, 4, first, offsets, x, y, sources, -Infinity);
    expect(Array.from(arena.f64.subarray(y, y + 3))).toEqual([-2, none, 6]);
    expect(Array.from(arena.i32.subarray(sources, sources + 3))).toEqual([1, 4, 11]);
  });

  it("relevance that meets a reciprocal of 0 is counted, relevance 0 is not", () => {
    const arena = makeArena({ doubles: 100, integers: 100 }, backend);
    const [r, reciprocal, w, out] = [3, 2, 1, 2].map((count) => arena.doubles(count));
    const [winners, offsets] = [arena.integers(3), arena.integers(1)];
    arena.f64.set([1, 0, 3], r);
    arena.f64.set([0, 2], reciprocal);
    arena.f64[w] = 5;
    arena.i32.set([0, 0, 1], winners);
    expect(arena.scatterWinners(3, 1, winners, r, reciprocal, w, offsets, out)).toBe(1);
    expect(Array.from(arena.f64.subarray(out, out + 2))).toEqual([0, 30]);
  });
});
