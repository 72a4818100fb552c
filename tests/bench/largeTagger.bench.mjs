// Influence in a network whose Hessian has no matrix: by Kronecker factors, and by its head.
import { makeRng, oneHot, tensor } from "phaselens/core";
import {
  exactHessian,
  gradientStream,
  influence,
  kroneckerCurvature,
  solvers,
  testGradients,
} from "phaselens/hessian";
import {
  dense,
  head,
  kaimingNormal,
  perSampleGradients,
  relu,
  sequential,
  softmaxCrossEntropy,
} from "phaselens/nn";

const risk = { loss: softmaxCrossEntropy, l2: 1e-3 };
const damping = 0.1;

/** 1000 training points and 5 others of a perceptron of 60,842 parameters. */
function problem() {
  const rng = makeRng(1);
  const network = sequential([
    ...[dense(100, 240), relu(), dense(240, 140), relu()],
    ...[dense(140, 20), relu(), dense(20, 2)],
  ]);
  const points = (n) => {
    const x = tensor([n, 100]);
    for (let k = 0; k < x.data.length; k++) x.data[k] = rng.normal();
    const labels = Array.from({ length: n }, (_, s) => (x.data[100 * s] > 0 ? 1 : 0));
    return { x, target: oneHot(labels, 2) };
  };
  return {
    network,
    theta: kaimingNormal(network, rng),
    training: points(1000),
    test: points(5),
  };
}

function byFactors({ network, theta, training, test }) {
  const factors = kroneckerCurvature(network, theta, training, risk);
  const gradients = gradientStream(network, theta, training, risk);
  const wanted = testGradients(network, theta, test, risk);
  return influence(solvers.kronecker(factors, { damping }), gradients, wanted);
}

function byHead({ network, theta, training, test }) {
  const part = head(network, theta, training.x, { after: 5 });
  const own = { x: part.x, target: training.target };
  const asked = {
    x: head(network, theta, test.x, { after: 5 }).x,
    target: test.target,
  };
  return influence(
    exactHessian(part.network, part.theta, own, risk),
    perSampleGradients(part.network, part.theta, own, risk),
    testGradients(part.network, part.theta, asked, risk),
    { damping },
  );
}

export const rows = [
  {
    id: "influence-ekfac-60842",
    title: "influence of 1000 training points on 5, EK-FAC and all gradients, 60 842 parameters",
    target: "≤ 20 s",
    repetitions: 3,
    prepare: problem,
    ours: byFactors,
  },
  {
    id: "influence-head-60842",
    title: "the same by the last layer, features included",
    target: "≤ 20 s",
    repetitions: 3,
    prepare: problem,
    ours: byHead,
  },
];
