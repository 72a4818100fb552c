import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { byKind, type ByKind } from "../../nn/layers/byKind.js";
import type { Layer } from "../../nn/layers/layer.js";
import type { Network } from "../../nn/network/network.js";
import type { MaximumRule } from "./maximumRule.js";
import { normalisationIdentity, type NormalisationRule } from "./normalisationRule.js";
import { signalTakesAll, type ProductRule } from "./productRule.js";
import { softmaxTaylor, type SoftmaxRule } from "./softmaxRule.js";
import type { RelevanceRule } from "./rules.js";

/** A rule for sums, for maxima, or for one of the kinds that are neither. */
export type LayerRule = RelevanceRule | MaximumRule | ProductRule | SoftmaxRule | NormalisationRule;

/**
 * Kinds of layer that need a rule. All others (activations, reshaping, slices, dropout,
 * concatenation) hand relevance on as it is, R_i = R_j, as the papers' tables have it.
 */
export const layerFamilies = [
  "dense",
  "convolution",
  "averagePooling",
  "maximumPooling",
  "add",
  "sum",
  "product",
  "softmax",
  "normalisation",
] as const;
/** A kind of layer that needs a rule. */
export type LayerFamily = (typeof layerFamilies)[number];

/**
 * Which rule for which layer; rules for single nodes go before the first layer's, the first layer's
 * before the families'.
 */
export interface Composite {
  readonly name: string;
  /** For the affine layers that read the network's input. */
  readonly first?: RelevanceRule;
  readonly rules: Readonly<Partial<Record<LayerFamily, LayerRule>>>;
  /** By number of the node in `network.nodes`. */
  readonly nodes?: Readonly<Record<number, LayerRule>>;
}

const none = (layer: Layer): never => {
  const known = layerFamilies.join(", ");
  throw new ConfigError(
    `relevance: there is no rule for the layer ${layer.name}. Rules exist for ${known}.`,
  );
};
const handsOn = (): undefined => undefined;

/** A new kind of layer says here whether it needs a rule. */
const families: ByKind<LayerFamily | undefined> = {
  affine: ({ weightShape }) => (weightShape.length === 2 ? "dense" : "convolution"),
  pooling: ({ mode }) =>
    (({ sum: "sum", maximum: "maximumPooling", average: "averagePooling" }) as const)[mode],
  merge: (layer) =>
    layer.mode === "add" ? "add" : layer.mode === "concat" ? undefined : none(layer),
  elementwise: handsOn,
  reshape: handsOn,
  slice: handsOn,
  dropout: handsOn,
  gather: handsOn,
  choice: handsOn,
  scaling: handsOn,
  source: handsOn,
  product: () => "product",
  softmax: () => "softmax",
  normalisation: () => "normalisation",
  own: none,
};

/** Rules of families that composites need not name. */
const usual: Readonly<Partial<Record<LayerFamily, LayerRule>>> = {
  product: signalTakesAll,
  softmax: softmaxTaylor,
  normalisation: normalisationIdentity,
};

/** The kind of rule that each family takes, and what to use. */
const kindOf = (family: LayerFamily): { readonly kind: LayerRule["kind"]; readonly cure: string } =>
  kinds[family as keyof typeof kinds] ?? {
    kind: "linear",
    cure: "one of the rules for sums, e.g. zPlus",
  };
const kinds = {
  maximumPooling: { kind: "maximum", cure: "winnerTakesAll, tiesShared or proportional" },
  product: { kind: "product", cure: "signalTakesAll or halfAndHalf" },
  softmax: { kind: "softmax", cure: "none, the usual one holds" },
  normalisation: { kind: "normalisation", cure: "normalisationIdentity or normalisationCentring" },
} as const;

/**
 * The family of a layer; undefined for layers that hand relevance on.
 * @throws ConfigError for a kind of layer without a rule
 */
export const layerFamily = (layer: Layer): LayerFamily | undefined => byKind(families, layer);

/**
 * The rule of each node, undefined where relevance is handed on.
 * @throws ConfigError if the composite has no rule for a layer, names one that is not there, or its
 *   rule does not fit the layer
 */
