import { physics } from "phaselens";

/**
 * Potts model of q states, E = −Σ_links δ(a, b): a model of one's own, with the swaps of two states
 * as reflections of clusters. R. B. Potts, Proc. Camb. Phil. Soc. 48 (1952) 106.
 */
export function potts(
  shape: readonly number[],
  q: number,
  inverseTemperature: number,
): physics.SpinModel & { readonly energy: (field: Float64Array) => number } {
  const lattice = physics.lattice(shape);
  const { sites, dimensions: d, neighbours } = lattice;
  const states = Array.from({ length: q }, (_, k) => k);
  const equal = (a: number, b: number): number => (a === b ? 1 : 0);
  return {
    lattice,
    name: `potts q=${q} beta=${inverseTemperature}`,
    inverseTemperature,
    states,
    energyDifference: (field, site, proposed) => {
      let change = 0;
      for (let k = 2 * d * site; k < 2 * d * (site + 1); k++)
        change += equal(field[neighbours[k]], field[site]) - equal(field[neighbours[k]], proposed);
      return change;
    },
    orderParameter: (field) => {
      const counts = states.map((state) => field.filter((value) => value === state).length);
      return ((q * Math.max(...counts)) / sites - 1) / (q - 1);
    },
    clusters: {
      reflection: (rng) => {
        const first = rng.integer(q);
        const second = (first + 1 + rng.integer(q - 1)) % q;
        return (value) => (value === first ? second : value === second ? first : value);
      },
      bond: (a, b) => -equal(a, b),
    },
    energy: (field) => {
      let sum = 0;
      for (let n = 0; n < sites; n++)
        for (let mu = 0; mu < d; mu++) sum -= equal(field[n], field[neighbours[2 * d * n + mu]]);
      return sum;
    },
  };
}
