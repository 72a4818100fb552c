import { ConfigError, makeRng, row, tensor, type Tensor } from "phaselens/core";
import {
  exactHessian,
  gaussNewton,
  kroneckerCurvature,
  parallelHessian,
  riskHessian,
} from "phaselens/hessian";
import {
  head,
  predict,
  riskAndGradient,
  type Layer,
  type Network,
  type NetworkHead,
} from "phaselens/nn";
import type { RandomProblem } from "../randomNetworks.js";
import { agree, dotOf } from "./agree.js";
import { direction, unit } from "./directions.js";
import { along, distanceToKinks, naiveRisk, naiveValues, rowOf } from "./naiveWalk.js";
import type { Check } from "./overRandomNetworks.js";
import { sampledRiskHessian } from "phaselens/internal/hessian/exact/sampledHessian";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";

const STEP = Math.cbrt(Number.EPSILON);
/** Curvature below which a Hessian is what rounding left of 0: outputs are saturated. */
const SATURATED = 1e-6;

export const curvatureChecks: Record<string, Check> = {
  "a Hessian-vector product is the second derivative of the risk"(problem) {
    const { network, theta, samples, options } = problem;
    const [v, w] = ["v", "w"].map((label) => direction(theta.length, label));
    const [, , , mixed] = naiveRisk(problem, along(theta, v, w));
    const product = riskHvp(network, theta, samples, v, options);
    agree("wᵀHv", [dotOf(product, w)], [mixed], 1e-10, 1);
    agree("operator", riskHessian(network, theta, samples, options).apply(v), product, 1e-13);
  },

  "a Hessian-vector product is the difference quotient of gradients"(problem) {
    const {
      network,
      theta,
      samples,
      options: { loss, l2 },
    } = problem;
    if (distanceToKinks(problem) < 1e3 * STEP) return false;
    const v = direction(theta.length, "difference");
    const at = (step: number): Float64Array =>
      riskAndGradient(
        network,
        theta.map((one, p) => one + step * v[p]),
        samples,
        { loss, l2 },
      ).gradient;
    const [up, down] = [at(STEP), at(-STEP)];
    agree(
      "Hv",
      riskHvp(network, theta, samples, v, { loss, l2 }),
      up.map((one, p) => (one - down[p]) / (2 * STEP)),
      1e-5,
      1,
    );
  },

  "the exact Hessian is one product for each parameter, and symmetric"(problem) {
    const hessian = hessianOf(problem);
    agree("H − Hᵀ", transposed(hessian).data, hessian.data, 1e-14);
    agree("H", hessian.data, productRows(problem).data, 1e-11, SATURATED);
    if ((hessian.route === "planned") !== isPlanned(problem.network))
      throw new Error(`${hessian.route}: ${hessian.obstacle}`);
  },

  "the exact Hessian is the same by products and on plain kernels"(problem) {
    const {
      network,
      theta,
      samples,
      options: { loss, l2 },
    } = problem;
    const planned = hessianOf(problem);
    const products = exactHessian(network, theta, samples, { loss, l2, route: "products" });
    if (products.route !== "products") throw new Error("products were asked for");
    agree("H by products", products.data, planned.data, 1e-11, SATURATED);
    agree("H − Hᵀ", transposed(products).data, products.data, 1e-14);
    const plain = exactHessian(network, theta, samples, { loss, l2, backend: "typescript" });
    agree("plain kernels", plain.data, planned.data, 1e-12, SATURATED);
  },

  "the Gauss-Newton matrix is Jᵀ ∂²L J, and no product with it is negative"(problem) {
    const { network, theta, samples, options } = problem;
    const operator = gaussNewton(network, theta, samples, options);
    const [v, w] = ["v", "w"].map((label) => direction(theta.length, label));
    agree("wᵀGv", [dotOf(operator.apply(v), w)], [naiveGaussNewton(problem, v, w)], 1e-10, 1);
    if (dotOf(operator.apply(v), v) < 0) throw new Error("vᵀGv < 0");
  },

  "the Kronecker factors' eigenvalues sum to the trace of the Gauss-Newton matrix"(problem) {
    const { network, theta, samples, options } = problem;
    const P = theta.length;
    const operator = gaussNewton(network, theta, samples, options);
    let trace = 0;
    for (let p = 0; p < P; p++) trace += operator.apply(unit(P, p))[p];
    const curvature = kroneckerCurvature(network, theta, samples, options);
    agree("trace", [curvature.eigenvalues().reduce((a, b) => a + b, 0)], [trace], 1e-9, 1);
    let own = 0;
    for (let p = 0; p < P; p++) own += curvature.apply(unit(P, p))[p];
    agree("Σ_p e_pᵀ Ĥ e_p", [own], [trace], 1e-9, 1);
  },

  "the Hessian of a head is the block of the exact Hessian, wherever the network is cut"(problem) {
    const {
      network,
      theta,
      samples,
      options: { loss, l2 },
    } = problem;
    const P = theta.length;
    const whole = hessianOf(problem);
    let cuts = 0;
    // from the first node to the last, a few on the way: each cut costs a Hessian
    const last = network.nodes.length - 2;
    for (const share of [0, 0.4, 0.8, 1]) {
      const after = Math.floor(share * last);
      const part = last < 0 ? undefined : cutOf(problem, after);
      if (!part) continue;
      cuts++;
      const own = { x: part.x, target: samples.target };
      const outputs = predict(network, theta, samples.x).data;
      agree("outputs", predict(part.network, part.theta, part.x).data, outputs, 1e-12, 1);
      const found = exactHessian(part.network, part.theta, own, { loss, l2 });
      const block = Float64Array.from(found.data, (_, k) => {
        const [p, q] = [Math.floor(k / part.places.length), k % part.places.length];
        return whole.data[part.places[p] * P + part.places[q]];
      });
      agree(`block after ${after}`, found.data, block, 1e-11, SATURATED);
    }
    return cuts > 0 && undefined;
  },

  "the Hessian of all samples, drawn in any order, is the Hessian"(problem) {
    const { network, theta, samples, options } = problem;
    const v = direction(theta.length, "v");
    const sampled = sampledRiskHessian(network, theta, samples, options, samples.x.shape[0]);
    const wanted = riskHvp(network, theta, samples, v, options);
    for (const operator of [sampled.whole, sampled.draw(makeRng(1, "draw"))])
      agree("Hv", operator.apply(v), wanted, 1e-11, 1);
  },
};

