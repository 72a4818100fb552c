// The networks of Dawid et al. 2021 as the figures use them: trained on ground states, n = 1000.
import { dawid2021 } from "phaselens/papers";
import { makeRng } from "phaselens/core";
import { train } from "phaselens/nn";
import { cnnRecipe, gapCnnRecipe } from "phaselens/internal/papers/dawid2021/cnnRecipes";

/** By number of parameters. */
export const networks = { 740: dawid2021.cnn(), 1675: dawid2021.gapCnn() };
const recipes = { 740: cnnRecipe, 1675: gapCnnRecipe };

/** @param {12 | 14} [sites] */
export const trainingSamples = (sites = 12) => dawid2021.data({ sites, set: "training" });

/**
 * Network, samples, θ at the end of the training and what risk it minimises. θ matters for time
 * too: a dead ReLU costs nothing.
 * @param {740 | 1675} parameters  @param {12 | 14} [sites]
 */
export function trainedModel(parameters, sites = 12) {
  const network = networks[parameters];
  const samples = trainingSamples(sites);
  const { risk, options } = recipes[parameters];
  const { theta } = train(network, samples, { ...options, rng: makeRng(1) });
  return { network, samples, theta, risk };
}
