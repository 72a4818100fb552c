// Networks of 10⁵ parameters and more, whose Hessian is known by its products alone.
import { dawid2021 } from "phaselens/papers";
import { makeRng, takeRows } from "phaselens/core";
import {
  gradientStream,
  influence,
  spectrum,
  riskHessian,
  spectralDensity,
  testGradients,
} from "phaselens/hessian";

import {
  adam,
  conv1d,
  dense,
  flatten,
  maxPool,
  relu,
  riskAndGradient,
  sequential,
  softmaxCrossEntropy,
  train,
} from "phaselens/nn";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";
import { lanczos } from "phaselens/internal/linalg/lanczos";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";
import { conjugateGradientSolver } from "phaselens/internal/hessian/solvers/conjugateGradientSolver";

/**
 * A convolution as in Dawid et al. 2021, Fig. 7, and a wide dense layer: 102 546 parameters at
 * width 112, 409 986 at 448.
 * @param {number} width
 */
const wideNetwork = (width) =>
  sequential([
    conv1d(1, 4, 15, { padding: 1 }),
    maxPool(4),
    relu(),
    flatten(),
    dense(912, width),
    relu(),
    dense(width, 2),
  ]);
const risk = { loss: softmaxCrossEntropy, l2: 1e-3 };

/** @param {number} width  @param {number} n  training states, a divisor of 1000 */
function model(width, n) {
  const part = (set, step) => {
    const { x, target } = dawid2021.data({ sites: 12, set });
    const rows = Array.from({ length: Math.floor(x.shape[0] / step) }, (_, k) => k * step);
    return { x: takeRows(x, rows), target: takeRows(target, rows) };
  };
  const network = wideNetwork(width);
  const [samples, tests] = [part("training", 1000 / n), part("even", 25)];
  const { theta } = train(network, samples, {
    ...risk,
    optimiser: adam({ learningRate: 1e-3 }),
    epochs: 2,
    rng: makeRng(1),
    stuck: false,
  });
  return { network, samples, tests, theta };
}

/** What the peer needs to build the same risk, and to check that it did. */
function shared({ network, samples, theta }, width) {
  const value = riskAndGradient(network, theta, samples, risk);
  return {
    arrays: { x: samples.x, target: samples.target, theta, expected_gradient: value.gradient },
    settings: { width, l2: risk.l2, expectedRisk: value.risk },
  };
}

/** @param {number} width */
function productRow(width) {
  const parameters = wideNetwork(width).parameterCount;
  const id = `hvp-${parameters}`;
  return {
    id,
    title: `Hessian-vector product, ${parameters} parameters, n = 1000`,
    headline: `Hessian-vector product, ${parameters.toLocaleString("en")} parameters, 1000 samples`,
    target: "memory linear in P",
    repetitions: 5,
    prepare() {
      const problem = model(width, 1000);
      const { arrays, settings } = shared(problem, width);
      const rng = makeRng(2);
      const v = problem.theta.map(() => rng.normal());
      writePeerInputs(
        id,
        {
          ...arrays,
          v,
          expected_product: riskHvp(problem.network, problem.theta, problem.samples, v, risk),
        },
        settings,
      );
      return { ...problem, v };
    },
    ours: ({ network, samples, theta, v }) => riskHvp(network, theta, samples, v, risk),
    peer: [
      peerOf(id, "PyTorch double backward", "wide_product.py"),
      peerOf(id, "JAX, jit of forward over reverse", "jax_product.py"),
    ],
  };
}

const TOLERANCE = 1e-8;

/** @param {number} width */
function influenceRow(width) {
  const parameters = wideNetwork(width).parameterCount;
  const id = `influence-cg-${parameters}`;
  const ours = ({ network, samples, theta, test, damping }) =>
    influence(
      conjugateGradientSolver(riskHessian(network, theta, samples, risk), {
        damping,
        tolerance: TOLERANCE,
      }),
      gradientStream(network, theta, samples, risk),
      test,
    );
  return {
    id,
    title: `influence of 250 training on 2 test points by conjugate gradients, ${parameters} parameters`,
    target: "memory linear in P, no n × P gradients",
    repetitions: 5,
    prepare() {
      const problem = model(width, 250);
      const { network, samples, theta, tests } = problem;
      const { arrays, settings } = shared(problem, width);
      const lowest = lanczos(riskHessian(network, theta, samples, risk), {
        maxSteps: 30,
        partial: true,
      }).values[0];
      const damping = 0.1 + Math.max(0, -lowest);
      const test = testGradients(network, theta, tests, risk);
      const result = ours({ network, samples, theta, test, damping });
      writePeerInputs(
        id,
        { ...arrays, test, expected_influence: result.influence },
        { ...settings, damping, tolerance: TOLERANCE, iterations: result.solves.iterations },
      );
      return { network, samples, theta, test, damping };
    },
    ours,
    peer: peerOf(id, "PyTorch, the same conjugate gradients", "wide_influence.py"),
  };
}

/**
 * Spectrum tools, which PyTorch has none of.
 * @param {string} id
 * @param {string} title
 * @param {(operator: import("phaselens/linalg").SymmetricOperator) => unknown} tool
 */
function spectrumRow(id, title, tool) {
  return {
    id,
    title: `${title}, 102546 parameters, n = 250`,
    target: "memory linear in P",
    repetitions: 5,
    prepare() {
      const { network, samples, theta } = model(112, 250);
      return riskHessian(network, theta, samples, risk);
    },
    ours: tool,
  };
}

export const rows = [
  productRow(112),
  productRow(448),
  influenceRow(112),
  spectrumRow("lanczos-102546", "the 4 largest eigenpairs to 1e-6", (operator) =>
    spectrum(operator, { leading: 4, tolerance: 1e-6 }),
  ),
  spectrumRow("spectral-density-102546", "spectral density, 2 probes of 30 steps", (operator) =>
    spectralDensity(operator, { probes: 2, steps: 30, rng: makeRng(3) }),
  ),
];
