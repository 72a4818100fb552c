import { ConfigError } from "../../core/errors.js";
import type { LongRun } from "../../core/tasks/longRun.js";
import { makeRng, type Rng } from "../../core/random/rng.js";
import { checkFinite, size, tensor, type Tensor } from "../../core/tensor.js";
import { select } from "../../lrp/propagation/start.js";
import type { AttributionMethod } from "../../lrp/methods/method.js";
import { losses, type Loss } from "../../nn/losses/loss.js";
import { checkSamples, predict, type Samples } from "../../nn/losses/risk.js";
import { shapes } from "../../nn/network/network.js";
import { explainedScalar, type Explained } from "../explained.js";
import { methods, type NamedMethod } from "../methods.js";
import { predictions, type Prediction } from "../predictions.js";
import { dataSpread, type DataSpread } from "./dataSpread.js";
import { inputParts, type InputParts } from "./inputs.js";
import type { AskedPoints, NetworkQuestion } from "./question.js";
import { startOf, type NamedStart } from "./startOf.js";

/** A question about a network, checked, with what all parts of the answer use. */
export interface NetworkContext {
  readonly question: NetworkQuestion;
  readonly n: number;
  /** Numbers that the network puts out. */
  readonly out: number;
  readonly parts: InputParts;
  readonly method: NamedMethod & { readonly key: string };
  readonly chosen: NamedStart;
  readonly rng: Rng;
  readonly training: Samples | undefined;
  makeMethod(): AttributionMethod;
  row(place: number): number;
  trainingRow(r: number): number;
  /** Range and deviation of each entry over points and training points. */
  spread(): DataSpread;
}

/** @throws ConfigError, ShapeError, NumericalError for a question that does not fit together */
export function networkContext(question: NetworkQuestion): NetworkContext {
  const { model, loss, points, training, classes, output, seed, method: key = "lrp" } = question;
  const { network, theta } = model;
  if (!Object.hasOwn(methods, key))
    throw new ConfigError(
      `answers: method is "${key}"; it must be one of ${Object.keys(methods).join(", ")}.`,
      { method: key },
    );
  checkFinite(points.x.data, "answers, points");
  const all = shapes(network, points.x.shape.slice(1));
  const [out] = all[all.length - 1];
  const chosen = startOf(output, classes, out, loss.output);
  if (!chosen)
    throw new ConfigError(
      `answers: output is "${output}"; it must be a number from 0 to ${out - 1}${classes ? `, or one of ${classes.join(", ")}` : ""}.`,
      { output },
    );
  const samples = training && samplesOf(training);
  if (samples) checkSamples(network, theta, samples, "answers: training", loss);
  const rng = makeRng(seed, "explain");
  let spread: DataSpread | undefined;
  return {
    question,
    n: points.x.shape[0],
    out,
    parts: inputParts(question),
    method: { key, ...methods[key] },
    chosen,
    rng,
    training: samples,
    makeMethod: () => methods[key].make(network, rng.fork("method")),
    row: (place) => points.rows?.[place] ?? place,
    trainingRow: (r) => training?.rows?.[r] ?? r,
    spread: () => (spread ??= dataSpread([points.x, ...(training ? [training.x] : [])])),
  };
}

/** @throws ConfigError without targets */
function samplesOf({ x, target, weights }: AskedPoints): Samples {
  if (target) return { x, target, ...(weights && { weights }) };
  throw new ConfigError("answers: training points need targets. Give each a row in target.");
}

/** Samples of a forward pass between two looks at the event loop, and its values in all. */
const BLOCK = 256;
const ENTRIES = 2 ** 22;

/** Rows from … from + count, not copied. */
export function rowsOf(
  { shape: [, ...sample], data }: Tensor,
  from: number,
  count: number,
): Tensor {
  const width = size(sample);
  return tensor([count, ...sample], data.subarray(from * width, (from + count) * width));
}

/** Outputs of samples, in blocks with the event loop between them. */
export async function outputsOf(
  { model: { network, theta } }: NetworkQuestion,
  x: Tensor,
  run: LongRun,
): Promise<Tensor> {
  const [n, ...sample] = x.shape;
  const all = shapes(network, sample);
  const [out] = all[all.length - 1];
  const entries = all.reduce((sum, shape) => sum + size(shape), 0);
  const block = Math.max(1, Math.min(BLOCK, Math.floor(ENTRIES / entries)));
  const found = tensor([n, out]);
  for (let from = 0; from < n; from += block) {
    const count = Math.min(block, n - from);
    found.data.set(predict(network, theta, rowsOf(x, from, count)).data, from * out);
    run.tick(from + count, n, "predictions");
    await run.pause();
  }
  return found;
}

/** What is known of points once they were predicted. */
export interface Predicted {
  readonly outputs: Tensor;
  readonly predictions: readonly Prediction[];
  /** At the label given, [n]. */
  readonly losses: Float64Array | undefined;
  /** c of f = Σ c_k y_k, [n, out]. */
  readonly coefficients: Tensor;
  /** The scalar that training points have an influence on. */
  readonly explained: Explained;
  /** Its gradient is that of the loss at the predicted label, or of the output of a regression. */
  readonly minimal: Explained;
}

export function predictedOf(
  loss: Loss,
  chosen: NamedStart,
  outputs: Tensor,
  target: Tensor | undefined,
): Predicted {
  const [n, out] = outputs.shape;
  const coefficients = tensor([n, out]);
  const relevance = new Float64Array(n * out);
  select(chosen.start, outputs.data, out, 0, n, { relevance, coefficients: coefficients.data });
  const what = { output: outputs, coefficients };
  return {
    outputs,
    predictions: predictions(loss.output, outputs),
    losses: target && losses(loss, outputs, target),
    coefficients,
    explained: explainedScalar(what, target, loss),
    minimal: explainedScalar(what, undefined, loss),
  };
}
