import { list, record } from "../../core/arguments/kinds.js";
import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import { yukawaCouplings } from "../arguments.js";
import { canonicalJson } from "../../core/cache/canonicalJson.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { murmurHash3 } from "../../core/cache/hash.js";
import { checkExact } from "../fermions/exactUpdates.js";
import type { Integrator } from "./integrators.js";
import { lightFermions } from "../fermions/lightFermions.js";
import type { LocalFermions } from "../fermions/localWeight.js";
import { checkSolver, type SolverOptions } from "../fermions/pseudofermions.js";
import type { Start } from "./starts.js";
import type { Fermions, YukawaParameters } from "../lattice/yukawaParameters.js";

/**
 * Everything an ensemble depends on; plain values, so that it can be hashed, sent to a worker and
 * written to a file.
 */
export interface EnsembleSpec {
  /** 2 to 4 extents; axis 0 is time. */
  readonly shape: readonly number[];
  readonly parameters: YukawaParameters;
  /**
   * "pseudofermion" needs "hmc", "exact" needs "cluster" and at most 1024 sites. Which is right
   * where: `EnsembleReport.flags`, and docs/how-to/other-couplings.md.
   */
  readonly fermions: Fermions | LocalFermions;
  /** Of the hopping expansion, 2 by default. */
  readonly order?: 2 | 4;
  /**
   * One more accept step of hmc with the next order, or with the exact determinant, of a hopping
   * action; none by default.
   */
  readonly correction?: "fourth" | "exact";
  /** "cluster" needs `fermions` "quenched", "exact", or "hopping" of second order. */
  readonly algorithm: "hmc" | "cluster";
  /**
   * Where M_f + gφ may change its sign (`lightFermions`) every second chain begins the other way,
   * so that chains that do not leave the region of their start disagree.
   */
  readonly start: Start;
  /** Stored configurations, of all chains together. */
  readonly configurations: number;
  /** Trajectories from one stored configuration to the next. */
  readonly stride: number;
  /**
   * Trajectories at the start of each chain that are not stored; the first four fifths tune the
   * step.
   */
  readonly thermalisation: number;
  readonly seed: number;
  /** "training", "test", …: names the stream, so different sets are independent. */
  readonly set: string;
  /** 2 by default: with one alone, a chain that has not found all of its states cannot be told. */
  readonly chains?: number;
  /** Of hmc; "omelyan" by default. */
  readonly integrator?: Integrator;
  /**
   * Steps a trajectory with which tuning begins, 10 by default; with `thermalisation` 0, the number
   * throughout.
   */
  readonly steps?: number;
  /** Length of a trajectory, 1 by default. */
  readonly length?: number;
  /** Acceptance that tuning aims at, .9 by default. */
  readonly targetAcceptance?: number;
  /** Wolff updates a step of "cluster", 4 by default. */
  readonly clusters?: number;
  /**
   * Of the pseudofermions' linear systems (default: see `SolverOptions`); a trajectory in which one
   * fails is rejected.
   */
  readonly solver?: SolverOptions;
}

/** A specification, of which the gate of a chain asks no more than that its parts are there. */
export const ensembleSpec: ArgumentKind = record(
  { shape: list, parameters: yukawaCouplings },
  "a specification { shape, parameters, … }",
);

const whole = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least;

/** @throws ConfigError for more chains than configurations, also where they are by default */
export function checkChains(
  caller: string,
  { chains, configurations }: { readonly chains?: number; readonly configurations: number },
): void {
  const asked = chains ?? 2;
  if (asked <= configurations) return;
  throw new ConfigError(
    `${caller}: ${asked} chains${chains ? "" : ", the default,"} for ${configurations} configuration${configurations > 1 ? "s" : ""}; use at most one chain a configuration.`,
    { chains: asked },
  );
}

/**
 * Refuses what `sampleEnsemble` cannot run; couplings and lattice are checked where they are used.
 * @throws ConfigError
 */
