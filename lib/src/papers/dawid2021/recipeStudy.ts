import { word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { shippedStudy, type Study } from "../shared/shippedStudy.js";
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

/** What `npm run study:recipes` found for many networks and recipes. */
export type RecipeStudy = Study<StudiedRecipe>;

/** What `npm run study:signs` found: Fig. 4 over recipes. */
export type SignStudy = Study<StudiedSigns>;

/** The two networks of a recipe and seed. */
export interface StudiedSigns extends SignVerdicts {
  readonly recipe: string;
  readonly seed: number;
  /** CPU seconds of both trainings and all verdicts. */
  readonly seconds: number;
}

/**
 * The study of Figs. 3, 5, 6 and App. B shipped in the project's `data/studies`.
 * @param which  "recipes": recipes as they end (default); "stops": each seed of three recipes
 *   stopped at several losses on its way, so that nothing but the loss differs
 * @throws ConfigError outside the project or for another word, DataError if the file is another
 */
export function recipeStudy(which: "recipes" | "stops" = "recipes"): RecipeStudy {
  takes("recipeStudy", { which: [which, word(["recipes", "stops"])] });
  return shippedStudy(`dawid2021-${which}.json`);
}

/**
 * The study of Fig. 4, likewise.
 * @throws ConfigError outside the project, DataError if the file is another
 */
export const signStudy = (): SignStudy => shippedStudy("dawid2021-signs.json");
