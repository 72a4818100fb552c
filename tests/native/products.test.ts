import { makeRng } from "phaselens/core";
import { makeArena, type Arena } from "phaselens/internal/kernels/arena";
import { withoutNative } from "phaselens/internal/core/native/blas";
import { describe, expect, it } from "vitest";
import { blas } from "./library.js";

/** A product kernel's call on an arena, and the doubles that it may have changed. */
type Call = (arena: Arena) => Float64Array;

/** The same call with and without the library, on the same numbers. */
function expectAlike(call: Call, depth: number): void {
  const size = { doubles: 1_200_000, integers: 5000 };
  const native = call(makeArena(size));
  const own = withoutNative(() => call(makeArena(size)));
  let furthest = 0;
  for (let i = 0; i < own.length; i++) furthest = Math.max(furthest, Math.abs(native[i] - own[i]));
  // sums of `depth` products of numbers of order one in another order
  expect(furthest).toBeLessThan(8 * depth * Number.EPSILON);
  expect(own.some((value) => value !== 0)).toBe(true);
}

/** `rows` offsets, `step` apart, from where `room` doubles are filled with random numbers. */
function rows(arena: Arena, count: number, step: number, room: number, name: string): number {
  const start = arena.doubles(room);
  const rng = makeRng(7, name);
  for (let k = 0; k < room; k++) arena.f64[start + k] = 2 * rng.uniform() - 1;
  const list = arena.integers(count);
  for (let k = 0; k < count; k++) arena.i32[list + k] = start + k * step;
  return list;
}

const sizes = [
  { m: 70, n: 65, depth: 66 },
  { m: 1, n: 400, depth: 400 },
  { m: 400, n: 1, depth: 400 },
  { m: 400, n: 400, depth: 1 },
  { m: 37, n: 128, depth: 129 },
];
// distance beyond the row: matrices inside larger ones
const gaps = [0, 3];

describe.skipIf(!blas)("products that go to a native BLAS", () => {
  for (const { m, n, depth } of sizes)
    for (const gap of gaps) {
      const title = `${m} × ${depth} times ${depth} × ${n}, rows ${gap} apart`;
      it(`rowProduct, ${title}`, () => {
        expectAlike((arena) => {
          const a = rows(arena, m, depth + gap, m * (depth + gap), "a");
          const b = rows(arena, depth, n + gap, depth * (n + gap) + 2, "b");
          const c = rows(arena, m, n + gap, m * (n + gap), "c");
          arena.rowProduct(m, n, depth, a, 1, b, c, 2);
          return arena.f64.slice(arena.i32[c], arena.i32[c] + m * (n + gap));
        }, depth);
      });
      it(`rowProduct with a transposed factor, ${title}`, () => {
        expectAlike((arena) => {
          const a = rows(arena, m, 1, depth * (m + gap), "a");
          const b = rows(arena, depth, n + gap, depth * (n + gap), "b");
          const c = rows(arena, m, n + gap, m * (n + gap), "c");
          arena.rowProduct(m, n, depth, a, m + gap, b, c, 0);
          return arena.f64.slice(arena.i32[c], arena.i32[c] + m * (n + gap));
        }, depth);
      });
      it(`rowDots, ${title}`, () => {
        expectAlike((arena) => {
          const a = rows(arena, m, depth + gap, m * (depth + gap), "a");
          const b = rows(arena, n, depth + gap, n * (depth + gap), "b");
          const c = arena.i32[rows(arena, 1, 0, m * (n + gap), "c")];
          arena.rowDots(m, n, depth, a, b, c, n + gap);
          return arena.f64.slice(c, c + m * (n + gap));
        }, depth);
      });
    }

  /** `count` rows in as many runs: evenly spaced in each, the runs anywhere. */
  const inRuns = (arena: Arena, count: number, runs: number, step: number): number => {
    const b = rows(arena, count, step, count * step + 20, "b");
    for (let k = 0; k < count; k++) {
      const run = Math.floor((k * runs) / count);
      arena.i32[b + k] += ((7 * run) % 4) - 2 * run + 4;
    }
    return b;
  };
  for (const runs of [1, 3])
    for (const step of [1, 0])
      it(`rowProduct and rowDots, B in ${runs} runs, A${step ? "" : "ᵀ"}`, () => {
        const [m, n, depth] = [40, 60, 63];
        expectAlike((arena) => {
          const a = rows(arena, m, step ? depth + 3 : 1, (m + 3) * (depth + 3), "a");
          const b = inRuns(arena, depth, runs, n + 4);
          const c = rows(arena, m, n + 2, m * (n + 2), "c");
          arena.rowProduct(m, n, depth, a, step || m + 1, b, c, 2);
          if (step)
            arena.rowDots(m, n, depth, a, inRuns(arena, n, runs, depth + 1), arena.i32[c], n + 2);
          return arena.f64.slice(arena.i32[c], arena.i32[c] + m * (n + 2));
        }, depth);
      });

  it("rows that lie anywhere stay with the project's own kernel", () => {
    expectAlike((arena) => {
      const [a, b, c] = ["a", "b", "c"].map((name) => rows(arena, 64, 64, 64 * 64, name));
      const last = arena.i32[b + 63];
      arena.i32[b + 63] = arena.i32[b + 10];
      arena.i32[b + 10] = last;
      arena.rowProduct(64, 64, 64, a, 1, b, c, 0);
      return arena.f64.slice(arena.i32[c], arena.i32[c] + 64 * 64);
    }, 64);
  });

  it("overlapping rows, as of a convolution, too", () => {
    expectAlike((arena) => {
      const [a, c] = ["a", "c"].map((name) => rows(arena, 64, 64, 64 * 64, name));
      const b = rows(arena, 64, 3, 64 * 64, "b");
      arena.rowProduct(64, 64, 64, a, 1, b, c, 0);
      return arena.f64.slice(arena.i32[c], arena.i32[c] + 64 * 64);
    }, 64);
  });

  it("gram completes the blocks on the diagonal", () => {
    expectAlike((arena) => {
      const [panels, count] = [12, 200];
      const packed = arena.i32[rows(arena, 1, 0, 4 * panels * count, "packed")];
      const c = arena.i32[rows(arena, 1, 0, 16 * panels * panels, "c")];
      arena.gram(panels, count, packed, c);
      return arena.f64.slice(c, c + 16 * panels * panels);
    }, 200);
  });
});

