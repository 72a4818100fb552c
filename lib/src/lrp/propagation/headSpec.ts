import { size, type Shape } from "../../core/tensor.js";
import { specOf } from "../../nn/layers/specOf.js";
import type { AffineLayer, AffineMap, PoolingLayer } from "../../nn/layers/layer.js";
import type { Network } from "../../nn/network/network.js";
import type { LayerRule } from "../rules/composite.js";
import { one } from "../rules/entryMap.js";
import type { RuleTerm } from "../rules/rules.js";
import { headVolume, headWindows, type HeadVolume, type HeadWindows } from "./headVolume.js";

/** A rule whose denominators do not depend on the data: its one term, and ε. */
export interface FixedRule {
  readonly term: RuleTerm;
  readonly stabiliser: number;
}

/** What a network begins with, and what of it the head needs to know. */
export interface HeadSpec {
  readonly map: AffineMap;
  /** Where the weights of the convolution begin in θ, and how many there are. */
  readonly offset: number;
  readonly weights: number;
  /** Pooled values of one channel. */
  readonly pooled: number;
  readonly volume: HeadVolume;
  readonly windows: HeadWindows;
  /** Of the convolution; undefined if relevance is not wanted below it. */
  readonly rule: FixedRule | undefined;
}

/** Why a network is treated layer by layer. */
export interface NoHead {
  readonly reason: string;
}

/**
 * Whether a network begins with a convolution, a ReLU and a maximum pooling that can be treated as
 * one, and if not, why.
 * @param rules    of its nodes
 * @param toInput  whether relevance of the input is wanted
 */
export function recogniseHead(
  network: Network,
  input: Shape,
  rules: readonly (LayerRule | undefined)[],
  toInput: boolean,
): HeadSpec | NoHead {
  const layers = headLayers(network);
  if (typeof layers === "string") return { reason: layers };
  const { convolution, pooling, offset } = layers;
  const maximum = rules[2];
  if (maximum?.kind !== "maximum" || maximum.name !== "winner takes all")
    return { reason: "the rule of the pooling is not winner takes all" };
  const rule = toInput ? fixedRule(rules[0]) : undefined;
  if (typeof rule === "string") return { reason: rule };

  const shape = convolution.outputShape([input]);
  const out = shape.slice(1);
  const map = convolution.map(input);
  const kernel = convolution.weightShape.slice(2);
  const volume = headVolume(map.geometry, kernel, input.slice(1), out);
  if (typeof volume === "string") return { reason: volume };
  const pooled = size(pooling.outputShape([shape])) / map.geometry.outChannels;
  // the same in every channel
  const windows = headWindows(pooling.map([1, ...out]), pooled, volume);
  if (typeof windows === "string") return { reason: windows };
  return { map, offset, weights: size(convolution.weightShape), pooled, volume, windows, rule };
}

interface HeadLayers {
  readonly convolution: AffineLayer;
  readonly pooling: PoolingLayer;
  readonly offset: number;
}

/** The first and the third layer of the three, or why these are no head. */
function headLayers({ nodes }: Network): HeadLayers | string {
  if (nodes.length <= 3) return "nothing follows the first three nodes";
  const [first, second, third] = nodes;
  if (![first, second, third].every(({ inputs }, v) => inputs.length === 1 && inputs[0] === v))
    return "the first three nodes are no chain";
  if (!nodes.slice(3).every(({ inputs }) => inputs.every((v) => v >= 3)))
    return "a later node reads what the pooling read";
  const { layer: convolution, offset } = first;
  const { layer: pooling } = third;
  if (convolution.kind !== "affine" || convolution.weightShape.length < 3 || offset === undefined)
    return "node 0 is no convolution";
  // their work is done here, so they must be what they say they are
  if (specOf(second.layer)?.type !== "relu") return "node 1 is no ReLU of this library";
  if (!specOf(convolution) || !specOf(pooling)) return "a layer was made or changed by hand";
  if (pooling.kind !== "pooling") return "node 2 is no pooling";
  if (pooling.window) return "the windows of the pooling are no cubes side by side";
  return { convolution, pooling, offset };
}

/** The rule as one term of weights alone, or why it is none: w² and flat are. */
function fixedRule(rule: LayerRule | undefined): FixedRule | string {
  if (rule?.kind !== "linear") return "the convolution has no rule for sums";
  const { parts, stabiliser } = rule;
  const [{ terms, share, outputs }] = parts;
  const [term] = terms;
  if (parts.length > 1 || terms.length > 1 || share !== 1 || outputs)
    return `the rule ${rule.name} has several terms, or a share of the relevance`;
  if (term.x !== one || (term.takes ?? one) !== one || typeof stabiliser !== "number")
    return `the denominators of the rule ${rule.name} depend on the data`;
  return { term, stabiliser };
}