export function rulesFor(network: Network, composite: Composite): (LayerRule | undefined)[] {
  for (const family of Object.keys(composite.rules)) {
    if (!(layerFamilies as readonly string[]).includes(family)) {
      throw new ConfigError(
        `${composite.name}: "${family}" is no family of layers. Use ${layerFamilies.join(", ")}.`,
        { family },
      );
    }
  }
  for (const node of Object.keys(composite.nodes ?? {})) {
    if (!(Number(node) in network.nodes)) {
      throw new ConfigError(
        `${composite.name}: has a rule for node ${node}, but ${network.name} has nodes 0 to ${network.nodes.length - 1}.`,
        { node },
      );
    }
  }
  const first = firstLayers(network);
  return network.nodes.map(({ layer }, node) => {
    const family = layerFamily(layer);
    const own = composite.nodes?.[node];
    const rule =
      own ??
      (family &&
        ((first.has(node) ? composite.first : undefined) ??
          composite.rules[family] ??
          usual[family]));
    if (!family) {
      if (own)
        throw new ConfigError(
          `${composite.name}: "${own.name}" does not fit ${layer.name}, node ${node}, which hands relevance on. Take it out.`,
        );
      return undefined;
    }
    if (rule) checkRule(rule, `${composite.name}: the rule of node ${node}`);
    if (!rule)
      throw new ConfigError(
        `${composite.name}: has no rule for ${layer.name}, node ${node}. Add one for "${family}".`,
        { node },
      );
    const { kind, cure } = kindOf(family);
    if (rule.kind !== kind) {
      throw new ConfigError(
        `${composite.name}: "${rule.name}" does not fit ${layer.name}, node ${node}. Use ${cure}.`,
        { node },
      );
    }
    return rule;
  });
}

const names = {
  maximum: ["winner takes all", "ties shared", "proportional"],
  product: ["half and half", "signal takes all"],
  softmax: ["Taylor"],
  normalisation: ["identity", "centring"],
} as const;

/**
 * Rules are data, which in JavaScript may be anything.
 * @throws ConfigError for a kind, a name or a gate that there is not
 */
function checkRule(rule: LayerRule, what: string): void {
  oneOf(rule.kind, ["linear", "maximum", "product", "softmax", "normalisation"], `${what}: kind`);
  if (rule.kind !== "linear") oneOf(rule.name, names[rule.kind], `${what}: name`);
  else
    for (const { outputs } of rule.parts)
      if (outputs !== undefined)
        oneOf(outputs, ["positive", "negative"], `${what}: outputs of a part`);
  if (rule.kind === "product" && !(rule.stabiliser >= 0 && rule.stabiliser < Infinity))
    throw new ConfigError(`${what}: ε must be a finite number ≥ 0, got ${rule.stabiliser}.`);
}

/** Affine nodes that see the network's input itself, if reshaped or joined. */
function firstLayers(network: Network): Set<number> {
  const raw = new Set([0]);
  const first = new Set<number>();
  network.nodes.forEach(({ layer, inputs }, node) => {
    if (!inputs.every((v) => raw.has(v))) return;
    const seen = byKind(sees, layer);
    if (seen === "weighs") first.add(node);
    else if (seen === "same numbers") raw.add(node + 1);
  });
  return first;
}

/**
 * What a layer makes of the network's input: a first layer weighs it; below that it may be cut,
 * joined or reshaped.
 */
const sees: ByKind<"weighs" | "same numbers" | "something else"> = {
  affine: () => "weighs",
  reshape: () => "same numbers",
  slice: () => "same numbers",
  dropout: () => "same numbers",
  merge: ({ mode }) => (mode === "concat" ? "same numbers" : "something else"),
  elementwise: () => "something else",
  pooling: () => "something else",
  gather: () => "same numbers",
  choice: () => "same numbers",
  product: () => "something else",
  softmax: () => "something else",
  normalisation: () => "something else",
  scaling: () => "something else",
  source: () => "something else",
  own: () => "something else",
};
