import { readFileSync } from "node:fs";
import { ConfigError, dot, NumericalError, row, ShapeError, tensor } from "phaselens/core";
import { cholesky, symmetricEigenvalues } from "phaselens/linalg";
import { halfFilledBasis, hubbardChain, hubbardGroundState } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { largestDifference, product, transpose } from "../support/matrices.js";
import { toDense } from "phaselens/internal/linalg/operator";
import { grids } from "phaselens/internal/papers/dawid2021/data";
import { symmetryOrbits } from "phaselens/internal/physics/hubbard/orbits";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";
import { groundStates } from "phaselens/internal/physics/hubbard/hubbard";

interface ReferenceRow {
  interaction: number;
  sites: number;
  energy: number;
  orderParameter: number;
  gap: number;
}
const reference = JSON.parse(
  readFileSync(new URL("../reference/hubbard-ground-states.json", import.meta.url), "utf8"),
) as ReferenceRow[];
const smallest = (values: Float64Array): number =>
  values.reduce((a, b) => Math.min(a, b), Infinity);

describe("hubbardGroundState", () => {
  it.each([4, 6, 8, 10, 12, 14])(
    "at V₁ = 0 fills the L/2 lowest levels −J cos k, momenta shifted for an even number of particles, L = %i",
    (sites) => {
      const shift = sites % 4 === 0 ? 0.5 : 0;
      const levels = Array.from(
        { length: sites },
        (_, m) => -Math.cos((2 * Math.PI * (m + shift)) / sites),
      ).sort((a, b) => a - b);
      const exact = levels.slice(0, sites / 2).reduce((a, b) => a + b);
      for (const basis of ["symmetric", "full"] as const) {
        expect(
          Math.abs(hubbardGroundState({ sites, interaction: 0, pinning: 0, basis }).energy - exact),
        ).toBeLessThan(1e-12);
      }
    },
  );

  it("on four sites agrees with the 2 × 2 problem by hand: E = −(V₁ + √(V₁² + 8))/2 without a field", () => {
    // symmetric states |A⟩ = (|1010⟩ + |0101⟩)/√2 at −V₁ and |B⟩ (four with neighbours, (n−½)(n−½)
    // summing to 0); ⟨A|H|B⟩ = −√2
    for (const interaction of [0, 0.5, 3, 20]) {
      const { energy } = hubbardGroundState({ sites: 4, interaction, pinning: 0 });
      expect(energy).toBeCloseTo(-(interaction + Math.sqrt(interaction ** 2 + 8)) / 2, 12);
    }
  });

  it.each(reference)(
    "has the energy and order parameter of an independent program at V₁ = $interaction, $sites sites",
    (expected) => {
      const { energy, orderParameter } = hubbardGroundState(expected);
      expect(Math.abs(energy - expected.energy)).toBeLessThan(1e-9);
      expect(Math.abs(orderParameter - expected.orderParameter)).toBeLessThan(1e-6);
      expect(Math.abs(orderParameter - expected.orderParameter)).toBeLessThan(
        1e-3 * expected.orderParameter,
      );
    },
  );

  it.each([0, 0.9, 1.2, 5, 20, 25, 33, 40])(
    "solvers with and without symmetries agree at 12 and 14 sites, V₁ = %d",
    (interaction) => {
      for (const sites of [12, 14]) {
        const [symmetric, full] = (["symmetric", "full"] as const).map((basis) =>
          hubbardGroundState({ sites, interaction, basis }),
        );
        expect(Math.abs(symmetric.energy - full.energy)).toBeLessThan(1e-10);
        expect(largestDifference(symmetric.state, full.state)).toBeLessThan(1e-7);
        expect(Math.abs(symmetric.orderParameter - full.orderParameter)).toBeLessThan(1e-7);
      }
    },
  );

  it("satisfies H ψ = E ψ with ‖ψ‖ = 1, and its densities fill half the chain", () => {
    const chain = hubbardChain({ sites: 12 });
    for (const interaction of [-0.7, 0, 1, 10, 39]) {
      const { energy, state, densities } = chain.groundState(interaction);
      const image = chain.hamiltonian(interaction).apply(state);
      expect(
        largestDifference(
          image,
          state.map((value) => energy * value),
        ),
      ).toBeLessThan(2e-13);
      expect(dot(state, state)).toBeCloseTo(1, 13);
      expect(densities.reduce((a, b) => a + b)).toBeCloseTo(6, 12);
      expect(densities[3]).toBeCloseTo(densities[1], 12); // T² invariance
    }
  });

  it("with V₂ on four sites has E = −V₁/2 − √((V₂ − V₁/2)² + 2), the 2 × 2 problem by hand", () => {
    // |A⟩ above at −V₁ + V₂, |B⟩, the four states 1100, at −V₂: next neighbours count twice
    for (const [interaction, secondInteraction] of [
      [0, 1],
      [0.5, 3],
      [4, 2],
      [4, -1],
    ]) {
      const exact = -interaction / 2 - Math.hypot(secondInteraction - interaction / 2, Math.SQRT2);
      for (const basis of ["symmetric", "full"] as const) {
        const options = { sites: 4, interaction, secondInteraction, pinning: 0, basis };
        expect(hubbardGroundState(options).energy).toBeCloseTo(exact, 12);
      }
    }
  });

  it("with V₂ solves the Hamiltonian that it gives, with and without symmetries, at 12 sites", () => {
    for (const [interaction, secondInteraction] of [
      [0.5, 1],
      [0.5, 4],
      [4, 1.5],
      [4, 2.5],
    ]) {
      const [chain, full] = (["symmetric", "full"] as const).map((basis) =>
        hubbardChain({ sites: 12, secondInteraction, basis }),
      );
      const { energy, state } = chain.groundState(interaction);
      const image = chain.hamiltonian(interaction).apply(state);
      const expected = state.map((value) => energy * value);
      expect(largestDifference(image, expected)).toBeLessThan(2e-13);
      expect(Math.abs(full.groundState(interaction).energy - energy)).toBeLessThan(1e-11);
      expect(largestDifference(full.groundState(interaction).state, state)).toBeLessThan(1e-7);
    }
  });

  it("for strong V₁ and V₂ has the classical energies, −(V₁ − V₂)/4 or −V₂/4 a site, and 1010 or 1100", () => {
    const weightOf = (patterns: number[], strengths: [number, number]): [number, number] => {
      const [interaction, secondInteraction] = strengths;
      const chain = hubbardChain({ sites: 12, secondInteraction });
      const { energy, state } = chain.groundState(interaction);
      const weights = patterns.map((pattern) => state[chain.fock.indexOf(pattern)] ** 2);
      return [energy / 12, weights.reduce((a, b) => a + b)];
    };
    const [first, wave] = weightOf([0b101010101010, 0b010101010101], [400, 100]);
    expect([first, wave]).toEqual([expect.closeTo(-75, 2), expect.closeTo(1, 2)]);
    const four = [0b110011001100, 0b011001100110, 0b001100110011, 0b100110011001];
    const [second, pairs] = weightOf(four, [100, 400]);
    expect([second, pairs]).toEqual([expect.closeTo(-100, 2), expect.closeTo(1, 2)]);
  });

  it("needs no small field: with h₁ = 5 J both solvers agree, at 12 and 14 sites", () => {
    for (const sites of [12, 14]) {
      const [symmetric, full] = (["symmetric", "full"] as const).map((basis) =>
        hubbardGroundState({ sites, interaction: 3, pinning: 5, basis }),
      );
      expect(largestDifference(symmetric.state, full.state)).toBeLessThan(1e-10);
      expect(symmetric.orderParameter).toBeGreaterThan(0.99);
    }
  });

  it("has an order parameter that rises to 1 for strong interaction and stays of the order of the field for weak", () => {
    expect(hubbardGroundState({ sites: 12, interaction: 100 }).orderParameter).toBeGreaterThan(
      0.999,
    );
    expect(hubbardGroundState({ sites: 12, interaction: 0 }).orderParameter).toBeLessThan(1e-6);
    const { orderParameters } = groundStates({
      sites: 12,
      interactions: Array.from({ length: 40 }, (_, k) => k),
    });
    for (let k = 1; k < 40; k++) expect(orderParameters[k]).toBeGreaterThan(orderParameters[k - 1]);
  });

  it.each([
    [12, [16.71, 23.74, 30.67]],
    [14, [11.23, 15.07, 18.69]],
  ] as const)(
    "its order parameter crosses .1, .5 and .9 where Fig. 6c has it, %i sites",
    (sites, crossings) => {
      const chain = hubbardChain({ sites });
      [0.1, 0.5, 0.9].forEach((value, k) => {
        let [low, high] = [1, 40];
        for (let step = 0; step < 25; step++) {
          const middle = (low + high) / 2;
          if (chain.groundState(middle).orderParameter < value) low = middle;
          else high = middle;
        }
        expect(Math.abs(low - crossings[k])).toBeLessThan(0.006);
      });
    },
  );

  it("favours the odd sublattice for a positive field and the even one for a negative", () => {
    const plus = hubbardGroundState({ sites: 12, interaction: 40 }).densities;
    const minus = hubbardGroundState({ sites: 12, interaction: 40, pinning: -1e-7 }).densities;
    expect(plus[1] - plus[0]).toBeGreaterThan(0.9);
    expect(minus[0] - minus[1]).toBeGreaterThan(0.9);
  });
});

