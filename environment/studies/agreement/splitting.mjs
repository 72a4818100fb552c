// QCD training jets with g → bb̄: what they do to H → bb̄ test jets.
import { core, hessian, nn, taggers } from "phaselens";
import { measured } from "./errors.mjs";
import { networkOf, samplesOf } from "./taggers.mjs";

const risk = { loss: nn.logisticLoss, l2: 1e-4 };

/** What a QCD jet holds, by the generator; one kind each. */
export const kinds = ["g → bb̄", "g → cc̄", "b or c from the start", "light"];
/** @returns {(string | null)[]}  null for H → bb̄ */
export const kindsOf = ({ signal, truth }) =>
  signal.map((is, n) => {
    if (is) return null;
    if (truth.gluonToBottom[n] > 0) return kinds[0];
    if (truth.gluonToCharm[n] > 0) return kinds[1];
    return truth.bottomHadrons[n] + truth.charmHadrons[n] > 0 ? kinds[2] : kinds[3];
  });

/** The last layer as logistic regression of its own, at the minimum of its risk. */
export function headOf(architecture, theta, { training, test }) {
  const network = networkOf(architecture);
  const read = ({ inputs, signal }) => {
    const head = taggers.marginHead(network, theta, samplesOf(network, inputs));
    const target = core.tensor([signal.length, 1], Float64Array.from(signal, Number));
    return { head, samples: { x: head.x, target } };
  };
  const [learnt, tested] = [read(training), read(test)];
  const { head } = learnt;
  const best = hessian.polish(head.network, head.theta, learnt.samples, {
    ...risk,
    tolerance: 1e-9,
  });
  return {
    network: head.network,
    theta: best.theta,
    training: learnt.samples,
    test: tested.samples,
  };
}

/**
 * Influence of each training jet on the mean loss of these test jets: what the loss gains when the
 * jet is left out, to first order.
 * @returns {Float64Array}  [training]
 */
export function influenceOn({ network, theta, training, test }, rows) {
  const gradients = (samples) =>
    nn.perSampleGradients(network, theta, samples, { loss: risk.loss });
  const one = gradients(partOf(test, rows));
  const mean = core.tensor(
    [1, theta.length],
    [...theta.keys()].map((p) => columnMean(one, p)),
  );
  const curvature = hessian.exactHessian(network, theta, training, risk);
  return hessian.influence(curvature, gradients(training), mean, { relatif: "none" }).influence
    .data;
}

const columnMean = ({ shape: [n, width], data }, p) => {
  let sum = 0;
  for (let row = 0; row < n; row++) sum += data[row * width + p];
  return sum / n;
};

const partOf = ({ x, target }, rows) => ({
  x: core.takeRows(x, rows),
  target: core.takeRows(target, rows),
});

/** Loss of each of these test jets. */
export const lossesOn = ({ network, theta, test }, rows) =>
  hessian.testLosses(network, theta, partOf(test, rows), risk);

/**
 * The head at the minimum of the risk without some jets. The sum of the others' losses keeps its
 * 1/n and the penalty its weight, as influence takes them.
 */
export function headWithout(head, rows) {
  const n = head.training.x.shape[0];
  const weights = weightsWithout(n, rows);
  const l2 = (risk.l2 * n) / (n - rows.length);
  const { theta } = hessian.polish(
    head.network,
    head.theta,
    { ...head.training, weights },
    { ...risk, l2, tolerance: 1e-9 },
  );
  return { ...head, theta };
}

export const weightsWithout = (n, rows) => {
  const weights = new Float64Array(n).fill(1);
  for (const r of rows) weights[r] = 0;
  return weights;
};

/**
 * Of each kind of QCD jets: its share of their number, and over it, with errors over jets and
 * networks, its shares of what they do: of the loss of H → bb̄ test jets that falls without the jet
 * (harmful), and of that of g → bb̄ test jets that rises (helpful).
 * @param {{ higgs: ArrayLike<number>, split: ArrayLike<number> }[]} influences  of each network
 * @param {(string | null)[]} kindOf
 */
export function sharesOfKinds(influences, kindOf) {
  const rows = kindOf.flatMap((kind, n) => (kind === null ? [] : [n]));
  const ratio = (kind, part) =>
    measured(
      influences.map((found) =>
        rows.map((n) => {
          const [is, value] = [Number(kindOf[n] === kind), part(found, n)];
          return [is, value, is * value];
        }),
      ),
      ([share, all, own]) => own / all / share,
    );
  return kinds.map((kind) => {
    const jets = rows.filter((n) => kindOf[n] === kind).length;
    return {
      ...{ kind, jets },
      share: jets / rows.length,
      harmful: ratio(kind, ({ higgs }, n) => Math.max(0, -higgs[n])),
      helpful: ratio(kind, ({ split }, n) => Math.max(0, split[n])),
    };
  });
}
