// Ensembles of the scalar field at reduced scale, with the observables of Eq. (B2).
import { core, physics } from "phaselens";
import { observableNames, observables } from "phaselens/internal/papers/bluecher2020/observables";
import { couplingGrid } from "phaselens/internal/physics/sampling/couplingGrid";

const shape = [6, 4, 4];
const lattice = physics.lattice(shape);
export const names = observableNames(lattice);
/** Of the bins, κ = −.35 … .35. */
export const couplings = couplingGrid({ first: -0.35, step: 0.05, count: 15 });
/** Antiferromagnet, its edge, paramagnet, edge of the ferromagnet, ferromagnet. */
export const shown = [-0.3, -0.2, 0, 0.2, 0.3];

const SETS = {
  training: { configurations: 10, stride: 2, thermalisation: 30 },
  // local updates: next to the transitions shares remember some 2 to 4 configurations
  test: { configurations: 200, stride: 3, thermalisation: 80 },
};

/** Quenched, so that both signs of M are alike; hmc, whose updates are local. */
const specOf = (kappa, set, seed) => ({
  shape,
  parameters: {
    hoppingParameter: kappa,
    quarticCoupling: 1.1,
    fermionMass: 20,
    yukawaCoupling: 0.25,
  },
  ...{ fermions: "quenched", algorithm: "hmc", start: "ordered", chains: 1 },
  ...{ ...SETS[set.split(" ")[0]], set, seed },
});

/**
 * One chain at each coupling: x [n, observables], κ [n] and the sampler's reports.
 * @param {string} set  "training 3", "test"  @param {number} seed  @param {Iterable<number>} at
 */
export function labelled(set, seed, at) {
  const ensembles = Array.from(at, (kappa) => physics.sampleEnsemble(specOf(kappa, set, seed)));
  const rows = ensembles.flatMap(({ fields }) =>
    Array.from({ length: fields.shape[0] }, (_, n) => observables(core.row(fields, n), lattice)),
  );
  const x = core.tensor([rows.length, names.length]);
  rows.forEach((values, n) => core.row(x, n).set(values));
  const each = rows.length / ensembles.length;
  const kappa = Float64Array.from(
    rows,
    (_, n) => ensembles[Math.floor(n / each)].spec.parameters.hoppingParameter,
  );
  return { x, kappa, each, reports: ensembles.map(({ report }) => report) };
}