describe("the near-doublet deep in the charge-density wave", () => {
  it.each([25, 31.3, 36, 40])(
    "inertia: the full matrix has no eigenvalue 1e-7 below the energy found, and one within 1e-7, V₁ = %d",
    (interaction) => {
      // the gap is 1.2e-6; A − s is positive definite (Cholesky succeeds) exactly if s lies below
      // the spectrum of A
      const chain = hubbardChain({ sites: 12 });
      const { energy } = chain.groundState(interaction);
      const matrix = toDense(chain.hamiltonian(interaction));
      const shifted = (by: number) =>
        tensor(
          matrix.shape,
          matrix.data.map((value, k) => (k % 925 === 0 ? value - by : value)),
        );
      expect(() => cholesky(shifted(energy - 1e-7))).not.toThrow();
      expect(() => cholesky(shifted(energy + 1e-7))).toThrow(NumericalError);
    },
  );

  it.each([12, 14])(
    "the state found is the lower of the two, which are h₁ L = 1e-7 L apart at least, %i sites",
    (sites) => {
      const chain = hubbardChain({ sites });
      const basis = halfFilledBasis(sites);
      const { count, label, size } = symmetryOrbits(basis);
      for (const interaction of [25, 30, 35, 40]) {
        // the sector's matrix, made anew from the action of H on the orbits' unit vectors
        const hamiltonian = chain.hamiltonian(interaction);
        const sector = tensor([count, count]);
        for (let orbit = 0; orbit < count; orbit++) {
          const image = hamiltonian.apply(
            Float64Array.from(label, (l) => (l === orbit ? 1 / Math.sqrt(size[orbit]) : 0)),
          );
          image.forEach((value, k) => {
            sector.data[label[k] * count + orbit] += value / Math.sqrt(size[label[k]]);
          });
        }
        const { values, vectors } = symmetricEigen(sector);
        expect(values[1] - values[0]).toBeGreaterThan(0.99e-7 * sites);
        expect(values[1] - values[0]).toBeLessThan(1e-5);
        const { energy, state } = chain.groundState(interaction);
        expect(Math.abs(energy - values[0])).toBeLessThan(1e-10);
        const amplitude = (k: number, i: number) =>
          vectors.data[k * count + label[i]] / Math.sqrt(size[label[i]]);
        const overlaps = [0, 1].map((k) =>
          Math.abs(state.reduce((sum, value, i) => sum + value * amplitude(k, i), 0)),
        );
        expect(overlaps[0]).toBeGreaterThan(1 - 1e-10);
        expect(overlaps[1]).toBeLessThan(1e-5);
      }
    },
  );

  it("no state of the paper's training grid has a negative amplitude: each is free of nodes, so it is the ground state", () => {
    const { states } = groundStates({ sites: 12, interactions: grids().training });
    expect(smallest(states.data)).toBeGreaterThanOrEqual(-1e-12);
    for (let n = 0; n < 1000; n++)
      expect(row(states, n).reduce((a, b) => a + b)).toBeGreaterThan(0.9);
    const long = groundStates({ sites: 14, interactions: grids().even });
    expect(smallest(long.states.data)).toBeGreaterThanOrEqual(-1e-12);
  });

  it("is refused where nothing tells the two states apart", () => {
    for (const basis of ["symmetric", "full"] as const) {
      expect(() => hubbardGroundState({ sites: 14, interaction: 1e5, pinning: 0, basis })).toThrow(
        /amplitude -\d.* has none below 0. The lowest states are too close/,
      );
    }
  });
});

