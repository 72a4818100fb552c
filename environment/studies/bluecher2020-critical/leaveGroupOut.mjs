// What happens to parameters, and to what depends on them, when a group of training points is
// taken away and the mean of the risk runs over the others.
import { core, hessian, nn } from "phaselens";

/**
 * @typedef {object} Model
 * @property {nn.Network} network
 * @property {Float64Array} theta  at a minimum of the risk
 * @property {nn.Samples} training
 * @property {{ loss: nn.Loss, l2: number }} options
 */

/**
 * Change of scalar functions of θ to first order, by group influence: with
 * ℜ′ = (1/(n − m)) Σ_{r ∉ G} L_r + (l2/2)‖θ‖² the minimum moves by
 *
 *   Δθ = H⁻¹ (1/(n − m)) Σ_{r ∈ G} (∇L_r + l2 θ)
 *
 * `hessian.influence` has 1/n in place of 1/(n − m).
 * @param {Model} model  @param {Float64Array[]} gradients  of the functions at θ
 * @param {number[][]} groups
 * @returns {number[][]}  [groups][functions]
 */
export function byInfluence({ network, theta, training, options }, gradients, groups) {
  const n = training.x.shape[0];
  const H = hessian.exactHessian(network, theta, training, options);
  const own = { ...options, convention: /** @type {const} */ ("dawid2021") };
  const points = nn.perSampleGradients(network, theta, training, own);
  const functions = core.tensor([gradients.length, theta.length]);
  gradients.forEach((g, k) => core.row(functions, k).set(g));
  const { influence } = hessian.influence(H, points, functions, { relatif: "none" });
  return groups.map((rows) =>
    Array.from(hessian.groupInfluence(influence, rows), (v) => (v * n) / (n - rows.length)),
  );
}

/**
 * The same minimum by one Newton step with the Hessian of the points that are left: exact for a
 * quadratic risk.
 * @param {Model} model  @param {number[]} rows  @returns {Float64Array}
 */
export function byNewtonStep({ network, theta, training, options }, rows) {
  const left = without(training, rows);
  const H = hessian.exactHessian(network, theta, left, options);
  const { gradient } = nn.riskAndGradient(network, theta, left, options);
  const step = hessian.solvers.exact(H, { damping: 0 }).solve(gradient).x;
  return theta.map((v, p) => v - step[p]);
}

/**
 * The samples without these rows.
 * @param {nn.Samples} samples  @param {number[]} rows  @returns {nn.Samples}
 */
export function without({ x, target }, rows) {
  const taken = new Set(rows);
  const left = Array.from({ length: x.shape[0] }, (_, k) => k).filter((k) => !taken.has(k));
  return { x: core.takeRows(x, left), target: core.takeRows(target, left) };
}
