import { z } from "zod";
import { ConfigError } from "../../core/errors.js";
import { curvatureNames } from "../../hessian/curvature/choice.js";
import { readManifestJson } from "../manifest.js";
import {
  fileName,
  finite,
  MANIFEST_VERSION,
  parseWith,
  says,
  seed,
  whole,
} from "../manifestFields.js";

/** What `phaselens study` computes: θ after θ of one model, each of its own. */
export interface StudyManifest {
  readonly version: typeof MANIFEST_VERSION;
  readonly kind: "study";
  /** Letters, digits, dot, dash, underscore: names the folder. */
  readonly name: string;
  /** For people (default none). */
  readonly description?: string;
  readonly seed: number;
  /**
   * Model and training data, by the names of the options of `phaselens audit`; paths as on the
   * command line.
   */
  readonly problem: Readonly<Record<string, string | number>>;
  /** How networks are trained; of retrainings, bootstraps and seeds. */
  readonly training?: StudyTraining;
  /** Training points taken away, each group on its own. */
  readonly removals?: StudyRemovals;
  /** Networks trained on bootstrap samples of the training data. */
  readonly bootstraps?: {
    readonly count: number;
    /** See `hessian.bootstrap.retraining`; default "original". */
    readonly start?: "original" | "scratch";
    readonly epochs?: number;
  };
  /** Networks trained from seed `first` (default: the manifest's) on, one after the other. */
  readonly seeds?: { readonly count: number; readonly first?: number };
}

/** Either so many points, drawn as an audit draws them, or groups by name. */
export interface StudyRemovals {
  readonly points?: number;
  readonly draw?: "self-influence" | "uniform";
  readonly groups?: readonly (readonly number[])[];
  /** Whether the network is trained anew without each group as well (default false). */
  readonly retrain?: boolean;
}

/** A recipe of this library, or the options of `nn.train` that are plain data. */
export type StudyTraining =
  | { readonly recipe: { readonly module: string; readonly name: string } }
  | {
      readonly epochs: number;
      /** Default sgd with momentum 0.9 and learning rate 0.1. */
      readonly optimiser?: "sgd" | "adam";
      readonly learningRate?: number;
      readonly momentum?: number;
      readonly batchSize?: number;
      readonly schedule?: "constant" | "cosine";
      readonly precision?: "float64" | "float32";
      readonly clip?: number;
      readonly stopAt?: number;
      readonly checkEvery?: number;
    };

const word = <const T extends string>(...words: T[]) =>
  z.enum(words, says(`one of ${words.map((one) => `"${one}"`).join(", ")}`));
const positiveMessage = says("a finite number > 0");
const positive = z.number(positiveMessage).refine((value) => value > 0, positiveMessage);
const zeroMessage = says("a finite number ≥ 0");
const notNegative = z.number(zeroMessage).refine((value) => value >= 0, zeroMessage);
const text = z.string(says("a text that is not empty")).min(1, says("a text that is not empty"));

const problem = z.strictObject(
  {
    model: text,
    train: text,
    "train-target": text.optional(),
    "target-column": text.optional(),
    "target-dataset": text.optional(),
    dataset: text.optional(),
    columns: text.optional(),
    header: word("yes", "no").optional(),
    decimal: word(".", ",").optional(),
    classes: text.optional(),
    weights: text.optional(),
    output: text.optional(),
    masks: text.optional(),
    loss: text.optional(),
    "loss-parameters": text.optional(),
    l2: notNegative.optional(),
    convention: word("loss", "dawid2021").optional(),
    damping: notNegative.optional(),
    curvature: word(...curvatureNames).optional(),
    "head-after": text.optional(),
    "train-limit": whole(1).optional(),
  },
  says('an object with at least "model" and "train"'),
);

const OWN = /^phaselens\/papers\/[a-z0-9]+$/;
const moduleMessage = says('a module of this library such as "phaselens/papers/dawid2021"');
const recipe = z.strictObject({
  recipe: z.strictObject(
    { module: z.string(moduleMessage).regex(OWN, moduleMessage), name: text },
    says('{ "module": "phaselens/papers/…", "name": … }'),
  ),
});
const plain = z.strictObject({
  epochs: whole(1),
  optimiser: word("sgd", "adam").optional(),
  learningRate: positive.optional(),
  momentum: notNegative.optional(),
  batchSize: whole(1).optional(),
  schedule: word("constant", "cosine").optional(),
  precision: word("float64", "float32").optional(),
  clip: positive.optional(),
  stopAt: finite.optional(),
  checkEvery: whole(1).optional(),
});

const schema = z.strictObject(
  {
    version: z.literal(MANIFEST_VERSION, says(String(MANIFEST_VERSION))),
    kind: z.literal("study", says('"study"')),
    name: fileName,
    description: z.string(says("a text")).optional(),
    seed,
    problem,
    training: z
      .union([recipe, plain], says('{ "epochs": … } with options of nn.train, or { "recipe": … }'))
      .optional(),
    removals: z
      .strictObject(
        {
          points: whole(1).optional(),
          draw: word("self-influence", "uniform").optional(),
          groups: z
            .array(
              z.array(whole(0), says("a list of training points")).min(1, says("not empty")),
              says("a list of groups, e.g. [[0], [3, 4]]"),
            )
            .min(1, says("a list of at least one group"))
            .optional(),
          retrain: z.boolean(says("true or false")).optional(),
        },
        says('an object, e.g. { "points": 16 }'),
      )
      .optional(),
    bootstraps: z
      .strictObject(
        {
          count: whole(2),
          start: word("original", "scratch").optional(),
          epochs: whole(1).optional(),
        },
        says('an object, e.g. { "count": 50 }'),
      )
      .optional(),
    seeds: z
      .strictObject(
        { count: whole(1), first: seed.optional() },
        says('an object, e.g. { "count": 20 }'),
      )
      .optional(),
  },
  says("an object"),
);

/** What an error points to. */
const EXAMPLE = "The manifest in docs/how-to/cluster.md";

/**
 * The manifest of a study from its JSON value.
 * @param source  what errors call it, e.g. its path
 * @throws ConfigError naming each field that is wrong, what contradicts or lacks another
 */
export function parseStudyManifest(value: unknown, source: string): StudyManifest {
  const manifest = parseWith(schema, value, source, EXAMPLE) as StudyManifest;
  const { removals, bootstraps, seeds, training } = manifest;
  const refuse = (fact: string, cure: string): never => {
    throw new ConfigError(`${source}: ${fact}. ${cure}.`, { source });
  };
  if (!removals && !bootstraps && !seeds)
    refuse("asks for nothing", 'Name removals, bootstraps or seeds, e.g. "seeds": { "count": 20 }');
  if (removals && (removals.points === undefined) === (removals.groups === undefined)) {
    const which = removals.points === undefined ? "neither points nor" : "both points and";
    refuse(`removals has ${which} groups`, "Give one of them");
  }
  if (removals?.groups && removals.draw !== undefined)
    refuse("removals has groups, which nobody draws, and draw", "Leave draw out");
  const trained = [
    ...(removals?.retrain ? ["removals.retrain"] : []),
    ...(bootstraps ? ["bootstraps"] : []),
    ...(seeds ? ["seeds"] : []),
  ];
  if (trained.length > 0 && !training)
    refuse(
      `training is missing, which ${trained.join(" and ")} need`,
      'Add e.g. "training": { "epochs": 20 }',
    );
  return manifest;
}

/** The manifest in a JSON file. @throws DataError if it cannot be read, ConfigError as above */
export function readStudyManifest(path: string): StudyManifest {
  return parseStudyManifest(readManifestJson(path), path);
}
