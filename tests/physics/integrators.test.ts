import type { physics } from "phaselens";
import { makeRng } from "phaselens/core";
import { kleinGordonAction, lattice, yukawaAction } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../support/matrices.js";
import { integrate, integrators } from "phaselens/internal/physics/sampling/integrators";
import { fillNormal } from "phaselens/internal/physics/sampling/normals";

const paper = {
  hoppingParameter: 0.18,
  quarticCoupling: 1.1,
  fermionMass: 20,
  yukawaCoupling: 0.25,
};
const light = { ...paper, fermionMass: 2, yukawaCoupling: 0.5 };

/** Field and momenta of one fixed draw. */
function draw(sites: number, label: string): { field: Float64Array; momentum: Float64Array } {
  const [field, momentum] = [new Float64Array(sites), new Float64Array(sites)];
  fillNormal(makeRng(7, `${label}/field`), field);
  for (let n = 0; n < sites; n++) field[n] *= 0.7;
  fillNormal(makeRng(7, `${label}/momentum`), momentum);
  return { field, momentum };
}

const energy = (action: physics.Action, field: Float64Array, momentum: Float64Array): number =>
  action.value(field) + momentum.reduce((sum, p) => sum + 0.5 * p * p, 0);

const four = lattice([4, 4, 4]);
const actions: [string, () => physics.Action][] = [
  ["quenched", () => yukawaAction(four, paper, { fermions: "quenched" })],
  ["hopping of second order", () => yukawaAction(four, paper, { fermions: "hopping" })],
  ["hopping of fourth order", () => yukawaAction(four, light, { fermions: "hopping", order: 4 })],
  ["pseudofermion", () => yukawaAction(four, light, { fermions: "pseudofermion" })],
];

describe.each(integrators)("the integrator %s", (integrator) => {
  it.each(actions)("is reversible to 1e-12 for %s", (_, make) => {
    const action = make();
    const { field, momentum } = draw(four.sites, "reversibility");
    const start = field.slice();
    action.refresh?.(field, makeRng(7, "pseudofermions"));
    const force = new Float64Array(four.sites);
    integrate(action, field, momentum, force, { integrator, steps: 12, length: 1 });
    expect(largestDifference(field, start)).toBeGreaterThan(0.5);
    for (let n = 0; n < four.sites; n++) momentum[n] = -momentum[n];
    integrate(action, field, momentum, force, { integrator, steps: 12, length: 1 });
    expect(largestDifference(field, start)).toBeLessThan(1e-12);
  });

  it.each(actions)("violates energy conservation in proportion to step², for %s", (_, make) => {
    const action = make();
    const points = [16, 24, 32, 48, 64].map((steps) => {
      const { field, momentum } = draw(four.sites, "energy");
      action.refresh?.(field, makeRng(7, "pseudofermions"));
      const before = energy(action, field, momentum);
      integrate(action, field, momentum, new Float64Array(four.sites), {
        integrator,
        steps,
        length: 1,
      });
      return [Math.log(1 / steps), Math.log(Math.abs(energy(action, field, momentum) - before))];
    });
    const centre = [0, 1].map(
      (axis) => points.reduce((sum, p) => sum + p[axis], 0) / points.length,
    );
    const slope =
      points.reduce((sum, [x, y]) => sum + (x - centre[0]) * (y - centre[1]), 0) /
      points.reduce((sum, [x]) => sum + (x - centre[0]) ** 2, 0);
    expect(slope).toBeGreaterThan(1.9);
    expect(slope).toBeLessThan(2.1);
  });

  it("preserves phase-space volume: its Jacobian, by differences on 2 × 2 sites, has determinant 1", () => {
    const small = lattice([2, 2]);
    const action = kleinGordonAction(small, paper);
    const flow = (point: Float64Array): Float64Array => {
      const end = point.slice();
      integrate(action, end.subarray(0, 4), end.subarray(4), new Float64Array(4), {
        integrator,
        steps: 3,
        length: 1,
      });
      return end;
    };
    const { field, momentum } = draw(4, "volume");
    const centre = Float64Array.of(...field, ...momentum);
    const h = 1e-5; // truncation h² and rounding ε/h are both near 1e-10
    const columns = Array.from(centre.keys(), (k) => {
      const [above, below] = [centre.slice(), centre.slice()];
      above[k] += h;
      below[k] -= h;
      const [up, down] = [flow(above), flow(below)];
      return Array.from(up, (value, i) => (value - down[i]) / (2 * h));
    });
    expect(Math.abs(determinant(columns) - 1)).toBeLessThan(1e-7);
  });
});

it("with the same number of forces, omelyan conserves energy at least four times better than leapfrog", () => {
  const action = yukawaAction(four, paper, { fermions: "hopping" });
  const spread = (integrator: physics.Integrator, steps: number): number => {
    let squares = 0;
    for (let k = 0; k < 50; k++) {
      const { field, momentum } = draw(four.sites, `comparison ${k}`);
      const before = energy(action, field, momentum);
      integrate(action, field, momentum, new Float64Array(four.sites), {
        integrator,
        steps,
        length: 1,
      });
      squares += (energy(action, field, momentum) - before) ** 2;
    }
    return Math.sqrt(squares / 50);
  };
  expect(spread("leapfrog", 20) / spread("omelyan", 10)).toBeGreaterThan(4);
});

function determinant(matrix: number[][]): number {
  const rows = matrix.map((r) => r.slice());
  let product = 1;
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, r, i) => (Math.abs(r[k]) > Math.abs(rows[best][k]) ? k + i : best), k);
    if (pivot !== k) {
      [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
      product = -product;
    }
    product *= rows[k][k];
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j < rows.length; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return product;
}
