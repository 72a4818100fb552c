import { core, linalg, physics } from "phaselens";
import { denseDirac, diracOperator } from "phaselens/internal/physics/fermions/diracOperator";
import { describe, expect, it } from "vitest";
import { fisher, scores } from "../../environment/studies/bluecher2020-couplings/fisher.mjs";

const lattice = physics.lattice([4, 4, 4]);
const rng = core.makeRng(5, "couplings study");

const sampled = (yukawaCoupling: number, configurations: number) => {
  const { fields } = physics.sampleEnsemble({
    shape: lattice.shape,
    parameters: { hoppingParameter: 0.05, quarticCoupling: 1.1, fermionMass: 2, yukawaCoupling },
    fermions: "exact",
    algorithm: "cluster",
    clusters: 1,
    start: "ordered",
    configurations,
    stride: 3,
    thermalisation: 30,
    seed: 2,
    set: `g=${yukawaCoupling}`,
  });
  return Array.from({ length: configurations }, (_, k) => core.row(fields, k));
};
const fermions = { fermionMass: 2, yukawaCoupling: 0.4 };
const middle = sampled(0.4, 500);
const scored = middle.map((field) => scores(lattice, field, fermions));
const covariance = (a: readonly number[], b: readonly number[]) => {
  const [A, B] = [core.mean(a), core.mean(b)];
  return core.mean(a.map((v, k) => (v - A) * (b[k] - B)));
};

describe("the scores of κ and g", () => {
  it("are 2L and 2 Σ φ_n (D⁻¹)_nn, by the dense inverse", () => {
    const field = Float64Array.from({ length: 64 }, () => rng.normal());
    const D = denseDirac(diracOperator(lattice, field, fermions));
    const [hops, mass] = scores(lattice, field, fermions);
    // DᵀD is positive definite: D⁻¹ = (DᵀD)⁻¹ Dᵀ
    const square = core.tensor([64, 64]);
    for (let i = 0; i < 64; i++)
      for (let j = 0; j < 64; j++)
        for (let k = 0; k < 64; k++)
          square.data[64 * i + j] += D.data[64 * k + i] * D.data[64 * k + j];
    const factor = linalg.cholesky(square);
    let sum = 0;
    for (let n = 0; n < 64; n++)
      sum += 2 * field[n] * factor.solve(D.data.slice(64 * n, 64 * (n + 1)))[n];
    expect(mass / sum).toBeCloseTo(1, 6);
    let links = 0;
    lattice.neighbours.forEach((m, k) => (links += field[m] * field[Math.floor(k / 6)]));
    expect(hops).toBeCloseTo(links, 9); // both directions of each link: 2L
  });

  it("move ⟨M⟩ with g by their covariance with it, within four errors", () => {
    const means = [0.3, 0.5].map((g) =>
      sampled(g, 500).map((field) => physics.magnetisation(field)),
    );
    const slope = (core.mean(means[1]) - core.mean(means[0])) / 0.2;
    const spread = Math.sqrt(core.variance(means[0]) / 500) * 2; // of both, and the memory
    const predicted = covariance(
      middle.map((field) => physics.magnetisation(field)),
      scored.map((row) => row[1]),
    );
    expect(predicted).toBeGreaterThan(0.2);
    expect(Math.abs(slope - predicted)).toBeLessThan(4 * Math.hypot(spread / 0.2, predicted / 16));
    expect(Math.abs(slope - predicted) / predicted).toBeLessThan(0.4); // a flavour more is 0.5
  });
});

describe("the Fisher matrix", () => {
  it("has the bound of κ that physics.cramerRaoBound has", () => {
    const fields = core.tensor(
      [middle.length, 4, 4, 4],
      middle.flatMap((field) => [...field]),
    );
    expect(fisher(scored).alone[0]).toBeCloseTo(physics.cramerRaoBound(fields).mean, 3);
  });

  it("of normal scores of known covariance gives the bounds of its inverse", () => {
    const rows = Array.from({ length: 4000 }, () => {
      const [a, b] = [rng.normal(), rng.normal()];
      return [2 * a, a + b];
    });
    const { information, together, alone } = fisher(rows); // I = [4, 2; 2, 2], I⁻¹ = [½, −½; −½, 1]
    [4, 2, 2].forEach((v, k) => expect(Math.abs(information[k] - v)).toBeLessThan(0.36));
    [Math.sqrt(0.5), 1].forEach((v, a) => expect(Math.abs(together[a] / v - 1)).toBeLessThan(0.06));
    [0.5, Math.sqrt(0.5)].forEach((v, a) => expect(Math.abs(alone[a] / v - 1)).toBeLessThan(0.06));
  });
});
