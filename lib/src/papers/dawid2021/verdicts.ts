import { takes } from "../../core/arguments/takes.js";
import {
  count,
  integer,
  listOf,
  nonNegative,
  optional,
  record,
} from "../../core/arguments/kinds.js";
import { checkFinite } from "../../core/tensor.js";
import { makeRng } from "../../core/random/rng.js";
import { norm, takeRows } from "../../core/tensor.js";
import { exactHessian } from "../../hessian/exact/exactHessian.js";
import { extrapolationScore, spectrum } from "../../hessian/influence/extrapolation.js";
import { influence } from "../../hessian/influence/influence.js";
import { resamplingUncertainty } from "../../hessian/resampling/resampling.js";
import {
  predictionGradients,
  testGradients,
  testLosses,
} from "../../hessian/influence/testGradients.js";
import type { SymmetricEigen } from "../../linalg/symmetricEigen.js";
import type { GradientOptions } from "../../nn/network/gradientConvention.js";
import { aNetwork, riskOptions } from "../../nn/arguments.js";
import { checkParameters } from "../../nn/network/network.js";
import { chainLength } from "./chainLength.js";
import type { Network } from "../../nn/network/network.js";
import { predictedLabels } from "../../nn/losses/predictedLabels.js";
import { perSampleGradients, predict, risk, riskAndGradient } from "../../nn/losses/risk.js";
import { data, type Data } from "./data.js";
import { helpfulDepth } from "./helpfulDepth.js";
import { standOut } from "./standOut.js";
import { uncertainRegion, type UncertainRegion } from "./uncertainRegion.js";
import type { Recipe } from "../../nn/training/recipe.js";

/** Rows of the even test set: deep in the liquid and deep in the wave, V₁/J = 0.26 and 39. */
const ROWS = { liquid: 5, wave: 49 };
/** m of Fig. 5. */
const REMOVED = 12;

/** What Figs. 3, 5, 6 and App. B show of one network, as numbers. */
export interface Verdicts {
  readonly crossEntropy: number;
  /** On the even test set. */
  readonly accuracy: number;
  /** ‖∇ℜ(θ̃)‖, penalty included. */
  readonly gradient: number;
  readonly spectrum: SpectrumEnds;
  /** Where the five most helpful points lie, of a test point deep in the wave and in the liquid. */
  readonly depth: readonly Depth[];
  /** Of nine states, those that stand out, for each set of permutations; none but at 12 sites. */
  readonly extrapolation: readonly Extrapolation[];
  readonly uncertainty: Uncertainty;
}

/** The ends of a spectrum. */
export interface SpectrumEnds {
  readonly lowest: number;
  readonly largest: number;
  readonly second: number;
  /** How many eigenvalues are negative. */
  readonly negative: number;
}

/** Mean V₁/J of the five most helpful training points. */
export interface Depth {
  /** λ − |E₀|. */
  readonly margin: number;
  readonly wave: { readonly influence: number; readonly relatif: number };
  readonly liquid: { readonly influence: number; readonly relatif: number };
}

/** Extrapolation scores of test states. */
export interface Extrapolation {
  readonly permutation: number;
  /** Shuffled states found by the minimal loss, its extrapolation score, and that of the margin. */
  readonly minimalLoss: number;
  readonly score: number;
  readonly marginScore: number;
  /** Largest score of ordinary states in the liquid, relative to the largest in the wave. */
  readonly liquidShare: number;
}

/** Uncertainty of predictions along V₁/J. */
export interface Uncertainty {
  readonly largest: number;
  /** V₁/J of the largest RUE, and whether the prediction there is wrong; null if none is wrong. */
  readonly at: number;
  readonly wrongThere: boolean | null;
  /** Where RUE exceeds 5e-5, and where it exceeds 1 % of its largest value. */
  readonly region: UncertainRegion;
  readonly relativeRegion: UncertainRegion;
}

/** Options of `verdicts`. */
export interface VerdictOptions {
  /** Length of the chain (default 12). */
  readonly sites?: number;
  /** Dampings beyond |E₀| for influence; [0.01, 0.2] by default. */
  readonly margins?: readonly number[];
  /** Seeds of the shuffled states; [1, 2, 3] by default. */
  readonly permutations?: readonly number[];
  /** 100 by default. */
  readonly bootstraps?: number;
  /** The Hessian from every so manieth training point; from all by default. */
  readonly hessianEvery?: number;
  readonly seed: number;
}

/**
 * Everything that the recipes of Dawid et al. 2021 are compared by. Gradients carry the penalty, as
 * published (`convention: "dawid2021"`); RUE's damping is |E₀| + 1.01, as the paper has it.
 */
