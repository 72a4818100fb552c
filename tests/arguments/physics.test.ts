import * as core from "phaselens/core";
import * as physics from "phaselens/physics";
import {
  allow,
  anyList,
  batch,
  effort,
  either,
  integer,
  label,
  list,
  nonNegative,
  positive,
  real,
  type Kind,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const lattice = made(physics.lattice([4, 4]));
const cube = made(physics.lattice([4, 4, 4]));
const waves = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => Math.sin(n * n + 1));
const field = (): Float64Array => waves(16);
const fields = (): core.Tensor => core.tensor([12, 4, 4], waves(192));
const scalar = { hoppingParameter: 0.1, quarticCoupling: 0.5 };
const couplings = { ...scalar, fermionMass: 20, yukawaCoupling: 0.25 };
const ensemble = (): physics.MeasuredEnsemble => ({
  fields: fields(),
  spec: { parameters: scalar },
});
const spec = (): physics.EnsembleSpec => ({
  shape: [4, 4],
  fermions: "quenched",
  algorithm: "cluster",
  start: "random",
  seed: 1,
  set: "sweep",
  parameters: couplings,
  configurations: 4,
  stride: 1,
  thermalisation: 2,
  clusters: 1,
});
const stream = (): core.Rng => core.makeRng(1, "sweep");
const fock = made(physics.halfFilledBasis(4));
const first = (chain: Generator<physics.HmcSample>): unknown =>
  (chain.next().value as physics.HmcSample).field;
/** A value that is not finite is how an action says that a field has run away. */
const looked = (action: physics.Action): unknown => {
  const force = new Float64Array(lattice.sites);
  action.force(field(), force);
  return [action.value(field()), ...force].filter(Number.isFinite);
};

const scalars = (at: string): Record<string, Kind> => ({
  [`${at}.hoppingParameter`]: real,
  [`${at}.quarticCoupling`]: nonNegative,
});
const couplingKinds = (at: string): Record<string, Kind> => ({
  ...scalars(at),
  [`${at}.fermionMass`]: nonNegative,
  [`${at}.yukawaCoupling`]: real,
});
const specKinds = (at: string): Record<string, Kind> => ({
  ...couplingKinds(`${at}.parameters`),
  [`${at}.shape`]: allow("a lattice of three dimensions is one as well", "one more"),
  [`${at}.shape[]`]: label,
  [`${at}.seed`]: integer,
  [`${at}.set`]: allow("names a stream", '"no such word"'),
  [`${at}.configurations`]: effort,
  [`${at}.stride`]: effort,
  [`${at}.thermalisation`]: effort,
  [`${at}.clusters`]: effort,
});
const one: Entry = { valid: () => [field(), lattice] };
const chainOfValues = list;
const ensembleFields = either(batch, allow("another lattice", "wider"));

/** Energies of all sites together stay below the largest double, or are refused. */
const energy = allow("any that can be added up", "-1", "0.5", "0", "1099511627776");
const sampledSpins = (model: physics.SpinModel): unknown => {
  const spins = { configurations: 4, thermalisation: 2, seed: 1, set: "sweep" };
  return physics.sampler(model).sample(spins).fields;
};
/** A model of one's own: spins of the values 1 and −1 that do not see each other. */
const ownSpins = (): physics.SpinModel => ({
  lattice,
  name: "free spins",
  inverseTemperature: 0.4,
  states: [1, -1],
  energyDifference: () => 0,
  orderParameter: (field) => field[0],
  ordered: field().fill(1),
  clusters: { reflection: () => (value) => -value, bond: () => 0, site: () => 0 },
});

