import { makeRng } from "phaselens/core";
import * as lrp from "phaselens/lrp";
import { bluecher2020, neubauer2022 } from "phaselens/papers";

/** Every rule for sums by the name of what makes it; those that see no values are for inputs. */
const rules: Readonly<Record<string, lrp.RelevanceRule>> = {
  wSquare: lrp.wSquare,
  zPlus: lrp.zPlus,
  flat: lrp.flat,
  zBounded: lrp.zBounded(-30, 30),
  epsilon: lrp.epsilon(0.01),
  gamma: lrp.gamma(),
  alphaBeta: lrp.alphaBeta(),
  withoutBias: lrp.withoutBias(lrp.epsilon()),
};

/** Rules of other families, in a composite of ε. */
const others: Readonly<Record<string, Partial<lrp.Composite["rules"]>>> = {
  winnerTakesAll: { maximumPooling: lrp.winnerTakesAll },
  tiesShared: { maximumPooling: lrp.tiesShared },
  proportional: { maximumPooling: lrp.proportional },
  halfAndHalf: { product: lrp.halfAndHalf },
  signalTakesAll: { product: lrp.signalTakesAll },
  normalisationIdentity: { normalisation: lrp.normalisationIdentity },
  normalisationCentring: { normalisation: lrp.normalisationCentring },
};

const composites: Readonly<Record<string, lrp.Composite>> = {
  recommended: lrp.recommended,
  epsilonPlusFlat: lrp.epsilonPlusFlat,
  tableII: bluecher2020.tableII,
  tableIII: { ...bluecher2020.tableIII, rules: { ...lrp.epsilonPlusFlat.rules } },
  neubauer2022: {
    ...neubauer2022.composite,
    rules: { ...lrp.epsilonPlusFlat.rules, ...neubauer2022.composite.rules },
  },
};

/** Methods that are no rules; without noise, which has no symmetry. */
const methods: Readonly<Record<string, () => lrp.AttributionMethod>> = {
  gradient: lrp.gradient,
  gradientTimesInput: lrp.gradientTimesInput,
  integratedGradients: () => lrp.integratedGradients({ steps: 5 }),
  smoothGrad: () => lrp.smoothGrad({ rng: makeRng(1), noise: 0, copies: 2 }),
  deepLift: lrp.deepLift,
  occlusion: lrp.occlusion,
};

/** Names of the room that explain nothing by themselves. */
const tools = [
  ...[
    "attribute",
    "relevance",
    "relevanceByLayer",
    "filterRelevance",
    "layerwise",
    "uniform",
    "maps",
    "patches",
  ],
  ...["featureFlipping", "noiseSensitivity", "parameterRandomisation"],
];

/** Public names that stand nowhere here: a new rule or method belongs into a table above. */
export function forgottenNames(): string[] {
  const listed = [rules, others, composites, methods].flatMap(Object.keys);
  return Object.keys(lrp).filter((name) => ![...listed, ...tools].includes(name));
}

const byRules = (name: string, composite: lrp.Composite): [string, lrp.AttributionMethod] => [
  name,
  lrp.layerwise(composite),
];
const ofEpsilon = lrp.uniform(lrp.epsilon(0.01));

/** Every method that hands relevance back by rules. */
export const everyRule: readonly (readonly [name: string, method: lrp.AttributionMethod])[] = [
  ...Object.entries(rules).map(([name, rule]) => {
    const first = ["wSquare", "flat", "zBounded"].includes(name);
    return byRules(
      name,
      first ? lrp.uniform(lrp.epsilon(0.01), { first: rule }) : lrp.uniform(rule),
    );
  }),
  ...Object.entries(others).map(([name, own]) =>
    byRules(name, { ...ofEpsilon, rules: { ...ofEpsilon.rules, ...own } }),
  ),
  ...Object.entries(composites).map(([name, own]) => byRules(name, own)),
];

/** Every method that there is. */
export const everyMethod: readonly (readonly [name: string, method: lrp.AttributionMethod])[] = [
  ...everyRule,
  ...Object.entries(methods).map(([name, make]) => [name, make()] as const),
];
