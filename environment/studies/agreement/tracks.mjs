// How much of a tagger's margin lies on tracks from b and c decays, and on which features.
import { core, forest, papers } from "phaselens";
import { measured } from "./errors.mjs";
import { groupOf, groups, sharesOf } from "./explained.mjs";
import { studiedJets } from "./jets.mjs";
import { explainedByAll, modelOf, SEEDS } from "./kept.mjs";
import { together } from "./ranks.mjs";
import { isNetwork } from "./taggers.mjs";

/** Enrichment and ranking of tracks from b and c decays, by each way of valuing tracks. */
export async function taggerMeasured(of, folder) {
  const jets = await studiedJets();
  const { heavy, simple } = jets.explained;
  const found = await explainedByAll(of, folder);
  const ways = isNetwork(of) ? ["relevance", "omission", "untrained"] : ["omission"];
  const valued = (values) => ({
    enrichment: measured(
      values.map((tracks) => enriched(tracks, heavy)),
      ofShares,
    ),
    ranking: measured(values.map((tracks) => ranked(tracks, heavy))),
  });
  const plain = (values) => ({ ranking: measured([ranked(values, heavy)]) });
  return {
    auc: measured(found.map(({ auc }) => [[auc]])),
    separation: measured(found.map(({ separation }) => [[separation]])).value,
    ...Object.fromEntries(ways.map((way) => [way, valued(found.map((one) => one[way]))])),
    simple: Object.fromEntries(Object.entries(simple).map(([name, of_]) => [name, plain(of_)])),
    ...(isNetwork(of) && {
      relevanceBesideOmission: measured(
        found.map(({ relevance, omission }) =>
          relevance.map((r, jet) => [together(r, omission[jet]) ?? 0]),
        ),
      ),
    }),
    groups: Object.fromEntries(
      meansAndErrors(await groupShares(of, folder)).map((share, k) => [groups[k], share]),
    ),
  };
}

/** Positive value on tracks of b and c decays and on all, and the numbers of both. */
const enriched = (values, heavy) =>
  values.map((tracks, jet) => {
    const positive = tracks.map((v) => Math.max(0, v));
    const onHeavy = sum(positive.filter((_, k) => heavy[jet][k]));
    return [onHeavy, sum(positive), sum(heavy[jet].map(Number)), tracks.length];
  });
const ofShares = ([onHeavy, all, heavy, tracks]) => onHeavy / all / (heavy / tracks);
const sum = (values) => values.reduce((a, b) => a + b, 0);

/** AUC within each jet that has tracks of both kinds. */
const ranked = (values, heavy) =>
  values.flatMap((tracks, jet) =>
    new Set(heavy[jet]).size === 2 ? [[core.auc(tracks, heavy[jet])]] : [],
  );

const meansAndErrors = (perSeed) =>
  perSeed[0].map((_, k) => measured(perSeed.map((shares) => [[shares[k]]])));

/** Shares of groups of features, of each seed: of relevance, or of Shapley values of summaries. */
async function groupShares(of, folder) {
  const { explained } = await studiedJets();
  if (isNetwork(of)) return (await explainedByAll(of, folder)).map(({ groups: own }) => own);
  const { x, columns } = papers.neubauer2022.jetSummaries(explained.inputs);
  const sets = groups.map((group) =>
    Object.entries(columns).flatMap(([name, own]) => (groupOf(name) === group ? own : [])),
  );
  const found = [];
  for (const seed of SEEDS) {
    const { contributions } = await forest.shapley(await modelOf(of, seed, folder), x);
    const row = (n) => core.row(contributions, n);
    found.push(
      sharesOf(
        Array.from({ length: x.shape[0] }, (_, n) =>
          sets.map((set) => sum(set.map((c) => row(n)[c]))),
        ),
      ),
    );
  }
  return found;
}
