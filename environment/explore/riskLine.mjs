import { nn, papers } from "phaselens";

/**
 * What the risk along one line depends on. Networks and losses are functions, which no worker
 * thread can be sent, so they are named.
 * @typedef {object} Line
 * @property {string} network  the function of papers.dawid2021 that makes it, such as "cnn"
 * @property {string} recipe  the recipe that says which risk, such as "ours"
 * @property {{ x: import("phaselens/core").Tensor, target: import("phaselens/core").Tensor }}
 *   samples
 * @property {Float64Array} theta  origin of the line, [P]
 * @property {Float64Array} direction  [P]
 * @property {readonly number[]} steps
 */

/** ℜ(θ + s e) for every step s. A task of parallelMap. @param {Line} line  @returns {number[]} */
export function riskLine({ network, recipe, samples, theta, direction, steps }) {
  const built = papers.dawid2021[network]();
  return steps.map((step) =>
    nn.risk(
      built,
      theta.map((value, p) => value + step * direction[p]),
      samples,
      papers.dawid2021.recipes[recipe].risk,
    ),
  );
}
