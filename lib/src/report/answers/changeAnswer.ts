import { row, tensor, type Tensor } from "../../core/tensor.js";
import { attribute } from "../../lrp/methods/attribute.js";
import { gradient } from "../../lrp/methods/gradients.js";
import { maskRanges } from "../../lrp/propagation/masks.js";
import type { Start } from "../../lrp/propagation/start.js";
import { predict } from "../../nn/losses/risk.js";
import { predictions, type Prediction } from "../predictions.js";
import { readable } from "../number.js";
import type { ChangeAnswer, ChangedEntry } from "./document.js";
import type { NetworkContext } from "./networkContext.js";
import { sampleOf } from "./plain.js";
import { answerWords, predictionAnswer } from "./predictionAnswer.js";

/** Classes that a prediction may turn to, those with the largest outputs. */
const RIVALS = 5;
/** Steps along a direction that are tried, and halvings of the one that is enough. */
const STEPS = 96;
const HALVINGS = 40;
/** The longest step, in deviations of an entry, root mean square. */
const LONGEST = 20;
const SHORTEST = 1e-3;
/** Entries that are listed. */
const LISTED = 8;

const METHOD =
  "One straight line down the gradient of what decides, at the point, in units of each entry's deviation over the data; entries stop at the least and largest value that the data have. The smallest step that is enough, by 96 steps and halving.";
const LIMITS =
  "An upper bound: a smaller change may exist off the line. Entries move as if they were independent of each other, so the changed point need not be a possible one, and nothing is said of what would happen in nature.";

/** A way that the prediction can turn: what falls along it, and when it has turned. */
interface Turn {
  readonly start: Start;
  /** 1 to raise the output of `start`, −1 to lower it. */
  readonly sign: 1 | -1;
  readonly turned: (output: Float64Array) => boolean;
  readonly aim: string;
}

/** The point with the least change along its line. */
interface Turned {
  readonly turn: Turn;
  readonly x: Tensor;
  readonly output: Float64Array;
  readonly size: number;
}

/**
 * The smallest change along the gradient, within the range of the data, that gives another class or
 * moves values by the model's residual.
 * @param x          [1, …]
 * @param residuals  of values: by how much each output is to move
 */
export function changeAnswer(
  context: NetworkContext,
  x: Tensor,
  { predicted }: Prediction,
  output: Float64Array,
  residuals: Float64Array | undefined,
): ChangeAnswer {
  const turns = turnsOf(context, predicted, output, residuals);
  const found = turns
    .map((turn) => smallest(context, x, turn))
    .filter((own) => own !== undefined)
    .sort((a, b) => a.size - b.size)[0] as Turned | undefined;
  const aim = found?.turn.aim ?? [...new Set(turns.map((turn) => turn.aim))].join(" or ");
  const facts = { method: METHOD, limits: LIMITS, aim };
  if (!found)
    return {
      ...facts,
      found: false,
      words: `Nothing on these lines, within the data's range, reaches ${aim}.`,
      entries: [],
    };
  const { question } = context;
  const own = Array.from(found.output);
  const [prediction] = predictions(question.loss.output, tensor([1, own.length], own));
  const answer = predictionAnswer(question.classes, prediction, own);
  return {
    ...facts,
    found: true,
    words: `${answerWords(answer)} after a change of ${readable(found.size)} deviations (root mean square over entries).`,
    size: found.size,
    prediction: answer,
    entries: entriesOf(context, x, found.x),
  };
}

function turnsOf(
  { question, chosen }: NetworkContext,
  predicted: Prediction["predicted"],
  output: Float64Array,
  residuals: Float64Array | undefined,
): Turn[] {
  const { classes } = question;
  const named = (k: number): string => classes?.[k] ?? `class ${k}`;
  if (predicted === undefined) {
    const k = outputOf(chosen.start, output);
    const residual = residuals?.[k];
    if (!residual) return [];
    return ([1, -1] as const).map((sign) => ({
      start: { output: k },
      sign,
      aim: `a ${sign > 0 ? "rise" : "fall"} of ${output.length > 1 ? `output ${k}` : "the output"} by ${readable(residual)}, the model's residual`,
      turned: (own) => sign * (own[k] - output[k]) >= residual,
    }));
  }
  if (question.loss.output === "sigmoid") {
    const k = leastSure(output);
    const yes = output[k] > 0;
    const aim =
      output.length > 1
        ? `${yes ? "no" : "yes"} to ${named(k)}`
        : (classes?.[yes ? 0 : 1] ?? (yes ? "0" : "1"));
    return [{ start: { output: k }, sign: yes ? -1 : 1, aim, turned: (own) => own[k] > 0 !== yes }];
  }
  const first = predicted as number;
  return Array.from(output.keys())
    .filter((k) => k !== first)
    .sort((a, b) => output[b] - output[a])
    .slice(0, RIVALS)
    .map((k) => ({
      start: { difference: [k, first] },
      sign: 1,
      aim: named(k),
      turned: (own) =>
        own.every((value, other) => other === first || value <= own[k]) && own[k] > own[first],
    }));
}

