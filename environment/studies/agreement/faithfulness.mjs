// What becomes of a tagger's margin when tracks go in some order.
import { core } from "phaselens";
import { byValue, COUNTS, followed, followedAtRandom, meanOver } from "./deletion.mjs";
import { measured, meansOf } from "./errors.mjs";
import { studiedJets } from "./jets.mjs";
import { explainedBy, modelOf, SEEDS } from "./kept.mjs";
import { isNetwork, marginOf, networkNames } from "./taggers.mjs";

/** Jets of which tracks are taken out. */
const FOLLOWED = 40;

/** Margin lost in the order of the tagger's own values, of others', of none. */
export async function faithfulnessMeasured(of, folder) {
  const { explained } = await studiedJets();
  const jets = {
    inputs: { ...explained.inputs, x: core.takeRows(explained.inputs.x, firstOnes()) },
    there: explained.there.slice(0, FOLLOWED),
  };
  const random = [];
  const curves = {};
  for (const [k, seed] of SEEDS.entries()) {
    const margin = marginOf(of, await modelOf(of, seed, folder));
    const { separation } = await explainedBy(of, seed, folder);
    const scaled = (found) => found.map((curve) => curve.map((v) => v / separation));
    random.push(scaled(followedAtRandom(margin, jets)));
    for (const [name, values] of Object.entries(await ordersFor(of, k, folder))) {
      const order = byValue(jets.there, values);
      (curves[name] ??= []).push(scaled(followed(margin, jets, order)));
    }
  }
  return {
    counts: COUNTS,
    random: lossesOf(random),
    orders: Object.fromEntries(
      Object.entries(curves).map(([name, found]) => [name, lossesOf(found, random)]),
    ),
  };
}

const firstOnes = () => Array.from({ length: FOLLOWED }, (_, n) => n);

/** Values by whose order tracks go: own, of another seed, of other architectures, simple. */
async function ordersFor(of, k, folder) {
  const { explained } = await studiedJets();
  const own = await explainedBy(of, SEEDS[k], folder);
  const next = await explainedBy(of, SEEDS[(k + 1) % SEEDS.length], folder);
  const way = isNetwork(of) ? "relevance" : "omission";
  const others = {};
  for (const name of networkNames.filter((one) => one !== of))
    others[name] = (await explainedBy(name, SEEDS[k], folder)).relevance;
  if (isNetwork(of))
    others["boosted trees"] = (await explainedBy("boosted trees", SEEDS[k], folder)).omission;
  return {
    ...(isNetwork(of) && { relevance: own.relevance, untrained: own.untrained }),
    omission: own.omission,
    "another seed": next[way],
    ...others,
    ...explained.simple,
    truth: explained.heavy.map((tracks) => tracks.map(Number)),
  };
}

/**
 * Mean over the tracks taken out, in units of the distance of the classes, less that at random
 * where that is given, and the curve.
 */
const lossesOf = (found, less = undefined) => ({
  ...measured(
    found.map((one, s) =>
      one.map((curve, jet) => [meanOver(curve) - (less ? meanOver(less[s][jet]) : 0)]),
    ),
  ),
  curve: meansOf(found.map(meansOf)),
});