/** Three checks ask for the same one. */
const hessians = new WeakMap<RandomProblem, ReturnType<typeof exactHessian>>();

function hessianOf(problem: RandomProblem): ReturnType<typeof exactHessian> {
  const {
    network,
    theta,
    samples,
    options: { loss, l2 },
  } = problem;
  const found = hessians.get(problem) ?? exactHessian(network, theta, samples, { loss, l2 });
  hessians.set(problem, found);
  return found;
}

/** The head after a node; undefined where the network refuses it, each with its cure. */
function cutOf({ network, theta, samples }: RandomProblem, after: number): NetworkHead | undefined {
  try {
    return head(network, theta, samples.x, { after });
  } catch (error) {
    if (!(error instanceof ConfigError) || !/(Name a node|take all)/.test(error.message))
      throw error;
    return undefined;
  }
}

/** Whether the plan of an exact Hessian understands all layers. */
const isPlanned = ({ nodes }: Network): boolean =>
  nodes.every(({ layer }) => !(layer.kind === "merge" && layer.axis) && !unplanned.has(layer.kind));
const unplanned: ReadonlySet<Layer["kind"]> = new Set([
  "choice",
  "product",
  "softmax",
  "normalisation",
  "scaling",
  "source",
] as const);

/** Row p is the product with the unit vector p. */
export function productRows({
  network,
  theta,
  samples,
  options: { loss, l2 },
}: RandomProblem): Tensor {
  const P = theta.length;
  const rows = tensor([P, P]);
  for (let p = 0; p < P; p++)
    row(rows, p).set(riskHvp(network, theta, samples, unit(P, p), { loss, l2 }));
  return rows;
}

function transposed({ shape: [P], data }: Tensor): Tensor {
  const result = tensor([P, P]);
  for (let p = 0; p < P; p++) for (let q = 0; q < P; q++) result.data[q * P + p] = data[p * P + q];
  return result;
}

/**
 * (1/n) Σ_n (J_n v)ᵀ ∂²L_n/∂z² (J_n w) + l2 vᵀw: the loss as a function of outputs that move along
 * straight lines.
 */
function naiveGaussNewton(problem: RandomProblem, v: Float64Array, w: Float64Array): number {
  const {
    theta,
    samples: { x, target },
    loss,
    options,
  } = problem;
  const n = x.shape[0];
  let sum = 0;
  for (let s = 0; s < n; s++) {
    const values = naiveValues(problem, along(theta, v, w), along(rowOf(x.data, n, s)));
    for (const z of values[values.length - 1]) z[3] = 0;
    sum += loss.naive(values[values.length - 1], Array.from(rowOf(target.data, n, s)))[3] / n;
  }
  return sum + (options.l2 ?? 0) * dotOf(v, w);
}

/** The same on worker threads; asked of fewer networks, since threads take their time. */
export async function parallelAgrees(
  { network, theta, samples, options: { loss, l2 } }: RandomProblem,
  jobs: number,
): Promise<void> {
  const found = await parallelHessian(network, theta, samples, { loss, l2, jobs });
  agree(
    "parallelHessian",
    found.data,
    exactHessian(network, theta, samples, { loss, l2 }).data,
    1e-12,
  );
}
