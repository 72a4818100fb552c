// What runs in worker threads, in one and in two: each pair is the same work with the same result,
// and the second is to take at most the time of the first over 1.8. On a machine with fewer than
// two free cores the pairs say nothing.
import { makeRng, oneHot, parallelMap, tensor } from "phaselens/core";
import {
  bootstrap,
  dampings,
  exactHessian,
  lossesAt,
  parallelHessian,
  removals,
  resamplingStudy,
} from "phaselens/hessian";
import { randomForest } from "phaselens/forest";
import { dense, sequential, tanh, train, trainMany } from "phaselens/nn";
import { sampleEnsemble } from "phaselens/physics";
import { recipe } from "./parallelRecipe.mjs";

const { risk } = recipe;
const found = { module: new URL("./parallelRecipe.mjs", import.meta.url), name: "recipe" };
const seeds = (count) => Array.from({ length: count }, (_, k) => ({ seed: k }));

/** A perceptron of 776 parameters, 1000 training points, 50 others. */
function problem() {
  const rng = makeRng(1, "parallel bench");
  const network = sequential([...[dense(20, 24), tanh(), dense(24, 10), tanh()], dense(10, 2)]);
  const points = (n) => {
    const x = tensor([n, 20]);
    for (let k = 0; k < x.data.length; k++) x.data[k] = rng.normal();
    const label = (_, s) => (x.data[20 * s] + 0.5 * rng.normal() > 0 ? 1 : 0);
    return { x, target: oneHot(Array.from({ length: n }, label), 2) };
  };
  const [training, test] = [points(1000), points(50)];
  const { theta } = train(network, training, { ...recipe.options, rng: makeRng(1) });
  const hessian = exactHessian(network, theta, training, risk);
  const damping = dampings.relative(network, hessian);
  return { network, theta, training, test, options: risk, damping, hessian };
}

/** Fields of 8 × 8 sites at one of several couplings. */
const ensemble = (k) => ({
  ...{ shape: [8, 8], fermions: "quenched", algorithm: "cluster", start: "random", set: "bench" },
  ...{ seed: 1, configurations: 2000, stride: 4, thermalisation: 200 },
  parameters: {
    hoppingParameter: 0.02 * k,
    quarticCoupling: 0.5,
    fermionMass: 1,
    yukawaCoupling: 0,
  },
});

/** The work by name: what it is, and how it runs in so many threads. */
const work = {
  removals: {
    title: "240 removals of a point",
    run: (all, jobs) =>
      removals(
        all,
        all.test,
        Array.from({ length: 240 }, (_, k) => [k]),
        { jobs },
      ),
  },
  bootstraps: {
    title: "60 responses to a bootstrap sample",
    run: (all, jobs) => bootstrap.response(all, bootstrap.counts(1000, 60, makeRng(1)), { jobs }),
  },
  retrainings: {
    title: "40 trainings on bootstrap samples",
    run: ({ network, theta, training }, jobs) =>
      bootstrap.retraining(
        ...[network, theta, training, found],
        bootstrap.counts(1000, 40, makeRng(1)),
        { seed: 1, start: "scratch", jobs },
      ),
  },
  seeds: {
    title: "40 trainings from other seeds",
    run: ({ network, training }, jobs) => trainMany(network, training, found, seeds(40), { jobs }),
  },
  studies: {
    title: "16 networks with Hessian and resampling uncertainty",
    run: ({ network, training, test }, jobs) =>
      resamplingStudy(network, found, training, test, seeds(16), { bootstraps: 50, jobs }),
  },
  losses: {
    title: "losses of 1000 points at 2048 parameter vectors",
    run: ({ network, theta, training }, jobs) => {
      const thetas = tensor([2048, theta.length]);
      for (let b = 0; b < 2048; b++) thetas.data.set(theta, b * theta.length);
      return lossesAt(network, thetas, training, risk.loss, { jobs });
    },
  },
  hessian: {
    title: "exact Hessian of 776 parameters, 1000 samples",
    run: ({ network, theta, training }, jobs) =>
      parallelHessian(network, theta, training, { ...risk, jobs }),
  },
  ensembles: {
    title: "12 ensembles of 8 × 8 sites",
    run: (_, jobs) =>
      parallelMap(
        { module: "phaselens/physics", name: "sampleEnsemble", compute: sampleEnsemble },
        Array.from({ length: 12 }, (__, k) => ensemble(k)),
        { jobs },
      ),
  },
  forest: {
    title: "forest of 400 trees, 1000 × 20",
    run: ({ training }, jobs) => {
      const target = training.x.data.filter((_, k) => k % 20 === 1);
      return randomForest({ x: training.x, target }, { trees: 400, seed: 1, jobs });
    },
  },
};

export const rows = Object.entries(work).flatMap(([name, { title, run }]) =>
  [1, 2].map((jobs) => ({
    id: `parallel-${name}-${jobs}`,
    title: `${title}, ${jobs === 1 ? "one worker" : "two workers"}`,
    target: jobs === 1 ? "none" : `≥ 1.8 × faster than parallel-${name}-1`,
    repetitions: 5,
    prepare: problem,
    ours: (all) => run(all, jobs),
  })),
);
