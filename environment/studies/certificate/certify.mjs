// The certificate: what influence's own steps say of how far influence will be right.
import { core, hessian, nn } from "phaselens";

/** @typedef {import("phaselens").hessian.ProximalProblem} Problem */

/**
 * Predicts, of each group of training points, how its removal changes the test losses, with one
 * gradient of the risk for each group and no search.
 *
 * F is the objective of the proximal response, −g its gradient at θ̃ and M = (H + λ1)⁻¹:
 *
 *   Δ = M g                       influence's step
 *   r = ∇F(θ̃ + Δ)                 what the quadratic model leaves
 *   Δ′ = Δ − B r                  B: M updated by the pair (Δ, r + g), a step of BFGS
 *
 * @param {Problem} problem  with the matrix H and a bare λ
 * @param {any} test  samples
 * @param {number[][]} groups  rows of the training set
 */
export function certify(problem, test, groups) {
  const { network, theta, training, options, damping } = problem;
  const solver = hessian.solvers.exact(problem.hessian, { damping });
  const losses = (at) => hessian.testLosses(network, at, test, options);
  const before = losses(theta);
  const testGradients = nn.perSampleGradients(network, theta, test, { loss: options.loss });
  const tables = [0, 1, 2].map(() => core.tensor([groups.length, before.length]));
  const tilt = nn.riskAndGradient(network, theta, training, options).gradient;
  const facts = groups.map((rows, k) => {
    const g = partOf(problem, theta, rows);
    const step = solver.solve(g).x;
    const there = plus(theta, step);
    const { gradient } = nn.riskAndGradient(network, there, training, options);
    const taken = partOf(problem, there, rows);
    const left = gradient.map((v, p) => v - taken[p] - tilt[p] + damping * step[p]);
    const corrected = plus(step, updated(solver, step, plus(left, g), left), -1);
    const shifted = [losses(there), losses(plus(theta, corrected))];
    for (let t = 0; t < before.length; t++) {
      const at = k * before.length + t;
      tables[0].data[at] = core.dot(core.row(testGradients, t), step);
      shifted.forEach((values, j) => (tables[j + 1].data[at] = values[t] - before[t]));
    }
    return { left: core.norm(left) / core.norm(g), length: core.norm(step) };
  });
  const [influence, moved, corrected] = tables;
  return { influence, moved, corrected, facts };
}

/** (1/n) Σ ∇L_r at these parameters. */
function partOf({ network, training, options }, at, rows) {
  const removed = {
    x: core.takeRows(training.x, rows),
    target: core.takeRows(training.target, rows),
  };
  const { gradient } = nn.riskAndGradient(network, at, removed, { loss: options.loss });
  return gradient.map((v) => (v * rows.length) / training.x.shape[0]);
}

/**
 * B v with B the inverse M after the pair s, y = ∇F(s) − ∇F(0); M v where the pair shows no
 * positive curvature.
 */
export function updated(solver, s, y, v) {
  const curvature = core.dot(s, y);
  if (!(curvature > 0)) return solver.solve(v).x;
  const alpha = core.dot(s, v) / curvature;
  const solved = solver.solve(plus(v, y, -alpha)).x;
  return plus(solved, s, alpha - core.dot(y, solved) / curvature);
}

const plus = (a, b, factor = 1) => a.map((v, p) => v + factor * b[p]);

/**
 * Spearman correlation over the groups of two tables [groups, test], the median of the test points
 * for which both vary.
 */
export function agreement(predicted, measured) {
  const [groups, test] = predicted.shape;
  const column = ({ data }, t) => Array.from({ length: groups }, (_, k) => data[k * test + t]);
  const varies = (values) => values.some((v) => v !== values[0]);
  const pairs = Array.from({ length: test }, (_, t) => [column(predicted, t), column(measured, t)]);
  const telling = pairs.filter(([one, other]) => varies(one) && varies(other));
  return telling.length > 0 ? core.median(telling.map((pair) => core.spearman(...pair))) : null;
}
