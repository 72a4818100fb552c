import { shown } from "../../core/oneOf.js";
import { aRule } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { kind, optional, record, truth } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import {
  constant,
  favourNegative,
  favourPositive,
  identity,
  modulus,
  negative,
  one,
  positive,
  square,
  timesModulus,
  zero,
  type EntryMap,
} from "./entryMap.js";

/**
 * A rule of layer-wise relevance propagation for anything linear in its input (dense, convolution,
 * average pooling, sums) is data:
 *
 *   R_i = Σ_parts share Σ_terms t(x_i) Σ_j w(W_ji) R_j / (z_j + ε sign z_j)
 *   z_j = Σ_terms [Σ_i w(W_ji) x(x_i) + b(b_j)]
 *
 * with t = x unless a term says otherwise, z_j of each part by itself and sign 0 = +1. Where a
 * denominator is 0, or so small that the quotient overflows, the quotient is 0: relevance is lost
 * there, and the conservation report says how much.
 */
export interface RelevanceRule {
  readonly kind: "linear";
  readonly name: string;
  readonly parts: readonly RulePart[];
  /** ε ≥ 0, or how it follows from the data. */
  readonly stabiliser: number | Stabiliser;
  /** Bounds between which every input must lie for the rule to mean anything. */
  readonly bounds?: {
    readonly low: number | ArrayLike<number>;
    readonly high: number | ArrayLike<number>;
  };
}

/**
 * ε ≥ 0 of one sample, in units of z.
 * @param x  [features], the inputs of the layer
 * @param z  [outputs], the denominators of the part; both are views: copy what you keep
 */
export type Stabiliser = (x: Float64Array, z: Float64Array) => number;

/** A part of a rule, with a denominator of its own. */
export interface RulePart {
  readonly share: number;
  readonly terms: readonly RuleTerm[];
  /** Outputs y_j = Σ_i W_ji x_i + b_j that the part is for; all if absent. */
  readonly outputs?: "positive" | "negative";
}

/** A term of a rule: which maps of input, weight and bias are multiplied. */
export interface RuleTerm {
  readonly x: EntryMap;
  readonly w: EntryMap;
  readonly b: EntryMap;
  /**
   * t(x_i), what an input takes of the quotients (default x, which conserves relevance but for ε
   * and biases).
   */
  readonly takes?: EntryMap;
}

const single = (terms: readonly RuleTerm[]): readonly RulePart[] => [{ share: 1, terms }];

/**
 * w² rule (Montavon et al. 2017), R_i = Σ_j W_ji² / Σ_i W_ji² R_j: for unbounded real inputs, e.g.
 * the first layer of Blücher et al. 2020, Tables II and III. Biases take no share.
 */
export const wSquare: RelevanceRule = {
  kind: "linear",
  name: "w²",
  parts: single([{ x: one, w: square, b: zero }]),
  stabiliser: 0,
};

/**
 * z⁺ rule (ibid.): only excitatory products x_i W_ji > 0 carry relevance, for inputs of either
 * sign; biases take no share. No stabiliser: exact, and what reaches a unit without excitation is
 * lost and reported.
 */
export const zPlus: RelevanceRule = {
  kind: "linear",
  name: "z⁺",
  parts: single([
    { x: positive, w: positive, b: zero },
    { x: negative, w: negative, b: zero },
  ]),
  stabiliser: 0,
};

/** Flat rule (Lapuschkin et al. 2019): every input of a unit takes the same share. */
export const flat: RelevanceRule = {
  kind: "linear",
  name: "flat",
  parts: single([{ x: one, w: one, b: zero }]),
  stabiliser: 0,
};

/**
 * z^B rule (Montavon et al. 2017) for inputs low ≤ x_i ≤ high with low ≤ 0 ≤ high:
 *
 *   R_i = Σ_j z_ij / Σ_i z_ij R_j,     z_ij = x_i W_ji − low_i W⁺_ji − high_i W⁻_ji ≥ 0
 *
 * @param low   one number, or one for each entry of a sample
 * @param high  likewise
 * @throws ConfigError unless low ≤ 0 ≤ high
 */
export function zBounded(
  low: number | ArrayLike<number>,
  high: number | ArrayLike<number>,
): RelevanceRule {
  takes("zBounded", { low: [low, numberOrEach], high: [high, numberOrEach] });
  for (const [what, bound, sign] of [
    ["low", low, -1],
    ["high", high, 1],
  ] as const) {
    for (const value of typeof bound === "number" ? [bound] : Array.from(bound)) {
      if (!(Number.isFinite(value) && sign * value >= 0)) {
        throw new ConfigError(
          `zBounded: the bounds must be finite with low ≤ 0 ≤ high, got ${what} = ${value}. Shift the inputs, or use wSquare.`,
        );
      }
    }
  }
  const minus = (bound: number | ArrayLike<number>): EntryMap =>
    constant(typeof bound === "number" ? -bound : Array.from(bound, (v) => -v));
  return {
    kind: "linear",
    name: "z^B",
    parts: single([
      { x: identity, w: identity, b: zero },
      { x: minus(low), w: positive, b: zero },
      { x: minus(high), w: negative, b: zero },
    ]),
    stabiliser: 0,
    bounds: { low, high },
  };
}

