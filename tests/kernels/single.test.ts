import { makeRng } from "phaselens/core";

import { describe, expect, it } from "vitest";
import { relativeToMaximum } from "../support/allclose.js";
import { makeArena, wasmAvailable, type Arena } from "phaselens/internal/kernels/arena";

/** An arena with `count` vectors of `length` normal numbers, a third of them 0, and lists. */
function setUp(backend: "auto" | "typescript", seed: number, length: number, count = 6) {
  // so large that it shares its memory with no other: offsets are the same in both kinds
  const doubles = count * (length + 16) + 40_000;
  const arena = makeArena({ doubles, integers: 4 * (length + 64) }, backend);
  const rng = makeRng(seed, "single");
  const vectors = Array.from({ length: count }, () => {
    const at = arena.floats(length + 16);
    for (let p = 0; p < length; p++) arena.f32[at + p] = rng.uniform() < 1 / 3 ? 0 : rng.normal();
    return at;
  });
  const list = (values: readonly number[]): number => {
    const at = arena.integers(values.length + 8);
    arena.i32.set(values, at);
    return at;
  };
  return { arena, vectors, list };
}

/** Runs a kernel on equal arenas of both kinds and compares everything in them. */
function expectTwins(
  length: number,
  work: (set: ReturnType<typeof setUp>) => void,
  tolerance = 2e-6,
): void {
  const [fast, slow] = (["auto", "typescript"] as const).map((backend) => {
    const set = setUp(backend, length, length);
    work(set);
    return set;
  });
  expect(fast.arena.backend).toBe("wasm");
  for (const [k, at] of fast.vectors.entries()) {
    const part = (arena: Arena): Float32Array => arena.f32.subarray(at, at + length);
    expect(relativeToMaximum(part(fast.arena), part(slow.arena)), `vector ${k}`).toBeLessThan(
      tolerance,
    );
  }
}

describe.skipIf(!wasmAvailable())(
  "the compiled single-precision kernels agree with their twins",
  () => {
    const shapes = [
      [1, 1, 4],
      [3, 18, 256],
      [16, 33, 140],
      [5, 70, 12],
      [2, 40, 264],
      [17, 31, 64],
    ];

    it.each(shapes)(
      "dense layers of batch %i, %i inputs and %i outputs",
      (batch, inputs, outputs) => {
        expectTwins(
          inputs * outputs + batch * (inputs + outputs),
          ({ arena, vectors: [x, w, y, g, gx, gw], list }) => {
            const room = list(Array<number>(2 * Math.max(32, batch)).fill(0));
            arena.singleDense(batch, inputs, outputs, x, inputs, w, w + 3, y, room);
            arena.singleDenseGradient(batch, inputs, outputs, x, inputs, g, gw, room);
            arena.singleDenseTransposed(batch, inputs, outputs, w, g, x, gx, inputs, 1, room);
            arena.singleDenseTransposed(
              batch,
              inputs,
              outputs,
              w,
              g,
              x,
              gx + batch * inputs,
              inputs,
              0,
              room,
            );
          },
        );
      },
    );

    it.each([
      [1, 1],
      [2, 3],
      [3, 8],
      [4, 5],
      [5, 8],
      [8, 4],
      [12, 9],
    ])("convolutions with %i channels and depth %i", (to, depth) => {
      const n = 24;
      expectTwins(
        2 * to * n + depth * to + 200,
        ({ arena, vectors: [x, w, y, g, gx, gw], list }) => {
          const offsets = list(Array.from({ length: depth }, (_, k) => (k * 7) % 40));
          const starts = list([0, 0, 30, to * n]);
          arena.singleConvolution(to, n, depth, 2, starts, w, w + 1, offsets, x, y, n);
          arena.singleConvolutionTransposed(to, n, depth, 2, starts, w, offsets, g, gx, n);
          arena.singleConvolutionGradient(
            to,
            n,
            depth,
            2,
            starts,
            offsets,
            x,
            g,
            n,
            gw,
            gw + depth * to,
          );
          const sources = list(
            Array.from({ length: 6 * to }, (_, f) => Math.floor(f / 6) * n + ((f * 5) % n)),
          );
          arena.singleConvolutionGradientAtMaxima(
            to,
            6,
            depth,
            offsets,
            x,
            sources,
            g,
            n,
            gw,
            gw + depth * to,
          );
        },
      );
    });

    it.each([1, 3, 4, 7, 10])("pooling of %i windows", (windows) => {
      const offsets = [0, 1, 9, 10, 30];
      const found = (["auto", "typescript"] as const).map((backend) => {
        const {
          arena,
          vectors: [x, y, g, gx],
          list,
        } = setUp(backend, 5, 200);
        const first = list([...Array.from({ length: windows }, (_, f) => 2 * f), 0, 0, 0]);
        const [shifts, sources] = [list(offsets), list(Array<number>(16).fill(0))];
        arena.singleMaximum(windows, 5, first, shifts, x, y, sources);
        arena.singleMaximumTransposed(windows, sources, g, gx);
        arena.singleAverage(windows, 5, first, shifts, x, y + 16);
        arena.singleAverageTransposed(windows, 5, first, shifts, g, gx + 100);
        return [
          arena.f32.slice(y, y + windows),
          arena.f32.slice(y + 16, y + 16 + windows),
          arena.f32.slice(gx, gx + 200),
          arena.i32.slice(sources, sources + windows),
        ];
      });
      expect(found[0][0]).toEqual(found[1][0]);
      expect(relativeToMaximum(found[0][1], found[1][1])).toBeLessThan(1e-6);
      expect(relativeToMaximum(found[0][2], found[1][2])).toBeLessThan(1e-6);
      expect(found[0][3]).toEqual(found[1][3]);
    });

    it("updates, penalties and rectifiers", () => {
      expectTwins(64, ({ arena, vectors: [theta, g, first, second, y] }) => {
        for (let p = 0; p < 64; p++) arena.f32[second + p] **= 2;
        arena.singlePenalty(64, theta, g, 0.3, 0.1);
        arena.singleAdam(64, theta, g, first, second, 0.01, 0.9, 0.999, 3, 1e-8);
        arena.singleMomentum(64, theta, g, first, 0.01, 0.9);
        arena.singleLeaky(64, y, 0.01);
        arena.singleLeakyTransposed(64, y, g, 0.2);
      });
    });
  },
);

describe.each(["auto", "typescript"] as const)(
  "single-precision kernels, backend %s",
  (backend) => {
    it("a moment that nothing feeds becomes 0 instead of a denormal number", () => {
      const {
        arena,
        vectors: [theta, g, first, second],
      } = setUp(backend, 1, 4);
      arena.f32.fill(0, g, g + 4);
      arena.f32.fill(1e-29, first, first + 4);
      arena.f32.fill(1e-35, second, second + 4);
      for (let k = 0; k < 100; k++)
        arena.singleAdam(4, theta, g, first, second, 1e-3, 0.9, 0.9, 1, 1e-8);
      expect(Array.from(arena.f32.subarray(first, first + 4))).toEqual([0, 0, 0, 0]);
      expect(Array.from(arena.f32.subarray(second, second + 4))).toEqual([0, 0, 0, 0]);
    });

    it("not a number passes through a rectifier and is not lost", () => {
      const {
        arena,
        vectors: [y],
      } = setUp(backend, 1, 4);
      arena.f32[y + 2] = NaN;
      arena.singleLeaky(4, y, 0);
      expect(arena.f32[y + 2]).toBeNaN();
    });
  },
);