describe.skipIf(!blas).each([
  { kind: "floats", view: "f32", product: "nativeSingle", rounding: 2 ** -24 },
  { kind: "doubles", view: "f64", product: "nativeDouble", rounding: 2 ** -53 },
] as const)("products of $kind that go to a native BLAS", ({ kind, view, product, rounding }) => {
  const [m, n, depth] = [37, 70, 29];
  for (const [left, right, add] of [
    [false, false, false],
    [true, false, true],
    [false, true, true],
    [true, true, false],
  ]) {
    const title = `A${left ? "ᵀ" : ""} B${right ? "ᵀ" : ""}${add ? " + C" : ""}`;
    it(`${title} is the sum of products, rows apart`, () => {
      const arena = makeArena({ doubles: 20_000 });
      const rng = makeRng(3, title);
      const filled = (count: number): number => {
        const at = arena[kind](count);
        for (let p = at; p < at + count; p++) arena[view][p] = 2 * rng.uniform() - 1;
        return at;
      };
      const [aStep, bStep, cStep] = [(left ? m : depth) + 3, (right ? depth : n) + 1, n + 2];
      const a = filled((left ? depth : m) * aStep);
      const b = filled((right ? n : depth) * bStep);
      const c = filled(m * cStep);
      const before = arena[view].slice();
      expect(arena[product](m, n, depth, a, aStep, left, b, bStep, right, c, cStep, add)).toBe(
        true,
      );
      let furthest = 0;
      for (let i = 0; i < m; i++)
        for (let j = 0; j < cStep; j++) {
          let sum = add || j >= n ? before[c + i * cStep + j] : 0;
          for (let k = 0; j < n && k < depth; k++)
            sum +=
              before[left ? a + k * aStep + i : a + i * aStep + k] *
              before[right ? b + j * bStep + k : b + k * bStep + j];
          furthest = Math.max(furthest, Math.abs(arena[view][c + i * cStep + j] - sum));
        }
      expect(furthest).toBeLessThan(8 * depth * rounding);
    });
  }

  it("small ones, and those of promised bytes, stay with the project's own kernels", () => {
    const arena = makeArena({ doubles: 20_000 });
    const at = arena[kind](10_000);
    const square = (size: number): boolean =>
      arena[product](size, size, size, at, size, false, at, size, false, at, size, true);
    expect([square(8), square(40)]).toEqual([false, true]);
    expect(withoutNative(() => square(40))).toBe(false);
  });
});
