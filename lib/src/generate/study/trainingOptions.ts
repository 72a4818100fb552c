import type { Loss } from "../../nn/losses/loss.js";
import {
  adam,
  constantSchedule,
  cosineSchedule,
  sgd,
  type Optimiser,
} from "../../nn/training/optimiser.js";
import type { Recipe } from "../../nn/training/recipe.js";
import { recipeOf } from "../../nn/training/trainMany.js";
import type { StudyTraining } from "./studyManifest.js";

type Plain = Exclude<StudyTraining, { recipe: unknown }>;

/** What `nn.train` takes for the training of a manifest; the risk is the problem's. */
export async function trainingOptions(
  training: StudyTraining,
  risk: { readonly loss: Loss; readonly l2: number },
): Promise<Recipe["options"]> {
  if ("recipe" in training) return { ...(await recipeOf(training.recipe)).options, ...risk };
  const { optimiser: _, learningRate: _rate, momentum: _momentum, schedule, ...rest } = training;
  return {
    ...rest,
    ...risk,
    optimiser: optimiserOf(training),
    schedule: schedule === "cosine" ? cosineSchedule : constantSchedule,
  };
}

function optimiserOf({ optimiser = "sgd", learningRate, momentum }: Plain): Optimiser {
  return optimiser === "adam"
    ? adam({ learningRate })
    : sgd({ learningRate: learningRate ?? 0.1, momentum: momentum ?? 0.9 });
}
