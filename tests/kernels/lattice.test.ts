import fc from "fast-check";
import { makeRng } from "phaselens/core";

import { lattice } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { makeArena, wasmAvailable, type Arena } from "phaselens/internal/kernels/arena";

/**
 * A lattice's rows in an arena, with four vectors of normal numbers; vector 3 plays twice the mass,
 * about 8.
 */
function setUp(shape: readonly number[], seed: number, backend: "auto" | "typescript") {
  const { sites, dimensions, neighbours } = lattice(shape);
  const n = shape[dimensions - 1];
  const [rows, pairs] = [sites / n, dimensions - 1];
  const arena = makeArena(
    { doubles: 10 * sites + rows * dimensions, integers: 2 * rows * pairs },
    backend,
  );
  const table = arena.integers(2 * rows * pairs);
  for (let r = 0; r < rows; r++) {
    for (let axis = 0; axis < pairs; axis++) {
      for (const back of [0, 1]) {
        arena.i32[table + (r * pairs + axis) * 2 + back] =
          neighbours[r * n * 2 * dimensions + back * dimensions + axis];
      }
    }
  }
  const rng = makeRng(seed, "kernel");
  const vectors = Array.from({ length: 4 }, (_, k) => {
    const at = arena.doubles(sites);
    for (let i = 0; i < sites; i++)
      arena.f64[at + i] = k === 3 ? 8 + 0.6 * rng.normal() : rng.normal();
    return at;
  });
  const phases = arena.doubles(rows * dimensions);
  for (let i = 0; i < rows * dimensions; i++) arena.f64[phases + i] = rng.uniform() < 0.5 ? -1 : 1;
  return { arena, sites, rows, n, pairs, table, vectors, phases };
}
type Set = ReturnType<typeof setUp>;

/** A kernel's numbers from both backends: what it returns, and vectors 0 to 2 afterwards. */
function expectAgreement(
  shapes: fc.Arbitrary<number[]>,
  run: (set: Set) => number | void,
  rtol = 1e-12,
): void {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) => {
      const [fast, slow] = (["auto", "typescript"] as const).map((backend) => {
        const set = setUp(shape, seed, backend);
        const returned = run(set) ?? 0;
        return [
          returned,
          ...set.vectors
            .slice(0, 3)
            .flatMap((at) => Array.from(set.arena.f64.subarray(at, at + set.sites))),
        ];
      });
      expectAllClose(fast, slow, { rtol, atol: rtol });
    }),
    { numRuns: 60 },
  );
}

const extents = (extent: fc.Arbitrary<number>) =>
  fc.oneof(...[2, 3, 4].map((d) => fc.array(extent, { minLength: d, maxLength: d })));
const any = extents(fc.integer({ min: 2, max: 7 }));
// the last extent decides how a row is cut into pairs of pairs
const staggered = fc
  .tuple(extents(fc.constantFrom(4, 6)), fc.constantFrom(4, 6, 8, 10, 12, 16))
  .map(([shape, last]) => [...shape.slice(0, -1), last]);

