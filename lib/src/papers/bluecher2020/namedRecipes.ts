import type { Recipe } from "../../nn/training/recipe.js";
import { cnnPaperRecipe, cnnRecipe, mlpPaperRecipe, mlpRecipe } from "./recipes.js";

/** Name of a recipe of this paper. */
export type RecipeName = "cnnRecipe" | "cnnPaperRecipe" | "mlpRecipe" | "mlpPaperRecipe";

/**
 * How the networks of Blücher et al. 2020 are trained here, by the name that `trainedNetworks`
 * takes: on a tenth of the paper's configurations, or, with `Paper`, on all of them.
 */
export const recipes: Readonly<Record<RecipeName, Recipe>> = {
  cnnRecipe,
  cnnPaperRecipe,
  mlpRecipe,
  mlpPaperRecipe,
};
