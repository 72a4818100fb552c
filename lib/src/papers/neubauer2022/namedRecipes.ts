import type { Recipe } from "../../nn/training/recipe.js";
import { paperRecipe, recipe } from "./recipes.js";

/**
 * How the taggers of Neubauer and Roy 2022 are trained here, by the name that `trainedTaggers`
 * takes: narrow networks on 5000 jets, or, as `paperRecipe`, wider ones on ten times as many.
 */
export const recipes: Readonly<Record<"recipe" | "paperRecipe", Recipe>> = { recipe, paperRecipe };
