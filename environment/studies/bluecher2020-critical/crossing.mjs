// The transition as a classifier sees it: κ_c, at which the mean probability of a phase is ½, and
// its derivative by the classifier's parameters.
import { core, nn } from "phaselens";

/** @typedef {{ kappa: number, links: number[] }} Sampled */
/** @typedef {{ kappas: number[], links: Float64Array, logDensity: Float64Array }} Histograms */

const SWEEPS = 5000;
const TOLERANCE = 1e-8;

/**
 * Ensembles of several couplings as one sample for all couplings between (Ferrenberg and Swendsen
 * 1989). κ enters the weight of a configuration only as e^{2κL}, L = Σ φφ′ over the links:
 *
 *   w_i(κ) ∝ e^{2κL_i} / Σ_k n_k e^{2κ_k L_i + f_k},   e^{−f_k} = Σ_i e^{2κ_k L_i} / Σ_j n_j e^{…}
 *
 * @param {Sampled[]} bins
 * @returns {Histograms}
 */
export function histograms(bins) {
  const links = Float64Array.from(bins.flatMap((bin) => bin.links));
  const kappas = bins.map(({ kappa }) => kappa);
  const free = new Float64Array(bins.length);
  const logDensity = new Float64Array(links.length);
  for (let sweep = 0; ; sweep++) {
    links.forEach((L, i) => {
      const terms = bins.map((b, k) => Math.log(b.links.length) + 2 * b.kappa * L + free[k]);
      logDensity[i] = logSum(terms);
    });
    const next = kappas.map((kappa) => -logSum(links.map((L, i) => 2 * kappa * L - logDensity[i])));
    const moved = Math.max(...next.map((f, k) => Math.abs(f - next[0] - (free[k] - free[0]))));
    next.forEach((f, k) => (free[k] = f - next[0]));
    if (moved < TOLERANCE) return { kappas, links, logDensity };
    if (sweep === SWEEPS)
      throw new Error(`histograms: f still moves by ${moved}. Put the couplings nearer together.`);
  }
}

/**
 * Weights of all configurations at a coupling, of sum 1.
 * @param {Histograms} histograms  @param {number} kappa
 */
export function weightsAt({ links, logDensity }, kappa) {
  const logs = links.map((L, i) => 2 * kappa * L - logDensity[i]);
  const norm = logSum(logs);
  return logs.map((v) => Math.exp(v - norm));
}

/**
 * κ where ⟨p⟩(κ) = ½, by bisection between the first and the last coupling, and d⟨p⟩/dκ =
 * 2(⟨Lp⟩ − ⟨L⟩⟨p⟩) there.
 * @param {Histograms} histograms  @param {ArrayLike<number>} p  probability of each configuration
 */
export function crossing(histograms, p) {
  const { kappas, links } = histograms;
  const meanAt = (kappa) => core.dot(weightsAt(histograms, kappa), Float64Array.from(p));
  let [low, high] = [kappas[0], kappas[kappas.length - 1]];
  const rises = meanAt(high) > meanAt(low);
  const outside = [low, high].map((kappa) => meanAt(kappa) - 0.5);
  if (!(outside[0] * outside[1] < 0))
    throw new Error(`crossing: ⟨p⟩ − ½ is ${outside} at κ = ${low} and ${high}. Widen the window.`);
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (meanAt(middle) > 0.5 === rises) high = middle;
    else low = middle;
  }
  const kappa = (low + high) / 2;
  const weights = weightsAt(histograms, kappa);
  const averaged = (of) => weights.reduce((sum, w, i) => sum + w * of(i), 0);
  const [L, P] = [averaged((i) => links[i]), averaged((i) => p[i])];
  return { kappa, slope: 2 * averaged((i) => (links[i] - L) * (p[i] - P)), weights };
}

/**
 * κ_c of a classifier for one of its phases, with ∂κ_c/∂θ = −(∂⟨p⟩/∂θ) / (d⟨p⟩/dκ).
 * @param {nn.Network} network  @param {Float64Array} theta
 * @param {{ x: core.Tensor, histograms: Histograms, phase: number }} window
 */
export function criticalCoupling(network, theta, window) {
  const { histograms: all, phase, x } = window;
  const logits = nn.predict(network, theta, x);
  const p = probabilities(logits, phase);
  const { kappa, slope, weights } = crossing(all, p);
  // ∇p = −p ∇L for the cross-entropy L = −ln p, so that ∇⟨p⟩ is that of a weighted risk
  const own = weights.map((w, i) => w * p[i]);
  const target = core.oneHot(Array(x.shape[0]).fill(phase), logits.shape[1]);
  const { gradient } = nn.riskAndGradient(
    network,
    theta,
    { x, target, weights: own },
    { loss: nn.softmaxCrossEntropy },
  );
  const total = own.reduce((sum, w) => sum + w, 0);
  return { kappa, slope, gradient: gradient.map((g) => (g * total) / slope) };
}

/** Softmax of the logits, of one phase, [n]. */
function probabilities(logits, phase) {
  return Float64Array.from({ length: logits.shape[0] }, (_, k) => {
    const z = core.row(logits, k);
    return Math.exp(z[phase] - logSum(z));
  });
}

/** ln Σ eᵛ. @param {ArrayLike<number>} values */
function logSum(values) {
  let largest = -Infinity;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, values[k]);
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += Math.exp(values[k] - largest);
  return largest + Math.log(sum);
}
