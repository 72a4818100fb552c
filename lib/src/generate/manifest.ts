import { takes } from "../core/arguments/takes.js";
import { filePath } from "../core/arguments/kinds.js";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigError, DataError } from "../core/errors.js";
import type { NpyDtype } from "../core/files/npy.js";
import type { SolverOptions } from "../physics/fermions/pseudofermions.js";
import {
  fileName,
  finite,
  MANIFEST_VERSION,
  parseWith,
  says,
  seed,
  whole,
} from "./manifestFields.js";

/** How chains are run; what is left out has the default of `EnsembleSpec`. */
export interface ManifestSampling {
  readonly algorithm: "hmc" | "cluster";
  readonly start: "ordered" | "random";
  /** Trajectories from one stored configuration to the next. */
  readonly stride: number;
  /** Trajectories that each chain runs before its first configuration. */
  readonly thermalisation: number;
  readonly chains?: number;
  readonly integrator?: "leapfrog" | "omelyan";
  readonly steps?: number;
  readonly length?: number;
  readonly targetAcceptance?: number;
  readonly clusters?: number;
  /** Of the linear systems of pseudofermions. */
  readonly solver?: SolverOptions;
}

/** Another sampling for from ≤ κ ≤ to, and why; a later exception overrides an earlier one. */
export interface ManifestException extends Partial<ManifestSampling> {
  readonly from: number;
  readonly to: number;
  /** Configurations of every set there, instead of those the set says. */
  readonly configurations?: number;
  readonly because: string;
}

/**
 * What `phaselens generate` makes of lattices: one ensemble for each κ and set. Of jets:
 * `JetsManifest`.
 */
export interface Manifest {
  /** Default "lattice". */
  readonly kind?: "lattice";
  readonly version: typeof MANIFEST_VERSION;
  /** Letters, digits, dot, dash, underscore: names the folder. */
  readonly name: string;
  /** For people (default none). */
  readonly description?: string;
  readonly seed: number;
  /** Extents; axis 0 is time. */
  readonly lattice: readonly number[];
  readonly quarticCoupling: number;
  readonly fermionMass: number;
  readonly yukawaCoupling: number;
  readonly fermions: "pseudofermion" | "hopping" | "exact" | "quenched";
  /** Of the hopping expansion (default 2). */
  readonly order?: 2 | 4;
  /** What one more accept step restores of a hopping action (default nothing). */
  readonly correction?: "fourth" | "exact";
  /** κ: a grid first + step · b, or a list. */
  readonly hoppingParameters:
    { readonly first: number; readonly step: number; readonly count: number } | readonly number[];
  readonly sampling: ManifestSampling;
  /** Independent sets, e.g. "training" and "test". */
  readonly sets: Readonly<Record<string, { readonly configurations: number }>>;
  /** Couplings that are sampled otherwise (default none). */
  readonly exceptions?: readonly ManifestException[];
  /** Numbers in the files: "f4" by default, see `writePiece`. */
  readonly dtype?: Extract<NpyDtype, "f4" | "f8">;
}

const oneOf = <const T extends string>(...words: T[]) =>
  z.enum(words, says(`one of ${words.map((word) => `"${word}"`).join(", ")}`));

const solver = z.strictObject(
  {
    forceTolerance: finite.optional(),
    actionTolerance: finite.optional(),
    maxIterations: whole(1).optional(),
  },
  says("an object, e.g. { maxIterations: 10000 }"),
);
const sampling = {
  algorithm: oneOf("hmc", "cluster"),
  start: oneOf("ordered", "random"),
  stride: whole(1),
  thermalisation: whole(0),
  chains: whole(1).optional(),
  integrator: oneOf("leapfrog", "omelyan").optional(),
  steps: whole(1).optional(),
  length: finite.optional(),
  targetAcceptance: finite.optional(),
  clusters: whole(0).optional(),
  solver: solver.optional(),
};
const grid = z.strictObject({ first: finite, step: finite, count: whole(1) });
const orderMessage = says("2 or 4");

const schema = z.strictObject(
  {
    kind: z.literal("lattice", says('"lattice" or "jets", or left out')).optional(),
    version: z.literal(MANIFEST_VERSION, says(String(MANIFEST_VERSION))),
    name: fileName,
    description: z.string(says("a text")).optional(),
    seed,
    lattice: z.array(whole(2), says("a list of 2 to 4 extents")),
    quarticCoupling: finite,
    fermionMass: finite,
    yukawaCoupling: finite,
    fermions: oneOf("pseudofermion", "hopping", "exact", "quenched"),
    order: z.union([z.literal(2), z.literal(4)], orderMessage).optional(),
    correction: oneOf("fourth", "exact").optional(),
    hoppingParameters: z.union(
      [grid, z.array(finite).min(1)],
      says("{ first, step, count } or a list of at least one number"),
    ),
    sampling: z.strictObject(sampling, says("an object")),
    sets: z.record(
      fileName,
      z.strictObject({ configurations: whole(1) }, says("an object, e.g. { configurations: 200 }")),
      says("sets by name, e.g. { training: { configurations: 200 } }"),
    ),
    exceptions: z
      .array(
        z.strictObject({
          ...z.strictObject(sampling).partial().shape,
          from: finite,
          to: finite,
          configurations: whole(1).optional(),
          because: z.string(says("a text that says why")),
        }),
      )
      .optional(),
    dtype: oneOf("f4", "f8").optional(),
  },
  says("an object"),
);

/**
 * A manifest from its JSON value; only its form is checked here, the physics by `planPieces`.
 * @param source  what errors call it, e.g. its path
 * @throws ConfigError naming each field that is wrong, or the newer version that it was made for
 */
export function parseManifest(value: unknown, source: string): Manifest {
  if ((value as { kind?: unknown } | undefined)?.kind === "jets") {
    const cure = "Use parseAnyManifest or readAnyManifest, or give one of lattice ensembles";
    throw new ConfigError(`${source}: is a manifest of jets. ${cure}.`, { source });
  }
  return parseWith(schema, value, source, "data/bluecher2020-quick.json");
}

/**
 * The manifest of lattice ensembles in a JSON file.
 * @throws DataError if it cannot be read, ConfigError if it says something wrong
 */
export function readManifest(path: string): Manifest {
  takes("readManifest", { path: [path, filePath] });
  return parseManifest(readManifestJson(path), path);
}

/** The JSON in a file. @throws DataError if there is none */
export function readManifestJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const cure = "Give the path of a manifest, e.g. data/bluecher2020-quick.json";
    throw new DataError(`${path}: cannot be read (${code}). ${cure}.`, { path, code });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const cure = "Repair it, or start from data/bluecher2020-quick.json";
    throw new DataError(`${path}: is not JSON: ${(error as Error).message}. ${cure}.`, { path });
  }
}
