import { cnn, gapCnn } from "./networks.js";
import { uniformFanIn } from "../../nn/network/initialise.js";
import type { Network } from "../../nn/network/network.js";
import { cosineSchedule, sgd } from "../../nn/training/optimiser.js";
import { cnnRecipe, gapCnnRecipe } from "./cnnRecipes.js";
import { type Recipe } from "../../nn/training/recipe.js";
import type { TrainOptions } from "../../nn/training/trainOptions.js";
import { withDropout } from "./withDropout.js";

/** A recipe with the network that it is for. */
export interface NetworkRecipe extends Recipe {
  /** As it is trained, with dropout if the recipe has it. */
  readonly trainedNetwork: () => Network;
  /** Without dropout: what is explained. Its θ is the same. */
  readonly network: () => Network;
}

const { risk } = cnnRecipe;

const fullBatch = (
  description: string,
  options: Partial<TrainOptions> & Pick<TrainOptions, "optimiser">,
): NetworkRecipe => ({
  description:
    `cross-entropy, l2 5e-5, ${description}, batch 1000, 100 epochs, uniform fan-in, ` +
    "dropout 0.5 before the last layer, epoch of the lowest validation loss",
  risk,
  trainedNetwork: () => withDropout(cnn()),
  network: cnn,
  options: {
    ...risk,
    epochs: 100,
    batchSize: 1000,
    initialise: uniformFanIn,
    stuck: false,
    keep: "lowestLoss",
    ...options,
  },
});

/**
 * The authors' public recipe for the network of Fig. 7(a)
 * (Shmoo137/Interpretable-Phase-Classification, Reproduce_Fig2.ipynb, commit ee0ba1f): full batches
 * of 1000, sgd 0.1 with momentum 1.0, that is without friction, 100 epochs at a constant rate (a
 * scheduler is made and never called), PyTorch's default start, (1/n)(λ/2)‖θ‖² with λ = 0.05,
 * dropout ½ before the last layer.
 *
 * Differs from that notebook: it keeps the last epoch, wherever the swinging loss then is. Repeated
 * in PyTorch with its seed 17 the loss passes a first minimum in epochs 45 to 48, and there, not at
 * the end, lie the published weights (‖Δθ‖ / ‖θ‖ = .23; .57 for the start, 10 for epoch 100). What
 * was kept is not published; the lowest validation loss picks epoch 47.
 */
export const authorsRecipe: NetworkRecipe = fullBatch("sgd 0.1 momentum 1", {
  optimiser: sgd({ learningRate: 0.1, momentum: 1 }),
});

/**
 * A recipe like theirs that ends in a minimum: with friction, three times the rate to make up for
 * it, a rate that falls to 0, and clipped gradients, without which the loss jumped back to that of
 * a constant output at the first steep place (three seeds of three).
 */
export const decreasingRate: NetworkRecipe = fullBatch("sgd 0.3 momentum 0.9 cosine, clip 0.3", {
  optimiser: sgd({ learningRate: 0.3, momentum: 0.9 }),
  schedule: cosineSchedule,
  clip: 0.3,
});

const without = (recipe: Recipe, network: () => Network): NetworkRecipe => ({
  ...recipe,
  network,
  trainedNetwork: network,
});

/**
 * Ours for the network of Fig. 7(a), `cnnRecipe`: stopped at a cross-entropy of 0.1.
 */
export const ours: NetworkRecipe = without(cnnRecipe, cnn);

/** Ours for the network of Fig. 7(b), see `gapCnnRecipe`: stopped at 0.03. */
export const oursPooled: NetworkRecipe = without(gapCnnRecipe, gapCnn);

/**
 * For the network of Fig. 7(b) with the dropout that the authors' other network has: ours with a
 * rate that falls to 0 over 20 epochs. Learns from each seed that was tried (cross-entropy .01 to
 * .03); what the authors did for this network is not published.
 */
export const pooledWithDropout: NetworkRecipe = {
  description:
    "cross-entropy, l2 5e-5, adam 0.001 cosine, batch 50, clip 1, 20 epochs, " +
    "Kaiming normal × 1.5, dropout 0.5 before the last layer, epoch of the lowest validation loss",
  risk,
  trainedNetwork: () => withDropout(gapCnn()),
  network: gapCnn,
  options: {
    ...gapCnnRecipe.options,
    stopAt: undefined,
    checkEvery: undefined,
    stuck: false,
    schedule: cosineSchedule,
    epochs: 20,
    keep: "lowestLoss",
  },
};

/** The recipes with their networks: the authors', one like theirs that ends in a minimum, ours. */
export const recipes: Readonly<
  Record<"authors" | "decreasingRate" | "ours" | "oursPooled" | "pooledWithDropout", NetworkRecipe>
> = {
  authors: authorsRecipe,
  decreasingRate,
  ours,
  oursPooled,
  pooledWithDropout,
};

/** The recipe with another cross-entropy at which training ends. */
export function stoppedAt(recipe: NetworkRecipe, stopAt: number): NetworkRecipe {
  const description = recipe.description.replace(/stop at [\d.]+/, `stop at ${stopAt}`);
  return { ...recipe, description, options: { ...recipe.options, stopAt } };
}
