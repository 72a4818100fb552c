import {
  callable,
  count,
  integer,
  kind,
  listOf,
  nonNegative,
  name,
  numbers,
  optional,
  real,
  record,
  word,
} from "../../core/arguments/kinds.js";
import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { aLattice } from "../arguments.js";
import { checkSites } from "../lattice/lattice.js";
import { backends, type Backend } from "../lattice/latticeMemory.js";
import { spinEnsemble, type SpinEnsemble } from "./spinEnsemble.js";
import {
  algorithms,
  valuesOf,
  type SpinAlgorithm,
  type SpinEnsembleSpec,
  type SpinModel,
  type SpinMoves,
} from "./spinModel.js";

/** Options of `sampler`. */
export interface SamplerOptions {
  /**
   * "heatBath" by default, "metropolis" where values are continuous. "wolff" is either of them
   * followed by cluster updates. Metropolis proposes the other of two values, so that at high
   * temperature nearly all spins flip in every sweep, and the heat bath forgets faster.
   */
  readonly algorithm?: SpinAlgorithm;
  /** Cluster updates after each sweep of "wolff", 4 by default. */
  readonly clusters?: number;
  /** "typescript" declines the compiled kernels (default "auto"). */
  readonly backend?: Backend;
}

/** A model with the way in which its chains move. */
export interface Sampler {
  readonly model: SpinModel;
  readonly algorithm: SpinAlgorithm;
  /**
   * Configurations of several chains, each thermalised, with a report.
   * @param hooks.onDone  told of the sweeps done, thermalisation included, of all (default nobody)
   * @throws ConfigError for counts out of range
   */
  sample(
    spec: SpinEnsembleSpec,
    hooks?: { readonly onDone?: (done: number, total: number) => void },
  ): SpinEnsemble;
}

const discrete = listOf(real, 2);
const continuous = record({ reference: real, random: callable, propose: optional(callable) });
const neither = kind(
  "an array of values, e.g. [-1, 1] (of a typed array Array.from(…)), or { reference, random }",
  (value) => !ArrayBuffer.isView(value),
);
const states: ArgumentKind = (value, own) =>
  neither(value, own) ?? (Array.isArray(value) ? discrete(value, own) : continuous(value, own));
const aSpinModel = record(
  {
    lattice: aLattice,
    name,
    inverseTemperature: nonNegative,
    states,
    energyDifference: callable,
    orderParameter: optional(callable),
    ordered: optional(numbers()),
    clusters: optional(record({ reflection: callable, bond: callable, site: optional(callable) })),
  },
  "a model such as physics.isingModel makes, or { lattice, name, inverseTemperature, states, energyDifference }",
);

/**
 * Markov chains of a spin model: Ising, XY, or one of your own by the energy difference of one
 * changed site.
 *
 *   Metropolis: a proposal is taken with min(1, e^{−β ΔE})        Metropolis et al. 1953
 *   heat bath:  a site takes state k with e^{−β E_k} / Σ_l e^{−β E_l}
 *   Wolff:      links of a cluster join with 1 − e^{−β Δe}        Wolff 1989
 *
 * A step is one update of each site, in checkerboard order, and with "wolff" cluster updates. The
 * energy differences of a model of your own are tried first: changing all sites of a random field
 * has to cost the same in either order, and proposals of your own have to be as likely as the way
 * back.
 * @throws ConfigError for a model that lacks what the algorithm needs, or has no energy
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * const lattice = physics.lattice([8, 8]);
 * const potts = physics.sampler({ // three states, E = −Σ δ(a, b)
 *   lattice, name: "potts beta=0.8", inverseTemperature: 0.8, states: [0, 1, 2],
 *   energyDifference(field, site, proposed) {
 *     let change = 0;
 *     for (const m of lattice.neighbours.subarray(4 * site, 4 * site + 4))
 *       change += Number(field[m] === field[site]) - Number(field[m] === proposed);
 *     return change;
 *   },
 * });
 * const { fields, report } = potts.sample({
 *   configurations: 100, thermalisation: 200, stride: 4, seed: 1, set: "a",
 * });
 * console.log(fields.shape, report.flags.length); // → [ 100, 8, 8 ] 0
 * ```
 */
export function sampler(model: SpinModel, options: SamplerOptions = {}): Sampler {
  takes("sampler", {
    model: [model, aSpinModel],
    options: [
      options,
      record({
        algorithm: optional(word(algorithms)),
        clusters: optional(count(1)),
        backend: optional(word(backends)),
      }),
    ],
  });
  const values = valuesOf(model);
  checkStates(model, values);
  const {
    algorithm = values ? "heatBath" : "metropolis",
    clusters = 4,
    backend = "auto",
  } = options;
  if (algorithm === "heatBath" && !values) {
    throw new ConfigError(
      'sampler: algorithm "heatBath" needs a list of states, not a continuous range. Use "metropolis", or "wolff" where the model has clusters.',
    );
  }
  if (algorithm === "wolff" && !model.clusters) {
    throw new ConfigError(
      'sampler: algorithm "wolff" needs `clusters` of the model, a reflection and the energy of a link. Give them, or use "metropolis" or "heatBath".',
    );
  }
  const moves: SpinMoves = {
    algorithm,
    sweeps: algorithm === "metropolis" || !values ? "metropolis" : "heatBath",
    clusters: algorithm === "wolff" ? clusters : 0,
    backend,
  };
  return {
    model,
    algorithm,
    sample: (spec, hooks = {}) => {
      takes("sample", {
        spec: [spec, aSpec],
        options: [hooks, record({ onDone: optional(callable) })],
      });
      return spinEnsemble(model, moves, spec, hooks.onDone);
    },
  };
}

/** @throws ConfigError for a state that is named twice, or an ordered start of others */
function checkStates({ ordered, lattice }: SpinModel, values: readonly number[] | undefined): void {
  if (ordered) checkSites(ordered, lattice, "sampler, ordered");
  if (values === undefined) return;
  if (new Set(values).size < values.length) {
    throw new ConfigError(`sampler: the states [${values}] name a value twice. Name each once.`);
  }
  const foreign = ordered?.find((value) => !values.includes(value));
  if (foreign === undefined) return;
  throw new ConfigError(
    `sampler: ordered has the value ${foreign}; the states are [${values}]. Use these alone.`,
    { value: foreign },
  );
}

const aSpec = record(
  {
    configurations: count(1),
    thermalisation: count(),
    seed: integer,
    set: kind(
      'a text without a slash, e.g. "training"',
      (value) => typeof value === "string" && /^[^/]+$/.test(value),
    ),
    stride: optional(count(1)),
    chains: optional(count(1)),
    start: optional(word(["ordered", "random"])),
  },
  "a specification { configurations, thermalisation, seed, set, … }",
);