describe("hubbardChain", () => {
  it("has a symmetric Hamiltonian whose off-diagonal elements are 0 or −½", () => {
    const matrix = toDense(hubbardChain({ sites: 8 }).hamiltonian(2));
    expect(largestDifference(matrix.data, transpose(matrix).data)).toBe(0);
    matrix.data.forEach((value, k) => {
      if (k % 71 !== 0) expect([0, -0.5]).toContain(value);
    });
  });

  it("at 8 sites both solvers give the lowest of all 70 eigenvalues", () => {
    for (const interaction of [-2, 0.3, 8]) {
      const chain = hubbardChain({ sites: 8 });
      const lowest = symmetricEigenvalues(toDense(chain.hamiltonian(interaction)))[0];
      expect(chain.groundState(interaction).energy).toBeCloseTo(lowest, 12);
      expect(hubbardGroundState({ sites: 8, interaction, basis: "full" }).energy).toBeCloseTo(
        lowest,
        12,
      );
    }
  });

  it("does not remember the interaction before: any order of calls gives the same bytes", () => {
    const chain = hubbardChain({ sites: 10 });
    const first = chain.groundState(3).state;
    chain.groundState(30);
    expect(chain.groundState(3).state).toEqual(first);
    expect(groundStates({ sites: 10, interactions: [30, 3] }).states.data.subarray(252)).toEqual(
      first,
    );
  });

  it("expectation values follow from the state: ⟨H⟩ = E with the Hamiltonian multiplied out", () => {
    const chain = hubbardChain({ sites: 6, pinning: 0.1 });
    const { state, energy } = chain.groundState(1.5);
    const column = tensor([20, 1], state);
    expect(
      product(transpose(column), product(toDense(chain.hamiltonian(1.5)), column)).data[0],
    ).toBeCloseTo(energy, 12);
  });

  it("refuses an odd chain, NaN, an unknown basis and an array of the wrong length", () => {
    expect(() => hubbardGroundState({ sites: 11, interaction: 1 })).toThrow(
      "got 11. Use 10 or 12.",
    );
    expect(() => hubbardGroundState({ sites: 6, interaction: NaN })).toThrow(
      "interaction must be a finite number in units of J, got NaN",
    );
    expect(() => hubbardChain({ sites: 6, pinning: Infinity })).toThrow(ConfigError);
    expect(() => hubbardChain({ sites: 6, basis: "half" as "full" })).toThrow(
      'basis must be "symmetric" or "full", got "half"',
    );
    expect(() => hubbardChain({ sites: 6 }).groundState(1, new Float64Array(5))).toThrow(
      ShapeError,
    );
  });
});