const entries: Readonly<Record<string, Entry>> = {
  actionDensity: {
    valid: () => [field(), lattice, scalar],
    kinds: { "2.hoppingParameter": real, "2.quarticCoupling": real },
  },
  binderCumulant: {
    valid: () => [waves(12), { blockSize: 2 }],
    kinds: { "0": chainOfValues },
  },
  cdwOrderParameter: { valid: () => [[1, 0, 1, 0]], kinds: { "0": list } },
  cluster: {
    valid: () => [
      lattice,
      couplings,
      {
        rng: stream(),
        start: field(),
        fermions: "quenched",
        clusters: 1,
        width: 1,
        thermalisation: 5,
      },
    ],
    kinds: {
      ...couplingKinds("1"),
      "2.clusters": effort,
      "2.width": positive,
      "2.thermalisation": either(effort, allow("is counted, not waited for", "1099511627776")),
    },
    use: first,
  },
  cramerRaoBound: {
    valid: () => [fields(), { blockSize: 2 }],
    kinds: { "0": either(ensembleFields, allow("a lattice of one extent less", "flat")) },
  },
  diagonalCorrelator: one,
  ensembleAverage: {
    valid: () => [fields(), physics.squaredField, { blockSize: 2 }],
    kinds: {
      "0": either(ensembleFields, allow("configurations of any shape", "one axis more", "flat")),
    },
  },
  fieldCorrelator: { valid: () => [field(), lattice, [1, -1]], kinds: { "2[]": integer } },
  halfFilledBasis: { valid: () => [4], kinds: { "0": label } },
  helicityModulus: {
    valid: () => [fields(), made(physics.xyModel(lattice, { inverseTemperature: 1 }))],
    kinds: { "0": batch },
  },
  hmc: {
    valid: () => [
      made(physics.kleinGordonAction(lattice, scalar)),
      {
        rng: stream(),
        start: field(),
        integrator: "omelyan",
        steps: 2,
        length: 1,
        thermalisation: 5,
        targetAcceptance: 0.8,
      },
    ],
    kinds: {
      "1.start[]": real,
      "1.steps": effort,
      "1.length": positive,
      "1.thermalisation": either(effort, allow("is counted, not waited for", "1099511627776")),
      "1.targetAcceptance": allow("within (0, 1)", "0.5"),
    },
    use: first,
  },
  hubbardChain: {
    valid: () => [{ sites: 4, pinning: 1e-7, secondInteraction: 0.5, basis: "full" }],
    kinds: { "0.sites": label, "0.pinning": real, "0.secondInteraction": real },
    use: (chain: physics.HubbardChain) => chain.groundState(1),
  },
  hubbardGroundState: {
    valid: () => [{ sites: 4, interaction: 1, pinning: 1e-7, basis: "symmetric" }],
    kinds: { "0.sites": label, "0.pinning": real, "0.interaction": real },
  },
  invertedNeighbours: {
    valid: () => [
      [0.1, 0.2, 0.3],
      [1, 2, 4],
    ],
    use: (inverse: (correlator: number) => number) => inverse(3),
  },
  isingModel: {
    valid: () => [lattice, { inverseTemperature: 0.4, coupling: 1, magneticField: 0.1 }],
    kinds: { "1.inverseTemperature": nonNegative, "1.coupling": energy, "1.magneticField": energy },
    use: sampledSpins,
  },
  kleinGordonAction: {
    valid: () => [lattice, scalar, { backend: "typescript" }],
    kinds: scalars("1"),
    use: looked,
  },
  lattice: {
    valid: () => [[4, 4]],
    kinds: { "0": list, "0[]": label },
  },
  magnetisation: { valid: () => [field()], kinds: { "0": list } },
  measure: {
    valid: () => [fields(), physics.squaredField],
    kinds: {
      "0": either(ensembleFields, allow("configurations of any shape", "one axis more", "flat")),
    },
  },
  minMaxNormalise: {
    valid: () => [fields(), { minimum: -1, maximum: 2 }],
    kinds: {
      "0": allow(
        "numbers of any shape, or none",
        "no rows",
        "a row less",
        "a row more",
        "wider",
        "one axis more",
        "flat",
      ),
      "1.minimum": real,
      "1.maximum": real,
    },
  },
  nearestNeighbourCorrelator: one,
  paramagneticObservable: {
    valid: () => [waves(64), cube, { direction: 1, form: "corrected", staggered: false }],
    kinds: { "2.direction": label },
  },
  quarticField: { valid: () => [field()], kinds: { "0": list } },
  sampledObservable: {
    valid: () => [{ spec: spec(), observable: "squaredField" }],
    kinds: specKinds("0.spec"),
  },
  sampleEnsemble: {
    valid: () => [spec(), { onDone: () => {} }],
    kinds: specKinds("0"),
  },
  sampler: {
    valid: () => [ownSpins(), { algorithm: "wolff", clusters: 1, backend: "typescript" }],
    kinds: {
      "0.name": allow("names a stream", '"no such word"'),
      "0.inverseTemperature": nonNegative,
      "0.states": either(list, allow("is no state of the ordered start", "one less")),
      "0.states[]": real,
      "0.ordered[]": allow("is one of the states", "-1"),
      "1.clusters": effort,
    },
    use: ({ model }: physics.Sampler) => sampledSpins(model),
  },
  scanObservables: {
    valid: () => [[ensemble()], ["squaredField", "magnetisation"]],
    kinds: {
      "0": anyList,
      "0[].fields": ensembleFields,
      ...{
        "0[].spec.parameters.hoppingParameter": real,
        "0[].spec.parameters.quarticCoupling": real,
      },
      "1": anyList,
    },
  },
  simulateJets: {
    valid: () => [{ jets: 2, first: 100, seed: 1, set: "sweep", signal: "higgs" }],
    kinds: {
      "0.jets": effort,
      "0.first": label,
      "0.seed": integer,
      "0.set": allow("names a stream", '"no such word"'),
    },
  },
  siteDensities: { valid: () => [fock, new Float64Array(6).fill(Math.sqrt(1 / 6))] },
  squaredField: { valid: () => [field()], kinds: { "0": list } },
  staggeredMagnetisation: one,
  susceptibility: {
    valid: () => [waves(12), 16, { modulus: true, blockSize: 2 }],
    kinds: { "0": chainOfValues },
  },
  timeSlicedCorrelator: { valid: () => [field(), lattice, { modulus: true }] },
  vortexDensity: one,
  xyModel: {
    valid: () => [lattice, { inverseTemperature: 0.4, coupling: 1 }],
    kinds: { "1.inverseTemperature": nonNegative, "1.coupling": energy },
    use: sampledSpins,
  },
  yukawaAction: {
    valid: () => [
      lattice,
      couplings,
      { fermions: "pseudofermion", forceTolerance: 1e-4, actionTolerance: 1e-6, maxIterations: 99 },
    ],
    kinds: {
      ...couplingKinds("1"),
      "2.forceTolerance": allow("within (0, 1)", "0.5"),
      "2.actionTolerance": allow("within (0, 1)", "0.5"),
    },
    use: (action: physics.Action) => {
      action.refresh?.(field(), stream());
      return looked(action);
    },
  },
};

sweepRoom("physics", physics, entries);
