import fc from "fast-check";
import { makeArena, wasmAvailable, type Arena } from "phaselens/kernels";
import { makeRng } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";

/** The same seeded numbers in an arena of each kind. */
function filled(arena: Arena, count: number, seed: number): number {
  const start = arena.doubles(count);
  const rng = makeRng(seed, "kernel");
  for (let p = 0; p < count; p++) arena.f64[start + p] = rng.normal();
  return start;
}

const both = (size: { doubles: number; integers: number }, run: (arena: Arena) => Float64Array): void => {
  expectAllClose(run(makeArena(size)), run(makeArena(size, "typescript")), { rtol: 1e-11, atol: 1e-12 });
};

const extent = fc.integer({ min: 1, max: 37 });

describe("compiled kernels and their TypeScript twins agree", () => {
  it("WebAssembly with SIMD is what runs here", () => {
    expect(wasmAvailable()).toBe(true);
    expect(makeArena({ doubles: 1 }).backend).toBe("wasm");
  });

  it("rowProduct, rows anywhere, any extents, step and shift", () => {
    fc.assert(fc.property(extent, extent, extent, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 9 }), fc.nat(), (m, n, depth, step, shift, seed) => {
      both({ doubles: 40_000, integers: 400 }, (arena) => {
        const [a, b, c] = [filled(arena, m * depth * step, seed), filled(arena, (depth + 1) * n + shift, seed + 1), filled(arena, m * n, seed + 2)];
        const list = (count: number, at: (k: number) => number): number => {
          const start = arena.integers(count);
          for (let k = 0; k < count; k++) arena.i32[start + k] = at(k);
          return start;
        };
        const rng = makeRng(seed, "rows");
        arena.rowProduct(m, n, depth, list(m, (i) => a + i * depth * step), step, list(depth, () => b + rng.integer(depth * n)), list(m, (i) => c + i * n), shift);
        return arena.f64.slice(c, c + m * n);
      });
    }));
  });

  it("rowDots", () => {
    fc.assert(fc.property(extent, extent, extent, fc.nat(), (m, count, n, seed) => {
      both({ doubles: 10_000, integers: 400 }, (arena) => {
        const [a, b, c] = [filled(arena, m * n, seed), filled(arena, count * n, seed + 1), filled(arena, m * (count + 2), seed + 2)];
        const [aRows, bRows] = [arena.integers(m), arena.integers(count)];
        for (let i = 0; i < m; i++) arena.i32[aRows + i] = a + i * n;
        for (let r = 0; r < count; r++) arena.i32[bRows + r] = b + r * n;
        arena.rowDots(m, count, n, aRows, bRows, c, count + 2);
        return arena.f64.slice(c, c + m * (count + 2));
      });
    }));
  });

  it("gram, over more rows than one block", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 600 }), fc.nat(), (panels, rows, seed) => {
      both({ doubles: 4 * panels * rows + 16 * panels * panels + 100, integers: 10 }, (arena) => {
        const packed = filled(arena, 4 * panels * rows, seed);
        const c = arena.doubles(16 * panels * panels);
        arena.gram(panels, rows, packed, c);
        return arena.f64.slice(c, c + 16 * panels * panels);
      });
    }), { numRuns: 30 });
  });
});

describe("an arena", () => {
  it("says how much was needed when it is full", () => {
    const arena = makeArena({ doubles: 10 });
    expect(() => arena.doubles(1e6)).toThrow(/arena: 8000\d+ bytes needed, \d+ were reserved\. Reserve more in makeArena\./);
    expect(() => makeArena({ doubles: 1e9 })).toThrow(/makeArena: 7\.5 GiB asked for, at most 4 are possible/);
  });
});
