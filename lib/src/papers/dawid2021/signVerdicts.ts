import { auc } from "../../core/statistics/auc.js";
import { neighbourMedian } from "../../core/statistics/neighbourMedian.js";
import { makeRng } from "../../core/random/rng.js";
import { mean } from "../../core/statistics/statistics.js";
import { row } from "../../core/tensor.js";
import { subset } from "../../core/dataset.js";
import { exactHessian } from "../../hessian/exact/exactHessian.js";
import { influence } from "../../hessian/influence/influence.js";
import { testGradients } from "../../hessian/influence/testGradients.js";
import { symmetricEigenvalues } from "../../linalg/symmetricEigen.js";
import { accuracy } from "../../nn/losses/accuracy.js";
import type { GradientOptions } from "../../nn/network/gradientConvention.js";
import { perSampleGradients, predict, risk as riskOf } from "../../nn/losses/risk.js";
import { train } from "../../nn/training/train.js";
import { data } from "./data.js";
import { globalSigns, withGlobalSigns, type SignedData } from "./globalSigns.js";
import type { NetworkRecipe } from "./recipes.js";

/**
 * Negative states of the 1000 of a training set: "several" in Fig. 4(a), half of them in Fig. 4(b).
 */
const NEGATIVES = { imbalanced: 12, balanced: 500 };
/** Rows of the even test set: over all V₁/J for (a), around the transition for (b). */
const ROWS = {
  imbalanced: [0, 5, 10, 15, 19, 20, 22, 25, 35, 49],
  balanced: [10, 13, 15, 17, 19, 20, 21, 22, 23, 25],
};

/** What Fig. 4 shows of a recipe, as numbers. */
export interface SignVerdicts {
  readonly imbalanced: {
    readonly crossEntropy: number;
    /**
     * Least of ten test points: area under the ROC curve of negative states by distance from the
     * curve of the others.
     */
    readonly anomalies: number;
    /** Accuracy on negative test states: in the liquid, in the wave. */
    readonly negative: readonly [number, number];
  };
  readonly balanced: {
    readonly crossEntropy: number;
    readonly negative: readonly [number, number];
    /**
     * Part of the five most helpful points that have the test point's own sign; the paper: always.
     */
    readonly ownSign: number;
  };
}

/** Options of `signVerdicts`. */
export interface SignVerdictOptions {
  /** Of the signs' places, the initial weights, the order of samples, and dropout. */
  readonly seed: number;
  /** Damping beyond |E₀|; 0.2 by default, in the paper 0.01. */
  readonly margin?: number;
}

/**
 * Trains a recipe on the sign-imbalanced and the sign-balanced set of Dawid et al. 2021, Fig. 4, at
 * 12 sites, and measures what the figure claims: anomalies stand out, and the most helpful points
 * have the test point's sign.
 */
export function signVerdicts(
  recipe: NetworkRecipe,
  { seed, margin = 0.2 }: SignVerdictOptions,
): SignVerdicts {
  const { anomalies, ...imbalanced } = measured(recipe, "imbalanced", seed, margin);
  const { ownSign, ...balanced } = measured(recipe, "balanced", seed, margin);
  const { crossEntropy, negative } = balanced;
  return {
    imbalanced: { crossEntropy: imbalanced.crossEntropy, anomalies, negative: imbalanced.negative },
    balanced: { crossEntropy, negative, ownSign },
  };
}

type Kind = keyof typeof NEGATIVES;
interface Measured {
  readonly crossEntropy: number;
  readonly negative: readonly [number, number];
  readonly anomalies: number;
  readonly ownSign: number;
}

function measured(recipe: NetworkRecipe, kind: Kind, seed: number, margin: number): Measured {
  const rng = makeRng(seed, `dawid2021-fig4/${kind}`);
  const training = signed("training", kind, rng.fork("signs"));
  const validation = signed("validation", kind, rng.fork("validation signs"), training);
  const { keep } = recipe.options;
  const { theta } = train(recipe.trainedNetwork(), training, {
    ...recipe.options,
    validation: keep ? validation : undefined,
    rng: rng.fork("training"),
  });
  const network = recipe.network();
  const even = data({ sites: 12, set: "even" });
  const testOf = (sign: number): SignedData =>
    withGlobalSigns(even, new Int8Array(even.label.length).fill(sign), training.normalisation);
  const H = exactHessian(network, theta, training, recipe.risk);
  const damping = Math.max(0, -symmetricEigenvalues(H)[0]) + margin;
  const published: GradientOptions = { ...recipe.risk, convention: "dawid2021" };
  const gradients = perSampleGradients(network, theta, training, published);
  const influenceOn = (test: SignedData): Float64Array[] => {
    const chosen = testGradients(network, theta, subset(test, ROWS[kind]), published);
    const table = influence(H, gradients, chosen, { damping, relatif: "none" }).influence;
    return ROWS[kind].map((_, t) => row(table, t));
  };
  const negative = testOf(-1);
  const inPhase = (label: number): number => {
    const { x, target } = subset(
      negative,
      [...negative.label.keys()].filter((t) => negative.label[t] === label),
    );
    return accuracy(predict(network, theta, x), target);
  };
  return {
    crossEntropy: riskOf(network, theta, training, { loss: recipe.risk.loss }),
    negative: [inPhase(0), inPhase(1)],
    anomalies: Math.min(...influenceOn(testOf(1)).map((values) => anomalies(values, training))),
    ownSign: mean([
      ...influenceOn(testOf(1)).map((v) => ownSign(v, training, 1)),
      ...influenceOn(negative).map((v) => ownSign(v, training, -1)),
    ]),
  };
}

function signed(
  set: "training" | "validation",
  kind: Kind,
  rng: Parameters<typeof globalSigns>[2],
  training?: SignedData,
): SignedData {
  const positive = data({ sites: 12, set });
  const n = positive.label.length;
  return withGlobalSigns(
    positive,
    globalSigns(n, Math.round((NEGATIVES[kind] * n) / 1000), rng),
    training?.normalisation,
  );
}

/**
 * Negative states by how far their influence lies from the median of their neighbours of the same
 * phase.
 */
function anomalies(values: Float64Array, { label, sign }: SignedData): number {
  const expected = neighbourMedian(values, { allowed: (i, j) => label[i] === label[j] });
  return auc(
    values.map((value, n) => Math.abs(value - expected[n])),
    Array.from(sign, (one) => one < 0),
  );
}

/** Part of the five most helpful points with that sign. */
function ownSign(values: Float64Array, { sign }: SignedData, own: number): number {
  const helpful = Array.from(values.keys())
    .sort((a, b) => values[b] - values[a])
    .slice(0, 5);
  return helpful.filter((n) => sign[n] === own).length / 5;
}