describe("compiled lattice kernels and their TypeScript twins agree", () => {
  it("WebAssembly is what runs here", () => expect(wasmAvailable()).toBe(true));

  it("kleinGordonAction, any extents from 2, odd ones too", () => {
    expectAgreement(
      any,
      ({ arena, rows, n, pairs, table, vectors: [field] }) => {
        return arena.kleinGordonAction(rows, n, pairs, table, field, 0.18, 1.1);
      },
      1e-11,
    );
  });

  it("kleinGordonForce", () => {
    expectAgreement(any, ({ arena, rows, n, pairs, table, vectors: [field, out] }) => {
      arena.kleinGordonForce(rows, n, pairs, table, field, out, 0.18, 1.1);
    });
  });

  it("kleinGordonForceAndReciprocals", () => {
    expectAgreement(any, ({ arena, rows, n, pairs, table, vectors: [field, out, w] }) => {
      arena.kleinGordonForceAndReciprocals(
        rows,
        n,
        pairs,
        table,
        field,
        out,
        0.18,
        1.1,
        w,
        20,
        0.25,
      );
    });
  });

  it("linkSum", () => {
    expectAgreement(
      any,
      ({ arena, rows, n, pairs, table, vectors }) =>
        arena.linkSum(rows, n, pairs, table, vectors[0]),
      1e-11,
    );
  });

  it("addHoppingForce", () => {
    expectAgreement(any, ({ arena, rows, n, pairs, table, vectors: [w, out] }) => {
      arena.addHoppingForce(rows, n, pairs, table, w, out, 0.7);
    });
  });

  it("shiftedField and reciprocalField, any count", () => {
    expectAgreement(any, ({ arena, sites, vectors }) => {
      arena.shiftedField(sites, vectors[0], vectors[1], 20, 0.25);
      arena.reciprocalField(sites, vectors[0], vectors[2], 20, 0.25);
    });
  });

  it("dirac and its transpose", () => {
    expectAgreement(staggered, ({ arena, rows, n, pairs, table, phases, vectors }) => {
      arena.dirac(rows, n, pairs, table, phases, vectors[3], vectors[0], vectors[1], 1);
      arena.dirac(rows, n, pairs, table, phases, vectors[3], vectors[0], vectors[2], -1);
    });
  });

  it("addDiracForce", () => {
    expectAgreement(staggered, ({ arena, sites, rows, n, pairs, table, phases, vectors }) => {
      arena.addDiracForce(
        rows,
        n,
        pairs,
        table,
        phases,
        vectors[3],
        vectors[0],
        arena.doubles(sites),
        vectors[1],
        0.7,
      );
    });
  });

  it("solveDirac: solution, iterations and residual, from the same steps", () => {
    // the kernel needs phases that make the hops antisymmetric, as those that are 1 everywhere
    expectAgreement(
      staggered,
      (set) => {
        const { arena, sites, rows, n, pairs, table, vectors, phases } = set;
        arena.f64.fill(1, phases, phases + rows * (pairs + 1));
        const [[b, x, , twiceMass], scratch, reached] = [
          vectors,
          arena.doubles(3 * sites),
          arena.doubles(1),
        ];
        const iterations = arena.solveDirac(
          rows,
          n,
          pairs,
          table,
          phases,
          twiceMass,
          b,
          x,
          scratch,
          reached,
          1e-9,
          500,
        );
        expect(arena.f64[reached]).toBeLessThan(1e-9);
        return iterations;
      },
      1e-8,
    );
  });
});

describe.each(["auto", "typescript"] as const)("solveDirac, backend %s", (backend) => {
  const solve = (
    set: Set,
    b: (at: number, arena: Arena) => void,
    tolerance: number,
    limit: number,
  ) => {
    const { arena, sites, rows, n, pairs, table, vectors, phases } = set;
    b(vectors[0], arena);
    arena.f64.fill(1, phases, phases + rows * (pairs + 1));
    const [scratch, reached] = [arena.doubles(3 * sites), arena.doubles(1)];
    const [right, x, , twiceMass] = vectors;
    const iterations = arena.solveDirac(
      rows,
      n,
      pairs,
      table,
      phases,
      twiceMass,
      right,
      x,
      scratch,
      reached,
      tolerance,
      limit,
    );
    return { iterations, residual: arena.f64[reached] };
  };

  it("takes no step for a right-hand side of zeros", () => {
    const set = setUp([4, 4], 1, backend);
    expect(solve(set, (at, arena) => arena.f64.fill(0, at, at + 16), 1e-8, 10)).toEqual({
      iterations: 0,
      residual: 0,
    });
    expect(Array.from(set.arena.f64.subarray(set.vectors[1], set.vectors[1] + 16))).toEqual(
      Array(16).fill(0),
    );
  });

  it("stops at its limit and says how far it came", () => {
    const { iterations, residual } = solve(setUp([4, 4, 4], 1, backend), () => {}, 1e-14, 2);
    expect(iterations).toBe(2);
    expect(residual).toBeGreaterThan(1e-14);
    expect(residual).toBeLessThan(1);
  });

  it("stops at NaN", () => {
    const { iterations, residual } = solve(
      setUp([4, 4], 1, backend),
      (at, arena) => (arena.f64[at] = NaN),
      1e-8,
      1e6,
    );
    expect(iterations).toBe(0);
    expect(residual).toBeNaN();
  });
});