export async function verdicts(
  network: Network,
  theta: Float64Array,
  recipe: Pick<Recipe, "risk">,
  options: VerdictOptions,
): Promise<Verdicts> {
  takes("verdicts", {
    network: [network, aNetwork],
    recipe: [recipe, record({ risk: riskOptions }, "a recipe of dawid2021.recipes")],
    options: [
      options,
      record({
        sites: optional(chainLength),
        margins: optional(listOf(nonNegative)),
        permutations: optional(listOf(integer)),
        bootstraps: optional(count(1)),
        hessianEvery: optional(count(1, 1000)),
        seed: integer,
      }),
    ],
  });
  checkParameters(network, theta, "theta", "verdicts");
  checkFinite(theta, "verdicts: theta");
  const { risk: plain } = recipe;
  const { sites = 12, margins = [0.01, 0.2], permutations = [1, 2, 3], hessianEvery = 1 } = options;
  const training = data({ sites, set: "training" });
  const even = data({ sites, set: "even" });
  const published: GradientOptions = { ...plain, convention: "dawid2021" };
  const H = exactHessian(network, theta, every(training, hessianEvery), plain);
  const eigen = spectrum(H);
  const gradients = perSampleGradients(network, theta, training, published);
  const tests = testGradients(network, theta, even, published);
  const lowest = Math.max(0, -eigen.values[0]);
  const predicted = predictedLabels(predict(network, theta, even.x));
  const wrong = predicted.map((label, t) => (label === even.label[t] ? 0 : 1));
  const input = { hessian: H, trainGradients: gradients, test: even, loss: plain.loss };
  const { uncertainty } = await resamplingUncertainty(network, theta, input, {
    rng: makeRng(options.seed, "resampling"),
    bootstraps: options.bootstraps ?? 100,
    damping: lowest + 1.01,
    jobs: 1,
  });
  return {
    crossEntropy: risk(network, theta, training, { loss: plain.loss }),
    accuracy: 1 - wrong.reduce((sum, w) => sum + w, 0) / wrong.length,
    gradient: norm(riskAndGradient(network, theta, training, plain).gradient),
    spectrum: ends(eigen),
    depth: margins.map((margin) => {
      const found = influence(H, gradients, tests, { damping: lowest + margin });
      const at = (row: number): Depth["wave"] => ({
        influence: helpfulDepth(found.influence, row, training.interaction),
        relatif: helpfulDepth(found.relatif, row, training.interaction),
      });
      return { margin, wave: at(ROWS.wave), liquid: at(ROWS.liquid) };
    }),
    extrapolation: (sites === 12 ? permutations : []).map((p) =>
      extrapolation(network, theta, published, eigen, p),
    ),
    uncertainty: uncertaintyOf(uncertainty, even, wrong),
  };
}

function every(data: Data, step: number): Pick<Data, "x" | "target"> {
  if (step === 1) return data;
  const rows = Array.from(data.interaction.keys()).filter((r) => (r + 1) % step === 0);
  return { x: takeRows(data.x, rows), target: takeRows(data.target, rows) };
}

function ends({ values }: SymmetricEigen): Verdicts["spectrum"] {
  const [second, largest] = values.slice(-2);
  return { lowest: values[0], largest, second, negative: values.filter((v) => v < 0).length };
}

function extrapolation(
  network: Network,
  theta: Float64Array,
  published: GradientOptions,
  eigen: SymmetricEigen,
  permutation: number,
): Extrapolation {
  const mixed = data({ sites: 12, set: "mixed", seed: permutation });
  const gradients = testGradients(network, theta, mixed, published, "minimal");
  const scores = extrapolationScore(eigen, gradients, REMOVED);
  const margin = extrapolationScore(eigen, predictionGradients(network, theta, mixed.x), REMOVED);
  const ordinary = (phase: number): number[] =>
    Array.from(scores).filter(
      (_, t) => mixed.label[t] === phase && !mixed.permutedRows.includes(t),
    );
  const losses = testLosses(network, theta, mixed, published, "minimal");
  return {
    permutation,
    minimalLoss: standOut(losses, mixed.permutedRows),
    score: standOut(scores, mixed.permutedRows),
    marginScore: standOut(margin, mixed.permutedRows),
    liquidShare: Math.max(...ordinary(0)) / Math.max(...ordinary(1)),
  };
}

function uncertaintyOf(rue: Float64Array, { interaction }: Data, wrong: Int32Array): Uncertainty {
  const largest = Math.max(...rue);
  const top = rue.indexOf(largest);
  return {
    largest,
    at: interaction[top],
    wrongThere: wrong.includes(1) ? wrong[top] === 1 : null,
    region: uncertainRegion(rue, interaction),
    relativeRegion: uncertainRegion(rue, interaction, 0.01 * largest),
  };
}
