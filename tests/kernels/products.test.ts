import fc from "fast-check";

import { makeRng } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { makeArena, wasmAvailable, type Arena } from "phaselens/internal/kernels/arena";
import { PACKING_END } from "phaselens/internal/kernels/packing";

/** The same seeded numbers in an arena of each kind. */
function filled(arena: Arena, count: number, seed: number): number {
  const start = arena.doubles(count);
  const rng = makeRng(seed, "kernel");
  for (let p = 0; p < count; p++) arena.f64[start + p] = rng.normal();
  return start;
}

const both = (
  size: { doubles: number; integers: number },
  run: (arena: Arena) => Float64Array,
): void => {
  expectAllClose(run(makeArena(size)), run(makeArena(size, "typescript")), {
    rtol: 1e-11,
    atol: 1e-12,
  });
};

const extent = fc.integer({ min: 1, max: 37 });

describe("compiled kernels and their TypeScript twins agree", () => {
  it("WebAssembly with SIMD is what runs here", () => {
    expect(wasmAvailable()).toBe(true);
    expect(makeArena({ doubles: 1 }).backend).toBe("wasm");
  });

  it("rowProduct, rows anywhere, any extents, step and shift", () => {
    fc.assert(
      fc.property(
        extent,
        extent,
        extent,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 9 }),
        fc.nat(),
        (m, n, depth, step, shift, seed) => {
          both({ doubles: 40_000, integers: 400 }, (arena) => {
            const [a, b, c] = [
              filled(arena, m * depth * step, seed),
              filled(arena, (depth + 1) * n + shift, seed + 1),
              filled(arena, m * n, seed + 2),
            ];
            const list = (count: number, at: (k: number) => number): number => {
              const start = arena.integers(count);
              for (let k = 0; k < count; k++) arena.i32[start + k] = at(k);
              return start;
            };
            const rng = makeRng(seed, "rows");
            arena.rowProduct(
              m,
              n,
              depth,
              list(m, (i) => a + i * depth * step),
              step,
              list(depth, () => b + rng.integer(depth * n)),
              list(m, (i) => c + i * n),
              shift,
            );
            return arena.f64.slice(c, c + m * n);
          });
        },
      ),
    );
  });

  it("rowProduct, packed in one piece or in several, with few rows or beyond a panel", () => {
    const shapes = [
      [16, 4, 1],
      [70, 9, 300],
      [17, 8, 1024],
      [18, 5, 1025],
      [15, 12, 40],
      [19, 6, 0],
    ];
    for (const [m, n, depth] of shapes)
      both({ doubles: 90_000, integers: 4000 }, (arena) => {
        const [a, b, c] = [m * depth, depth * n, m * n].map((size, k) => filled(arena, size, k));
        const list = (count: number, start: number, step: number): number => {
          const at = arena.integers(count);
          for (let k = 0; k < count; k++) arena.i32[at + k] = start + k * step;
          return at;
        };
        const [aRows, bRows, cRows] = [list(m, a, depth), list(depth, b, n), list(m, c, n)];
        arena.rowProduct(m, n, depth, aRows, 1, bRows, cRows, 0);
        return arena.f64.slice(c, c + m * n);
      });
  });

  /**
   * Lists of rows for a few sums, from `entry`, which writes one and returns how many integers it
   * took.
   */
  const lists = (
    arena: Arena,
    count: number,
    space: number,
    entry: (at: number, l: number) => number,
  ): { starts: number; entries: number } => {
    const [starts, entries] = [arena.integers(count + 1), arena.integers(space)];
    let used = 0;
    for (let l = 0; l < count; l++) {
      arena.i32[starts + l] = used;
      used += entry(entries, l);
    }
    arena.i32[starts + count] = used;
    return { starts, entries };
  };
  const targets = (arena: Arena, c: number, count: number, n: number): number => {
    const start = arena.integers(count);
    for (let l = 0; l < count; l++) arena.i32[start + l] = c + l * n;
    return start;
  };

  it("gatheredSums, empty lists and rows chosen twice included", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        extent,
        extent,
        fc.nat(),
        (count, n, rows, seed) => {
          both({ doubles: 10_000, integers: 2000 }, (arena) => {
            const [b, c] = [filled(arena, rows * n, seed), filled(arena, count * n, seed + 1)];
            const rng = makeRng(seed, "entries");
            let at = 0;
            const { starts, entries } = lists(arena, count, count * rows, (list) => {
              const length = rng.integer(rows + 1);
              for (let e = 0; e < length; e++) arena.i32[list + at++] = rng.integer(rows);
              return length;
            });
            const weights = filled(arena, count * rows, seed + 2);
            arena.gatheredSums(count, n, starts, entries, weights, b, targets(arena, c, count, n));
            return arena.f64.slice(c, c + count * n);
          });
        },
      ),
    );
  });

  it("selectedProducts, some weights of each row, at rows that lie anywhere", () => {
    fc.assert(
      fc.property(extent, extent, extent, extent, fc.nat(), (features, n, first, depth, seed) => {
        both({ doubles: 40_000, integers: 4000 }, (arena) => {
          const rows = first + depth;
          const [a, b, c, factors] = [features * rows, rows * n, features * (n + 2), features].map(
            (count, k) => filled(arena, count, seed + k),
          );
          const rng = makeRng(seed, "rows");
          const [aRows, bLists, cRows] = [features, features, features].map((m) =>
            arena.integers(m),
          );
          const bRows = arena.integers(3 * rows);
          for (let k = 0; k < 3 * rows; k++) arena.i32[bRows + k] = b + n * rng.integer(rows);
          for (let f = 0; f < features; f++) {
            arena.i32[aRows + f] = a + f * rows;
            arena.i32[bLists + f] = rows * rng.integer(3);
            arena.i32[cRows + f] = c + f * (n + 2);
          }
          arena.selectedProducts(
            ...([features, n, first, depth, aRows, bLists, bRows, cRows, 2, factors] as const),
          );
          return arena.f64.slice(c, c + features * (n + 2));
        });
      }),
    );
  });

  it("runSums, from the first row to the last", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        extent,
        extent,
        fc.nat(),
        (count, n, rows, seed) => {
          both({ doubles: 10_000, integers: 2000 }, (arena) => {
            const [b, c, panel] = [
              filled(arena, rows * n, seed),
              filled(arena, count * n, seed + 1),
              arena.doubles(16 * (rows + 2)),
            ];
            const rng = makeRng(seed, "runs");
            let at = 0;
            const { starts, entries } = lists(arena, count, 8 * count, (list, l) => {
              const runs = rng.integer(4);
              for (let e = 0; e < runs; e++) {
                const [low, high] =
                  l === 0
                    ? [0, rows]
                    : [rng.integer(rows), rng.integer(rows + 1)].sort((p, q) => p - q);
                arena.i32[list + at++] = low;
                arena.i32[list + at++] = high;
              }
              return runs;
            });
            arena.runSums(count, n, rows, starts, entries, b, targets(arena, c, count, n), panel);
            return arena.f64.slice(c, c + count * n);
          });
        },
      ),
    );
  });

  it("rowDots", () => {
    fc.assert(
      fc.property(extent, extent, extent, fc.nat(), (m, count, n, seed) => {
        both({ doubles: 10_000, integers: 400 }, (arena) => {
          const [a, b, c] = [
            filled(arena, m * n, seed),
            filled(arena, count * n, seed + 1),
            filled(arena, m * (count + 2), seed + 2),
          ];
          const [aRows, bRows] = [arena.integers(m), arena.integers(count)];
          for (let i = 0; i < m; i++) arena.i32[aRows + i] = a + i * n;
          for (let r = 0; r < count; r++) arena.i32[bRows + r] = b + r * n;
          arena.rowDots(m, count, n, aRows, bRows, c, count + 2);
          return arena.f64.slice(c, c + m * (count + 2));
        });
      }),
    );
  });

  it("rowDots, packed in one piece or in several, deeper than one panel", () => {
    const shapes = [
      [16, 64, 16],
      [70, 69, 300],
      [37, 66, 1025],
      [15, 70, 40],
      [18, 63, 20],
    ];
    for (const [m, count, n] of shapes)
      both({ doubles: 120_000, integers: 4000 }, (arena) => {
        const width = count + 2;
        const [a, b, c] = [m * n, count * n, m * width].map((size, k) => filled(arena, size, k));
        const [aRows, bRows] = [arena.integers(m), arena.integers(count)];
        for (let i = 0; i < m; i++) arena.i32[aRows + i] = a + i * n;
        for (let r = 0; r < count; r++) arena.i32[bRows + r] = b + ((3 * r) % count) * n;
        arena.rowDots(m, count, n, aRows, bRows, c, width);
        return arena.f64.slice(c, c + m * width);
      });
  });

  it("gram, over more rows than one block", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 600 }),
        fc.nat(),
        (panels, rows, seed) => {
          both(
            { doubles: 4 * panels * rows + 16 * panels * panels + 100, integers: 10 },
            (arena) => {
              const packed = filled(arena, 4 * panels * rows, seed);
              const c = arena.doubles(16 * panels * panels);
              arena.gram(panels, rows, packed, c);
              return arena.f64.slice(c, c + 16 * panels * panels);
            },
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("an arena", () => {
  it("has zeroed room of its own, also where small ones share a memory", () => {
    const arenas = Array.from({ length: 500 }, (_, k) => {
      const arena = makeArena({ doubles: 1 + (k % 70) * 200, integers: k % 5 });
      const [at, list] = [arena.doubles(1 + (k % 70) * 200), arena.integers(k % 5)];
      return { arena, at, list, count: 1 + (k % 70) * 200, integers: k % 5 };
    });
    arenas.forEach(({ arena, at, list, count, integers }, k) => {
      expect(arena.f64.subarray(at, at + count).every((value) => value === 0)).toBe(true);
      expect(8 * at).toBeGreaterThanOrEqual(PACKING_END);
      expect(at % 8).toBe(0);
      arena.f64.fill(k + 1, at, at + count);
      arena.i32.fill(-k, list, list + integers);
    });
    arenas.forEach(({ arena, at, list, count, integers }, k) => {
      expect(arena.f64.subarray(at, at + count).every((value) => value === k + 1)).toBe(true);
      expect(arena.i32.subarray(list, list + integers).every((value) => value === -k)).toBe(true);
    });
    const memories = new Set(arenas.map(({ arena }) => arena.f64.buffer));
    expect(memories.size).toBeLessThan(40);
  });

  it("says how much was needed when it is full", () => {
    const arena = makeArena({ doubles: 10 });
    expect(() => arena.doubles(1e6)).toThrow(
      /arena: 8000000 bytes needed, \d+ were reserved\. Reserve more in makeArena\./,
    );
    expect(() => makeArena({ doubles: 1e9 })).toThrow(
      /makeArena: 7\.5 GiB asked for, at most 4 are possible/,
    );
  });
});
