// One repetition of the figure, all of it anew: chains, networks and their relevances.
import { core } from "phaselens";
import { couplings, labelled, shown } from "./data.mjs";
import { errorsOf, relevances, trained } from "./networks.mjs";
import { oneNetwork, twoWay } from "./twoWay.mjs";

/** Of a repetition: networks with a training ensemble each, and as many that share the first. */
export const NETWORKS = 5;
/** First seeds, whose networks are also trained on one training ensemble. */
const SHARING = 40;
/** Of one that makes the truth, and test ensembles of as many chains. */
const MANY = 10;
const CHAINS = 4;

const seconds = async (work) => {
  const started = process.cpuUsage();
  const found = await work();
  const { user, system } = process.cpuUsage(started);
  return { ...found, seconds: (user + system) / 1e6 };
};

/** Training ensembles of their own for `count` networks, which begin differently too. */
const ensembles = (seed, count) =>
  Array.from({ length: count }, (_, s) => labelled(`training ${s}`, seed, couplings));
const fitted = (training, seed) =>
  training.map((samples, s) => trained(samples, core.makeRng(seed, `fit ${s}`)));

/** [couplings][columns] of what `of` finds of each coupling's tables. */
const byCoupling = (tables, of) => shown.map((_, c) => of(tables.map((ofNetwork) => ofNetwork[c])));
/** The same, a field at a time. */
const field = (rows, name) => rows.map((row) => row.map((one) => one[name]));
const fields = (rows, ...kept) => Object.fromEntries(kept.map((name) => [name, field(rows, name)]));

/** What intervals of one repetition are made of, [coupling][observable] each. */
export const repetition = (seed) =>
  seconds(() => {
    const test = labelled("test", seed, shown);
    const training = ensembles(seed, NETWORKS);
    const own = fitted(training, seed);
    const sharing = Array.from({ length: seed <= SHARING ? NETWORKS - 1 : 0 }, (_, s) =>
      trained(training[0], core.makeRng(seed, `sharing ${s}`)),
    );
    const tables = (thetas) => thetas.map((theta) => relevances(theta, test));
    const ofOwn = tables(own);
    const single = byCoupling(ofOwn.slice(0, 1), ([one]) => oneNetwork(one));
    const all = byCoupling(ofOwn, twoWay);
    const shared = sharing.length > 0 && byCoupling([ofOwn[0], ...tables(sharing)], twoWay);
    return {
      single: fields(single, "mean", "error", "independent"),
      own: fields(all, "mean", "between", "along", "crossed", "tauInt"),
      ...(shared && { shared: fields(shared, "mean", "between", "along", "crossed") }),
      ...quality(test, own),
    };
  });

/** What the sampler and the networks say of themselves. */
function quality(test, thetas) {
  const memory = (name) => test.reports.map(({ monitored }) => monitored[name].tauInt);
  const errors = thetas.map((theta) => errorsOf(theta, test));
  return {
    trajectories: { M: memory("magnetisation"), Ms: memory("staggeredMagnetisation") },
    acceptance: core.mean(test.reports.map(({ acceptance }) => acceptance)),
    flags: test.reports.reduce((sum, { flags }) => sum + flags.length, 0),
    errorPM: core.median(errors.map(({ PM }) => PM)),
  };
}

/** Mean shares of many networks over longer ensembles: a part of the truth. */
export const truthPart = (seed) =>
  seconds(() => {
    const tests = Array.from({ length: CHAINS }, (_, c) => labelled(`test ${c}`, seed, shown));
    const thetas = fitted(ensembles(seed, MANY), seed);
    const tables = thetas.map((theta) => {
      const parts = tests.map((test) => relevances(theta, test));
      return shown.map((_, c) => parts.map((part) => part[c]));
    });
    return { mean: byCoupling(tables, (networks) => meanShares(networks)) };
  });

/** Shares of each network over all its chains, and their mean. */
function meanShares(networks) {
  const shares = networks.map((chains) => {
    const columns = chains[0].shape[1];
    const sums = new Float64Array(columns);
    for (const { data } of chains) data.forEach((v, j) => (sums[j % columns] += v));
    const total = sums.reduce((sum, v) => sum + v, 0);
    return sums.map((v) => v / total);
  });
  return Array.from(shares[0], (_, k) => core.mean(shares.map((one) => one[k])));
}
