import { aLoss } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { numbers, optional, tensorOf } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Tensor } from "../../core/tensor.js";
import { largestOutputs } from "./largestOutputs.js";
import { checkTargets, type Loss } from "./loss.js";
import { checkWeights } from "../../core/weights.js";
import { GIVE_LOSS } from "./predictedLabels.js";

/**
 * Share of right predictions, by what the loss makes of outputs.
 *
 * - softmax, or without a loss: of samples whose largest output is the largest target.
 * - sigmoid: of answers z > 0 that agree with t > ½, over all samples and outputs.
 * - linear: refused, since values are not right or wrong.
 *
 * @param z     outputs, [n, out]
 * @param loss  what was minimised; without it outputs are those of classes, and one output is
 *          refused
 * @param weights  of the samples, [n]: the share of the weight whose prediction is right (default:
 *          all alike)
 * @throws ShapeError if outputs and targets differ in shape, ConfigError without samples or for a
 *          regression, NumericalError if an output is NaN
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const outputs = core.tensor([2, 2], [3, 1, 0, 2]);
 * console.log(nn.accuracy(outputs, core.oneHot([0, 0], 2))); // → 0.5
 * ```
 */
export function accuracy(
  z: Tensor,
  target: Tensor,
  loss?: Loss,
  weights?: ArrayLike<number>,
): number {
  takes("accuracy", {
    z: [z, tensorOf(["…"])],
    target: [target, tensorOf(["…"])],
    loss: [loss, optional(aLoss)],
    weights: [weights, optional(numbers())],
  });
  if (z.shape[0] === 0) throw new ConfigError("accuracy: there are no samples. Pass at least one.");
  if (z.shape.join() !== target.shape.join()) {
    throw new ShapeError(
      `accuracy: outputs [${z.shape}] and targets [${target.shape}] must have one shape.`,
    );
  }
  if (weights !== undefined) checkWeights(weights, z.shape[0], "accuracy");
  const [predicted, wanted] = loss ? answers(z, target, loss) : classes(z, target);
  const each = predicted.length / z.shape[0]; // answers of one sample
  const weight = (p: number): number => (weights ? weights[Math.floor(p / each)] : 1);
  let [right, all] = [0, 0];
  for (let p = 0; p < predicted.length; p++) {
    all += weight(p);
    if (predicted[p] === wanted[p]) right += weight(p);
  }
  return right / all;
}

type Pair = readonly [predicted: Int32Array, wanted: Int32Array];

function classes(z: Tensor, target: Tensor): Pair {
  const pair = [
    largestOutputs(z, "accuracy"),
    largestOutputs(target, "accuracy, targets"),
  ] as const;
  if (z.shape[1] > 1) return pair;
  throw new ConfigError(
    `accuracy: there is one output, of which none is the largest. ${GIVE_LOSS}`,
    { shape: z.shape },
  );
}

function answers(z: Tensor, target: Tensor, loss: Loss): Pair {
  checkTargets(loss, target, "accuracy");
  if (loss.output === "linear") {
    const fact = `the loss "${loss.name}" is of values, which are not right or wrong`;
    const far = "Use losses(loss, z, target) for how far they are off";
    const cure = `${far}; for classes read off the largest output leave the loss out`;
    throw new ConfigError(`accuracy: ${fact}. ${cure}.`);
  }
  const predicted = loss.predictedTarget(z);
  if (loss.output === "softmax") return classes(predicted, labelled(target));
  return [yes(predicted), yes(target)];
}

const yes = ({ data }: Tensor): Int32Array => Int32Array.from(data, (t) => (t > 0.5 ? 1 : 0));

/** @throws ConfigError for a sample without any share of a class */
function labelled(target: Tensor): Tensor {
  const [n, out] = target.shape;
  for (let s = 0; s < n; s++) {
    if (target.data.subarray(s * out, (s + 1) * out).some((share) => share > 0)) continue;
    const fact = `the target of sample ${s} is 0 for every class`;
    throw new ConfigError(`accuracy: ${fact}. Leave samples without a label out.`, { sample: s });
  }
  return target;
}