export function checkEnsembleSpec(spec: EnsembleSpec): void {
  takes("sampleEnsemble", { spec: [spec, ensembleSpec] });
  const { chains = 2, configurations, algorithm, fermions, order = 2, set } = spec;
  const counts: [string, unknown, number][] = [
    ["configurations", configurations, 1],
    ["stride", spec.stride, 1],
    ["thermalisation", spec.thermalisation, 0],
    ["chains", chains, 1],
  ];
  for (const [name, value, least] of counts) {
    if (!whole(value, least)) {
      const fact = `${name} is ${String(value)}`;
      throw new ConfigError(
        `sampleEnsemble: ${fact}; it must be a whole number of at least ${least}.`,
        { [name]: value },
      );
    }
  }
  checkChains("sampleEnsemble", spec);
  checkWords(spec, "sampleEnsemble");
  if (
    algorithm === "cluster" &&
    (fermions === "pseudofermion" || (fermions === "hopping" && order !== 2))
  ) {
    const fact = `"cluster" cannot weigh ${fermions === "hopping" ? "the hopping expansion beyond second order" : "pseudofermions"}`;
    const cure = 'Use "hmc", or fermions "hopping" of order 2, or "exact"';
    throw new ConfigError(`sampleEnsemble: ${fact}. ${cure}.`, { algorithm, fermions, order });
  }
  if (fermions === "exact") {
    if (algorithm === "hmc") {
      const fact = '"hmc" cannot cross the zeros of the exact determinant';
      const cure = 'Use algorithm "cluster", or fermions "pseudofermion"';
      throw new ConfigError(`sampleEnsemble: ${fact}. ${cure}.`, { algorithm, fermions });
    }
    if (spec.order !== undefined) {
      const fact = `order ${spec.order} belongs to fermions "hopping", not to "exact"`;
      throw new ConfigError(`sampleEnsemble: ${fact}. Leave it out.`, { order });
    }
    checkExact(spec.shape);
  }
  if (spec.solver !== undefined) {
    if (fermions !== "pseudofermion") {
      const fact = `solver belongs to fermions "pseudofermion", not to "${fermions}"`;
      throw new ConfigError(`sampleEnsemble: ${fact}. Leave it out.`, { fermions });
    }
    checkSolverOptions(spec.solver);
  }
  if (algorithm === "cluster" && spec.correction !== undefined) {
    throw new ConfigError(
      `sampleEnsemble: "cluster" has no step for correction "${spec.correction}". Leave it out, or use "hmc".`,
    );
  }
  if (typeof set !== "string" || !/^[^/]+$/.test(set)) {
    throw new ConfigError(
      `sampleEnsemble: the set is ${JSON.stringify(set)}; it must be a text without a slash, e.g. "training".`,
      { set },
    );
  }
}

const solverOptions = ["forceTolerance", "actionTolerance", "maxIterations"];

/** A spec may come from a file or from JavaScript, where a misspelt option would have no effect. */
function checkSolverOptions(solver: SolverOptions): void {
  if (typeof solver !== "object" || solver === null) {
    const fact = `solver is ${String(solver)}; it must be an object`;
    throw new ConfigError(`sampleEnsemble: ${fact}, e.g. { maxIterations: 10000 }.`);
  }
  const unknown = Object.keys(solver).find((name) => !solverOptions.includes(name));
  if (unknown !== undefined) {
    const fact = `solver has no option ${JSON.stringify(unknown)}`;
    throw new ConfigError(`sampleEnsemble: ${fact}. Use ${solverOptions.join(", ")}.`, { solver });
  }
  checkSolver(solver);
}

/**
 * How a chain begins: as the spec says, but every second one the other way where M_f + gφ may
 * change its sign and the fermions allow it.
 */
export function startOfChain(spec: EnsembleSpec, chain: number): Start {
  const { start, fermions, parameters, shape } = spec;
  const either = fermions === "pseudofermion" || fermions === "exact";
  if (!either || chain % 2 === 0 || !lightFermions(parameters, shape.length)) return start;
  return start === "ordered" ? "random" : "ordered";
}

/** @throws ConfigError for a word that there is not */
function checkWords(
  { algorithm, fermions, start, correction, integrator }: EnsembleSpec,
  what: string,
): void {
  oneOf(algorithm, ["hmc", "cluster"], `${what}: algorithm`);
  oneOf(fermions, ["pseudofermion", "hopping", "quenched", "exact"], `${what}: fermions`);
  oneOf(start, ["ordered", "random"], `${what}: start`);
  if (correction !== undefined) oneOf(correction, ["fourth", "exact"], `${what}: correction`);
  if (integrator !== undefined) oneOf(integrator, ["leapfrog", "omelyan"], `${what}: integrator`);
}

/**
 * κ as it stands in the name of a stream: −.35 + 31 · .005 and −.195 are one coupling, whatever
 * their last bits.
 */
export const kappaLabel = (hoppingParameter: number): string =>
  `kappa=${Number(hoppingParameter.toPrecision(12))}`;

/**
 * 128 bits of hash of a spec, in hexadecimal digits: equal for specs that are equal value by value.
 */
export function specHash(spec: EnsembleSpec): string {
  checkWords(spec, "specHash");
  const text = canonicalJson(spec, "spec");
  return Array.from(murmurHash3(new TextEncoder().encode(text)), (word) =>
    word.toString(16).padStart(8, "0"),
  ).join("");
}
