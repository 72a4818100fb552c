// What the g → bb̄ jets do to H → bb̄ test jets: by influence in the last layer, and by training
// anew without them.
import { core } from "phaselens";
import { measured } from "./errors.mjs";
import { studiedJets } from "./jets.mjs";
import { modelOf, SEEDS } from "./kept.mjs";
import {
  headOf,
  headWithout,
  influenceOn,
  kinds,
  kindsOf,
  lossesOn,
  sharesOfKinds,
  weightsWithout,
} from "./splitting.mjs";
import { grownTrees, isNetwork, marginOf, trainedNetwork } from "./taggers.mjs";

/** Influence of QCD jets on H → bb̄ test jets in the last layer, and the g → bb̄ jets left out. */
export async function splittingMeasured(of, folder) {
  const jets = await studiedJets();
  const kindOf = kindsOf(jets.training);
  const [higgs, split] = rowsOfTest(jets.test);
  const gone = rowsOf(kindOf, kinds[0]);
  const influences = [];
  const removed = { higgs: [], split: [] };
  for (const seed of SEEDS) {
    const head = headOf(of, await modelOf(of, seed, folder), jets);
    influences.push({ higgs: influenceOn(head, higgs), split: influenceOn(head, split) });
    const without = headWithout(head, gone);
    removed.higgs.push(changes(lossesOn(head, higgs), lossesOn(without, higgs)));
    removed.split.push(changes(lossesOn(head, split), lossesOn(without, split)));
  }
  const predicted = (on) =>
    measured(influences.map((found) => [[sum(gone.map((n) => found[on][n]))]]));
  return {
    kinds: sharesOfKinds(influences, kindOf),
    testJets: { higgs: higgs.length, split: split.length },
    predicted: predicted("higgs"),
    removed: measured(removed.higgs),
    predictedOnSplit: predicted("split"),
    removedOnSplit: measured(removed.split),
  };
}

/** Differences, of each test jet: rows for `measured`. */
const changes = (before, after) => Array.from(after, (v, t) => [v - before[t]]);

const rowsOf = (kindOf, wanted) => kindOf.flatMap((kind, n) => (kind === wanted ? [n] : []));

/** H → bb̄ test jets, and QCD test jets with g → bb̄. */
const rowsOfTest = (test) => {
  const kindOf = kindsOf(test);
  return [rowsOf(kindOf, null), rowsOf(kindOf, kinds[0])];
};

/** Training anew without the g → bb̄ jets, and without as many other QCD jets. */
export async function retrainedMeasured(of, folder) {
  const { training, test } = await studiedJets();
  const kindOf = kindsOf(training);
  const gone = rowsOf(kindOf, kinds[0]);
  const rest = kindOf.flatMap((kind, n) => (kind !== null && kind !== kinds[0] ? [n] : []));
  const found = { split: [], random: [] };
  for (const seed of SEEDS) {
    const before = judged(of, await modelOf(of, seed, folder), test);
    const order = core.makeRng(seed, "QCD jets left out").permutation(rest.length);
    const drawn = Array.from(order.subarray(0, gone.length), (k) => rest[k]);
    for (const [name, rows] of Object.entries({ split: gone, random: drawn })) {
      const after = judged(of, await trainedWithout(of, training, { seed, rows }), test);
      found[name].push({
        lossOnHiggs: changes(before.higgs, after.higgs),
        lossOnSplit: changes(before.split, after.split),
        auc: [[after.auc - before.auc]],
      });
    }
  }
  const names = ["lossOnHiggs", "lossOnSplit", "auc"];
  const summary = (all) =>
    Object.fromEntries(names.map((name) => [name, measured(all.map((one) => one[name]))]));
  return { removed: gone.length, split: summary(found.split), random: summary(found.random) };
}

function trainedWithout(of, training, { seed, rows }) {
  const options = { seed, weights: weightsWithout(training.signal.length, rows) };
  return isNetwork(of) ? trainedNetwork(of, training, options) : grownTrees(training, options);
}

/** Losses of H → bb̄ and of g → bb̄ test jets, and AUC. */
function judged(of, model, test) {
  const margins = marginOf(of, model)(test.inputs);
  const loss = (n) => Math.log1p(Math.exp(test.signal[n] ? -margins[n] : margins[n]));
  const [higgs, split] = rowsOfTest(test);
  return {
    higgs: higgs.map(loss),
    split: split.map(loss),
    auc: core.auc(margins, test.signal),
  };
}

const sum = (values) => values.reduce((a, b) => a + b, 0);
