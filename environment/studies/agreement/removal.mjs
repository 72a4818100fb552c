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
  lossOn,
  sharesOfKinds,
  weightsWithout,
} from "./splitting.mjs";
import { grownTrees, isNetwork, marginOf, trainedNetwork } from "./taggers.mjs";

/** Influence of QCD jets on H → bb̄ test jets in the last layer, and the g → bb̄ jets left out. */
export async function splittingMeasured(of, folder) {
  const jets = await studiedJets();
  const kindOf = kindsOf(jets.training);
  const [higgs, split] = rowsOfTest(jets.test);
  const influences = [];
  const changes = [];
  for (const seed of SEEDS) {
    const head = headOf(of, await modelOf(of, seed, folder), jets);
    const [onHiggs, onSplit] = [influenceOn(head, higgs), influenceOn(head, split)];
    influences.push(onHiggs);
    const gone = kindOf.flatMap((kind, n) => (kind === kinds[0] ? [n] : []));
    const without = headWithout(head, gone);
    const lost = (rows) => lossOn(without, rows) - lossOn(head, rows);
    changes.push([
      sum(gone.map((n) => onHiggs[n])),
      lost(higgs),
      sum(gone.map((n) => onSplit[n])),
      lost(split),
    ]);
  }
  const names = ["predicted", "removed", "predictedOnSplit", "removedOnSplit"];
  return {
    kinds: sharesOfKinds(influences, kindOf),
    testJets: { higgs: higgs.length, split: split.length },
    ...Object.fromEntries(
      names.map((name, k) => [name, measured(changes.map((one) => [[one[k]]]))]),
    ),
  };
}

const rowsOfTest = (test) => {
  const kindOf = kindsOf(test);
  const rows = (is) => kindOf.flatMap((kind, n) => (is(kind) ? [n] : []));
  return [rows((kind) => kind === null), rows((kind) => kind === kinds[0])];
};

/** Training anew without the g → bb̄ jets, and without as many other QCD jets. */
export async function retrainedMeasured(of, folder) {
  const jets = await studiedJets();
  const kindOf = kindsOf(jets.training);
  const gone = kindOf.flatMap((kind, n) => (kind === kinds[0] ? [n] : []));
  const rest = kindOf.flatMap((kind, n) => (kind !== null && kind !== kinds[0] ? [n] : []));
  const table = { split: [], random: [] };
  for (const seed of SEEDS) {
    const before = judged(of, await modelOf(of, seed, folder), jets.test);
    const order = core.makeRng(seed, "QCD jets left out").permutation(rest.length);
    const drawn = Array.from(order.subarray(0, gone.length), (k) => rest[k]);
    for (const [name, rows] of Object.entries({ split: gone, random: drawn })) {
      const options = { seed, weights: weightsWithout(kindOf.length, rows) };
      const model = isNetwork(of)
        ? trainedNetwork(of, jets.training, options)
        : await grownTrees(jets.training, options);
      const after = judged(of, model, jets.test);
      table[name].push(after.map((v, k) => v - before[k]));
    }
  }
  const names = ["lossOnHiggs", "lossOnSplit", "auc"];
  const summary = (rows) =>
    Object.fromEntries(names.map((name, k) => [name, measured(rows.map((one) => [[one[k]]]))]));
  return { removed: gone.length, split: summary(table.split), random: summary(table.random) };
}

/** Mean losses of H → bb̄ and of g → bb̄ test jets, and AUC. */
function judged(of, model, test) {
  const margins = marginOf(of, model)(test.inputs);
  const loss = (n) => Math.log1p(Math.exp(test.signal[n] ? -margins[n] : margins[n]));
  const [higgs, split] = rowsOfTest(test);
  return [core.mean(higgs.map(loss)), core.mean(split.map(loss)), core.auc(margins, test.signal)];
}

const sum = (values) => values.reduce((a, b) => a + b, 0);