/** Options of `epsilon`. */
export interface EpsilonOptions {
  /**
   * Whether ε is a part of the size of what is summed, ε Σ_i |x_i W_ji| + ε |b_j| in place of ε:
   * without units, and however a sum cancels, no input takes more than 1/ε of R_j (default false).
   */
  readonly relative?: boolean;
}

/**
 * ε rule (Bach et al. 2015), R_i = Σ_j x_i W_ji / (z_j + ε sign z_j) R_j with z_j = y_j: biases and
 * ε take their share, which is reported as lost. `epsilon(0)` has no stabiliser.
 * @throws ConfigError for a negative ε
 * @example
 * ```ts
 * import { lrp } from "phaselens";
 * console.log(lrp.epsilon(0.01).name); // → ε = 0.01
 * ```
 */
export function epsilon(stabiliser = 1e-6, options: EpsilonOptions = {}): RelevanceRule {
  nonNegative("epsilon: ε", stabiliser);
  takes("epsilon", { options: [options, record({ relative: optional(truth) })] });
  const sum = { x: identity, w: identity, b: identity };
  if (options.relative !== true || stabiliser === 0)
    return { kind: "linear", name: `ε = ${stabiliser}`, parts: single([sum]), stabiliser };
  const part = (outputs: "positive" | "negative", share: EntryMap): RulePart => ({
    share: 1,
    outputs,
    terms: [sum, { x: modulus, w: share, b: share, takes: zero }],
  });
  return {
    kind: "linear",
    name: `ε = ${stabiliser} of the size`,
    parts: [
      part("positive", timesModulus(stabiliser)),
      part("negative", timesModulus(-stabiliser)),
    ],
    stabiliser: 0,
  };
}

/**
 * γ rule (Montavon et al. 2019), R_i = Σ_j x_i (W_ji + γ W⁺_ji) / z_j R_j, in the form that holds
 * for inputs of either sign (Andéol et al. 2021): products with the sign of the output y_j are
 * favoured. The same as the original for x ≥ 0 and y_j > 0. Biases take their share.
 * @throws ConfigError for a negative γ or ε
 */
export function gamma(favour = 0.25, stabiliser = 0): RelevanceRule {
  nonNegative("gamma: γ", favour);
  nonNegative("gamma: ε", stabiliser);
  const [up, down] = [favourPositive(favour), favourNegative(favour)];
  return {
    kind: "linear",
    name: `γ = ${favour}`,
    parts: [
      {
        share: 1,
        outputs: "positive",
        terms: [
          { x: positive, w: up, b: up },
          { x: negative, w: down, b: zero },
        ],
      },
      {
        share: 1,
        outputs: "negative",
        terms: [
          { x: positive, w: down, b: down },
          { x: negative, w: up, b: zero },
        ],
      },
    ],
    stabiliser,
  };
}

/**
 * α-β rule (Bach et al. 2015): R_i = Σ_j (α z⁺_ij / z⁺_j − β z⁻_ij / z⁻_j) R_j, where z⁺_j sums the
 * products x_i W_ji > 0 and the bias if positive, z⁻_j those < 0 and the bias if negative.
 * Relevance that meets no product of one sign is lost (or, for β, gained) and reported.
 * @throws ConfigError unless α − β = 1 and both are ≥ 0
 */
export function alphaBeta(alpha = 2, beta = 1, stabiliser = 0): RelevanceRule {
  nonNegative("alphaBeta: α", alpha);
  nonNegative("alphaBeta: β", beta);
  if (!(alpha >= 0 && beta >= 0 && Math.abs(alpha - beta - 1) < 1e-12)) {
    throw new ConfigError(
      `alphaBeta: α and β must be ≥ 0 with α − β = 1, or relevance is not conserved; got ${alpha} and ${beta}.`,
    );
  }
  nonNegative("alphaBeta: ε", stabiliser);
  return {
    kind: "linear",
    name: `α-β = ${alpha}, ${beta}`,
    parts: [
      {
        share: alpha,
        terms: [
          { x: positive, w: positive, b: positive },
          { x: negative, w: negative, b: zero },
        ],
      },
      {
        share: -beta,
        terms: [
          { x: positive, w: negative, b: negative },
          { x: negative, w: positive, b: zero },
        ],
      },
    ],
    stabiliser,
  };
}

/** The rule without a share for biases. */
export function withoutBias(rule: RelevanceRule): RelevanceRule {
  takes("withoutBias", { rule: [rule, aRule] });
  const parts = rule.parts.map((part) => ({
    ...part,
    terms: part.terms.map((term) => ({ ...term, b: zero })),
  }));
  return { ...rule, name: `${rule.name} without bias`, parts };
}

function nonNegative(what: string, value: number): void {
  if (!(typeof value === "number" && value >= 0 && value < Infinity))
    throw new ConfigError(`${what} must be a finite number ≥ 0, got ${shown(value)}.`);
}

const numberOrEach = kind(
  "a number, or one for each entry of a sample",
  (value) => typeof value === "number" || Array.isArray(value) || ArrayBuffer.isView(value),
);
