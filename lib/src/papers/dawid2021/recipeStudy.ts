import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, DataError } from "../../core/errors.js";
import { projectRoot } from "../../core/files/projectRoot.js";
import type { SignVerdicts } from "./signVerdicts.js";
import type { Verdicts } from "./verdicts.js";

/** One network of the study, as the summary has it. */
export interface StudiedRecipe extends Verdicts {
  /** "authors", "decreasing", "ours", "ours 0.4", "pooled", … */
  readonly recipe: string;
  readonly sites: number;
  readonly seed: number;
  /** CPU seconds of its training. */
  readonly seconds: number;
  /** Epochs that its parameters were trained for. */
  readonly epochs: number;
  /** Median rank correlation of influence with the proximal response, if it was audited. */
  readonly audit?: number;
}

/** What `environment/studies/dawid2021-recipes.mjs` found for many networks and recipes. */
export interface RecipeStudy {
  readonly description: string;
  readonly version: string;
  readonly networks: readonly StudiedRecipe[];
}

/** What `environment/studies/dawid2021-signs.mjs` found: Fig. 4 over recipes. */
export interface SignStudy {
  readonly description: string;
  readonly networks: readonly StudiedSigns[];
}

/** The two networks of a recipe and seed. */
export interface StudiedSigns extends SignVerdicts {
  readonly recipe: string;
  readonly seed: number;
  /** CPU seconds of both trainings and all verdicts. */
  readonly seconds: number;
}

/**
 * The study of Figs. 3, 5, 6 and App. B shipped in the project's `data/studies`.
 * @throws ConfigError outside the project, DataError if the file is another
 */
export const recipeStudy = (): RecipeStudy => shipped<RecipeStudy>("dawid2021-recipes.json");

/**
 * The study of Fig. 4, likewise.
 * @throws ConfigError outside the project, DataError if the file is another
 */
export const signStudy = (): SignStudy => shipped<SignStudy>("dawid2021-signs.json");

function shipped<S extends { readonly networks: readonly unknown[] }>(name: string): S {
  const root = projectRoot();
  if (root === undefined) {
    const fact = `${process.cwd()} does not lie in the phaselens project`;
    throw new ConfigError(`${name}: ${fact}, whose data/studies has the study. Run it there.`);
  }
  const path = join(root, "data", "studies", name);
  const study = JSON.parse(readFileSync(path, "utf8")) as Partial<S>;
  if (!Array.isArray(study.networks)) {
    throw new DataError(`${path}: networks must be a list. Take the file of the repository.`);
  }
  return study as S;
}
