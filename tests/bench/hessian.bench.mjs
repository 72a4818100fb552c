// The Hessian of the training risk, whole and as a product with a vector.
import { makeRng, takeRows } from "phaselens/core";
import { exactHessian } from "phaselens/hessian";
import { perSampleGradients, riskAndGradient } from "phaselens/nn";
import { trainedModel } from "./dawid2021Models.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";

/**
 * Model, its risk, and the arrays every peer here starts from.
 * @param {740 | 1675} parameters
 * @param {12 | 14} [sites]
 */
function problem(parameters, sites) {
  const { network, samples, theta, risk } = trainedModel(parameters, sites);
  const value = riskAndGradient(network, theta, samples, risk);
  const arrays = { x: samples.x, target: samples.target, theta, expected_gradient: value.gradient };
  return {
    network,
    samples,
    theta,
    risk,
    arrays,
    settings: { parameters, l2: risk.l2, expectedRisk: value.risk },
  };
}

/**
 * Row-by-row double backward takes minutes, so the peer computes every `stride`-th row and scales
 * the time of the rows up; the gradient's graph, which all rows share, is counted once and in full.
 * @param {740 | 1675} parameters
 * @param {12 | 14} sites
 * @param {number} stride
 * @param {string} target
 */
function hessianRow(parameters, sites, stride, target) {
  const id = `exact-hessian-${parameters}${sites === 12 ? "" : `-${sites}-sites`}`;
  const indices = Array.from({ length: Math.floor(parameters / stride) }, (_, k) => k * stride);
  return {
    id,
    title: `exact Hessian, ${parameters} parameters, ${sites} sites, n = 1000; peer ${indices.length} rows, scaled up to ${parameters}`,
    ...(id === "exact-hessian-740" && {
      headline: "exact Hessian, 740 parameters, 1000 samples (beside it 8 rows, scaled up)",
    }),
    target,
    repetitions: 5,
    prepare() {
      const { network, samples, theta, risk, arrays, settings } = problem(parameters, sites);
      const expected = takeRows(exactHessian(network, theta, samples, risk), indices);
      writePeerInputs(id, { ...arrays, expected_rows: expected }, { ...settings, rows: indices });
      return { network, samples, theta, risk };
    },
    ours: ({ network, samples, theta, risk }) => exactHessian(network, theta, samples, risk),
    peer: [
      peerOf(id, "PyTorch, row by row", "hessian_rows.py"),
      peerOf(id, "JAX, jit of forward over reverse", "jax_hessian.py"),
    ],
  };
}

/** @param {740 | 1675} parameters */
function productRow(parameters) {
  const id = `hvp-${parameters}`;
  return {
    id,
    title: `Hessian-vector product, ${parameters} parameters, 12 sites, n = 1000`,
    target: "none",
    repetitions: 7,
    prepare() {
      const { network, samples, theta, risk, arrays, settings } = problem(parameters);
      const rng = makeRng(2);
      const v = theta.map(() => rng.normal());
      writePeerInputs(
        id,
        { ...arrays, v, expected_product: riskHvp(network, theta, samples, v, risk) },
        settings,
      );
      return { network, samples, theta, risk, v };
    },
    ours: ({ network, samples, theta, risk, v }) => riskHvp(network, theta, samples, v, risk),
    peer: [
      peerOf(id, "PyTorch double backward", "hessian_product.py"),
      peerOf(id, "JAX, jit of forward over reverse", "jax_product.py"),
    ],
  };
}

/** @param {740 | 1675} parameters */
function gradientRow(parameters) {
  const id = `gradients-${parameters}`;
  return {
    id,
    title: `gradients of each of 1000 samples, ${parameters} parameters, 12 sites`,
    headline: `gradient of each of 1000 samples, ${parameters} parameters`,
    target: "ratio ≥ 1",
    repetitions: 7,
    prepare() {
      const { network, samples, theta, risk, settings, arrays } = problem(parameters);
      const expected = perSampleGradients(network, theta, samples, risk);
      writePeerInputs(id, { ...arrays, expected_gradients: expected }, settings);
      return { network, samples, theta, risk };
    },
    ours: ({ network, samples, theta, risk }) => perSampleGradients(network, theta, samples, risk),
    peer: [
      peerOf(id, "PyTorch, vmap of grad", "gradients.py"),
      peerOf(id, "JAX, jit of vmap of grad", "jax_gradients.py"),
    ],
  };
}

export const rows = [
  hessianRow(740, 12, 92, "≤ 1.2 s, ratio ≥ 100, memory < 500 MB"),
  hessianRow(1675, 12, 418, "≤ 4 s, memory < 500 MB"),
  hessianRow(1675, 14, 418, "≤ 10 s"),
  productRow(740),
  productRow(1675),
  gradientRow(740),
];
