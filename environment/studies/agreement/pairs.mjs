// How alike two taggers value the tracks of a jet.
import { measuredPairs } from "./errors.mjs";
import { studiedJets } from "./jets.mjs";
import { explainedByAll, SEEDS } from "./kept.mjs";
import { partial, together } from "./ranks.mjs";
import { isNetwork } from "./taggers.mjs";

/** How alike two architectures, or the seeds of one, value the tracks of a jet. */
export async function pairMeasured(of, with_, folder) {
  const { explained } = await studiedJets();
  const [first, second] = [await explainedByAll(of, folder), await explainedByAll(with_, folder)];
  const oneKind = of === with_;
  const places = SEEDS.flatMap((a, i) =>
    SEEDS.flatMap((b, j) => (oneKind && j <= i ? [] : [{ a, b, i, j }])),
  );
  const compare = (way, rule) =>
    measuredPairs(
      places.map(({ a, b, i, j }) => ({
        ...{ a, b },
        jets: first[i][way].map((values, jet) => rule(values, second[j][way][jet], jet) ?? 0),
      })),
      oneKind,
    );
  const others = (jet) => Object.values(explained.simple).map((values) => values[jet]);
  const all = (way) => ({
    plain: compare(way, together),
    beyondSimple: compare(way, (a, b, jet) => partial(a, b, others(jet))),
    beyondTruth: compare(way, (a, b, jet) =>
      partial(a, b, [...others(jet), explained.heavy[jet].map(Number)]),
    ),
  });
  const both = isNetwork(of) && isNetwork(with_);
  return {
    omission: all("omission"),
    ...(both && { relevance: all("relevance"), untrained: compare("untrained", together) }),
  };
}
