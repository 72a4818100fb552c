import { takes } from "../../core/arguments/takes.js";
import { count, nonNegative, record } from "../../core/arguments/kinds.js";
import { uniformFanIn } from "../../nn/network/initialise.js";
import { meanSquaredError } from "../../nn/losses/meanSquaredError.js";
import { adam, cosineSchedule } from "../../nn/training/optimiser.js";
import type { Recipe } from "../../nn/training/recipe.js";
import type { RiskOptions } from "../../nn/losses/risk.js";
import { signFlips } from "../../nn/network/sampleSource.js";

/** What the networks of Blücher et al. 2020 are trained with beside what App. E fixes. */
export interface Training {
  /** λ_Lasso of Eq. (E1), for targets as in Eq. (B4): 1 in the true bin. */
  readonly lasso: number;
  /** Steps of the optimiser, 16 samples each. */
  readonly steps: number;
}

/**
 * App. E: Adam at 0.001, batches of 16, squared error averaged over the outputs (E1), biases kept ≤
 * 0. Not in the paper: the number of
 * steps, the schedule, and PyTorch's default initialisation, which is a guess from "We use the
 * PyTorch framework".
 */
function bluecher2020(training: Training, flips: boolean): Recipe {
  takes("bluecher2020", {
    training: [training, record({ lasso: nonNegative, steps: count(1) }, "{ lasso, steps }")],
  });
  const { lasso, steps } = training;
  const risk: RiskOptions = { loss: meanSquaredError, l1: { firstLayer: lasso } };
  const penalty = `squared error, lasso ${lasso.toExponential()} on the first layer`;
  const signs = flips ? "sign flips, " : "";
  return {
    description: `${penalty}, adam 0.001 cosine, batch 16, ${steps} steps, ${signs}biases ≤ 0, uniform fan-in, float32`,
    risk,
    options: {
      ...risk,
      batchSize: 16,
      optimiser: adam({ learningRate: 1e-3 }),
      schedule: cosineSchedule,
      biases: "non-positive",
      initialise: uniformFanIn,
      precision: "float32",
      steps,
      ...(flips ? { augment: signFlips } : {}),
    },
  };
}

/**
 * For `cnn` on fields, Table III; the sign of each sample is drawn anew, as Z₂ asks for
 * (App. B).
 */
export const cnnTraining = (training: Training): Recipe => bluecher2020(training, true);

/** For `mlp` on observables, Table II. */
export const mlpTraining = (training: Training): Recipe => bluecher2020(training, false);
