import { ConfigError, tensor, type Tensor } from "phaselens/core";

import { halfFilledBasis, hubbardChain } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { identity, largestDifference, product, transpose } from "../support/matrices.js";
import { toDense } from "phaselens/internal/linalg/operator";
import {
  annihilationOperator,
  creationOperator,
} from "phaselens/internal/physics/fermions/fermions";
import { occupation } from "phaselens/internal/physics/hubbard/fock";
import { symmetryOrbits } from "phaselens/internal/physics/hubbard/orbits";

const sum = (a: Tensor, b: Tensor, weight = 1): Tensor =>
  tensor(
    a.shape,
    a.data.map((value, k) => value + weight * b.data[k]),
  );

describe("halfFilledBasis", () => {
  it("holds C(L, L/2) states, descending, each half filled", () => {
    for (const [sites, dimension] of [
      [4, 6],
      [6, 20],
      [8, 70],
      [12, 924],
      [14, 3432],
    ]) {
      const basis = halfFilledBasis(sites);
      expect(basis.dimension).toBe(dimension);
      expect(basis.states.length).toBe(dimension);
      basis.states.forEach((state, k) => {
        if (k > 0) expect(state).toBeLessThan(basis.states[k - 1]);
        expect(
          Array.from({ length: sites }, (_, i) => occupation(state, i, sites)).reduce(
            (a, b) => a + b,
          ),
        ).toBe(sites / 2);
        expect(basis.indexOf(state)).toBe(k);
      });
    }
  });

  it("reads site 0 from the most significant bit", () => {
    expect(Array.from(halfFilledBasis(4).states)).toEqual([
      0b1100, 0b1010, 0b1001, 0b0110, 0b0101, 0b0011,
    ]);
    expect([0, 1, 2, 3].map((i) => occupation(0b1100, i, 4))).toEqual([1, 1, 0, 0]);
  });

  it("refuses odd, short and over-long chains with a length that would do", () => {
    expect(() => halfFilledBasis(13)).toThrow(
      "needs an even number of sites, 4 at least, got 13. Use 12 or 14.",
    );
    expect(() => halfFilledBasis(2)).toThrow(ConfigError);
    expect(() => halfFilledBasis(12.5)).toThrow(ConfigError);
    expect(() => halfFilledBasis(20)).toThrow("20 sites have 184756 half-filled states");
  });
});

describe("fermion operators", () => {
  const sites = 4;
  const c = Array.from({ length: sites }, (_, i) => annihilationOperator(i, sites));
  const cDagger = Array.from({ length: sites }, (_, i) => creationOperator(i, sites));

  it("anticommute: {c_i, c†_j} = δ_ij and {c_i, c_j} = 0", () => {
    for (let i = 0; i < sites; i++) {
      for (let j = 0; j < sites; j++) {
        const mixed = sum(product(c[i], cDagger[j]), product(cDagger[j], c[i]));
        expect(
          largestDifference(
            mixed.data,
            identity(16).data.map((value) => (i === j ? value : 0)),
          ),
        ).toBe(0);
        expect(
          largestDifference(
            sum(product(c[i], c[j]), product(c[j], c[i])).data,
            new Float64Array(256),
          ),
        ).toBe(0);
      }
    }
  });

  it("count: c†_i c_i is diagonal with the occupations", () => {
    for (let i = 0; i < sites; i++) {
      const number = product(cDagger[i], c[i]);
      for (let state = 0; state < 16; state++)
        expect(number.data[state * 16 + state]).toBe(occupation(state, i, sites));
    }
  });

  it.each([
    [4, -1],
    [6, 1],
    [8, -1],
  ])(
    "build the chain's Hamiltonian: %i sites are free fermions whose wrap has the sign %i, entry by entry",
    (length, wrap) => {
      const interaction = 1.7;
      const pinning = 0.3;
      const states = 2 ** length;
      const annihilate = Array.from({ length }, (_, i) => annihilationOperator(i, length));
      const number = annihilate.map((a) => product(transpose(a), a));
      const half = identity(states);
      let hamiltonian = tensor([states, states]);
      for (let i = 0; i < length; i++) {
        const j = (i + 1) % length;
        const hop = product(transpose(annihilate[i]), annihilate[j]);
        hamiltonian = sum(
          hamiltonian,
          sum(hop, transpose(hop)),
          i === length - 1 ? -0.5 * wrap : -0.5,
        );
        hamiltonian = sum(
          hamiltonian,
          product(sum(number[i], half, -0.5), sum(number[j], half, -0.5)),
          interaction,
        );
        hamiltonian = sum(hamiltonian, number[i], i % 2 === 0 ? pinning : -pinning);
      }
      const chain = hubbardChain({ sites: length, pinning });
      const ours = toDense(chain.hamiltonian(interaction));
      const n = chain.fock.dimension;
      let worst = 0;
      for (let k = 0; k < n; k++) {
        for (let l = 0; l < n; l++) {
          worst = Math.max(
            worst,
            Math.abs(
              ours.data[k * n + l] -
                hamiltonian.data[chain.fock.states[k] * states + chain.fock.states[l]],
            ),
          );
        }
      }
      expect(worst).toBeLessThan(1e-14);
    },
  );

  it("refuse sites off the chain and matrices that would not fit", () => {
    expect(() => annihilationOperator(4, 4)).toThrow("site 4 is not on a chain of 4 sites");
    expect(() => annihilationOperator(0, 11)).toThrow(ConfigError);
  });
});

describe("symmetryOrbits", () => {
  it("leaves 62 of 924 classes at 12 sites and 170 of 3432 at 14", () => {
    expect(symmetryOrbits(halfFilledBasis(12)).count).toBe(62);
    expect(symmetryOrbits(halfFilledBasis(14)).count).toBe(170);
  });

  it.each([6, 8, 12])(
    "is a partition whose indicator vectors H maps into their span, field included, %i sites",
    (sites) => {
      const basis = halfFilledBasis(sites);
      const { count, label, size, representative } = symmetryOrbits(basis);
      expect(size.reduce((a, b) => a + b)).toBe(basis.dimension);
      const hamiltonian = hubbardChain({ sites, pinning: 0.2 }).hamiltonian(1.3);
      for (let orbit = 0; orbit < count; orbit++) {
        expect(label[representative[orbit]]).toBe(orbit);
        const image = hamiltonian.apply(Float64Array.from(label, (l) => (l === orbit ? 1 : 0)));
        image.forEach((value, k) => expect(value).toBeCloseTo(image[representative[label[k]]], 12));
      }
    },
  );

  it("keeps the two ordered states apart: each is an orbit of its own", () => {
    const basis = halfFilledBasis(8);
    const { label, size } = symmetryOrbits(basis);
    const [one, other] = [0b10101010, 0b01010101].map((state) => label[basis.indexOf(state)]);
    expect(one).not.toBe(other);
    expect([size[one], size[other]]).toEqual([1, 1]);
  });
});