const outputOf = (start: Start, output: Float64Array): number =>
  typeof start === "object" && "output" in start && typeof start.output === "number"
    ? start.output
    : output.indexOf(Math.max(...output));

const leastSure = (output: Float64Array): number =>
  Array.from(output.keys()).reduce((a, b) => (Math.abs(output[b]) < Math.abs(output[a]) ? b : a));

function smallest(context: NetworkContext, x: Tensor, turn: Turn): Turned | undefined {
  const { network, theta } = context.question.model;
  const { low, high, deviation } = context.spread();
  const slope = attribute(network, theta, x, gradient(), { start: turn.start }).at[0].data;
  // a step of t deviations along the gradient in units of deviations
  const direction = slope.map((own, k) => turn.sign * own * deviation[k]);
  for (const { start, end } of maskRanges(network)) direction.fill(0, start, end);
  const length = Math.hypot(...direction) / Math.sqrt(direction.length);
  if (!(length > 0)) return undefined;
  const along = (t: number): Float64Array =>
    x.data.map((value, k) => {
      if (deviation[k] === 0) return value;
      const moved = value + ((t * direction[k]) / length) * deviation[k];
      // a point beyond the range stays where it is rather than be brought back
      return Math.min(Math.max(moved, Math.min(low[k], value)), Math.max(high[k], value));
    });
  const outputsAt = (steps: readonly number[]): Tensor => {
    const block = tensor([steps.length, ...x.shape.slice(1)]);
    steps.forEach((t, k) => block.data.set(along(t), k * x.data.length));
    return predict(network, theta, block);
  };
  const steps = Array.from(
    { length: STEPS },
    (_, k) => SHORTEST * Math.exp((k / (STEPS - 1)) * Math.log(LONGEST / SHORTEST)),
  );
  const outputs = outputsAt(steps);
  const first = steps.findIndex((_, k) => turn.turned(row(outputs, k)));
  if (first < 0) return undefined;
  let [below, enough] = [first > 0 ? steps[first - 1] : 0, steps[first]];
  for (let k = 0; k < HALVINGS && enough - below > 1e-9 * enough; k++) {
    const middle = (below + enough) / 2;
    if (turn.turned(row(outputsAt([middle]), 0))) enough = middle;
    else below = middle;
  }
  const moved = along(enough);
  let squares = 0;
  for (let k = 0; k < moved.length; k++)
    if (deviation[k] > 0) squares += ((moved[k] - x.data[k]) / deviation[k]) ** 2;
  const size = Math.sqrt(squares / moved.length);
  return { turn, x: tensor(x.shape, moved), output: row(outputsAt([enough]), 0), size };
}

/** The entries that changed most, in units of their deviation. */
function entriesOf({ parts, spread }: NetworkContext, from: Tensor, to: Tensor): ChangedEntry[] {
  const { deviation } = spread();
  const one = from.shape.slice(1);
  const units = sampleOf(parts.values(tensor([1, ...one], deviation)), 0);
  const [before, after] = [from, to].map((own) => sampleOf(parts.values(own), 0));
  return before
    .flatMap(({ name, values }, k) =>
      values.map((value, index) => ({
        name: parts.entryName(name, index),
        input: name,
        index,
        from: value,
        to: after[k].values[index],
        moved: Math.abs(after[k].values[index] - value) / (units[k].values[index] || 1),
      })),
    )
    .filter(({ moved }) => moved > 0)
    .sort((a, b) => b.moved - a.moved)
    .slice(0, LISTED)
    .map(({ moved: _moved, ...entry }) => entry);
}
