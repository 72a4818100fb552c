import { longRun, type LongRun, type LongRunOptions } from "../../core/tasks/longRun.js";
import { mean } from "../../core/statistics/statistics.js";
import { lambdaOf, dampingWords } from "../../hessian/solvers/damping.js";
import { blindSpots, curvatureWords } from "../../hessian/curvature/curvatureFacts.js";
import { row, takeRows, type Tensor } from "../../core/tensor.js";
import { readable } from "../number.js";
import { spaceWords } from "../explanationReport.js";
import type { Answers } from "./answersOf.js";
import { auditAnswer } from "./auditAnswer.js";
import { byClassAnswer } from "./byClassAnswer.js";
import { changeAnswer } from "./changeAnswer.js";
import {
  SCHEMA,
  type AnswersDocument,
  type CurvatureAnswer,
  type RowAnswer,
  type RowDetails,
  type WholeAnswers,
} from "./document.js";
import { estimatesOf } from "./estimates.js";
import { faithfulnessAnswer } from "./faithfulnessAnswer.js";
import { groupsAnswer } from "./groupsAnswer.js";
import { influenceAnswer } from "./influenceAnswer.js";
import { keeping } from "./keeping.js";
import { labelsAnswer } from "./labelsAnswer.js";
import {
  networkContext,
  outputsOf,
  predictedOf,
  type NetworkContext,
  type Predicted,
} from "./networkContext.js";
import { orderOf } from "./order.js";
import { plain, sampleOf } from "./plain.js";
import { predictionAnswer, targetAnswer } from "./predictionAnswer.js";
import type { NetworkQuestion } from "./question.js";
import { relevanceAnswer } from "./relevanceAnswer.js";
import { sampledRelevance } from "./sampledRelevance.js";
import { scoreOf } from "./score.js";
import { trained, type Trained } from "./trained.js";
import { namedGroups, unitsOf } from "./units.js";
import { extrapolations, minimalOf, uncertainPoints, uncertainties } from "./trust.js";
import { wholePart } from "./wholePart.js";

/** Answers about a network. */
export interface NetworkAnswers extends Answers {
  /** The curvature behind `training`; undefined without training data. */
  curvature(options?: LongRunOptions): Promise<Trained | undefined>;
}

/** Rows that are listed as least sure. */
const LEAST_SURE = 20;

/**
 * What can be asked of a network and its data, part by part: predictions and losses of every point,
 * any point in full, and the whole set. Parts are computed when asked for and kept; what one rests
 * on is computed first.
 * @throws ConfigError, ShapeError, NumericalError for a question that does not fit together
 */
export function networkAnswers(question: NetworkQuestion): NetworkAnswers {
  const context = networkContext(question);
  if (question.groups) namedGroups(unitsOf(context) ?? [], question.groups); // said before the work
  const kept = keeping(() => startOfDocument(context));
  const predicted = kept.part(async (run): Promise<Predicted> => {
    const { points, loss } = question;
    const outputs = await outputsOf(question, points.x, run);
    return predictedOf(loss, context.chosen, outputs, points.target);
  });
  const rows = kept.part(async (run) => {
    const own = await predicted(run);
    const found = rowsOf(context, own);
    kept.write({ rows: found, order: orderOf(found, "wrong") });
    kept.whole({
      ...(question.points.target && {
        score: scoreHere(context, own, question.points.target),
      }),
      ...(found.some(({ sure }) => sure !== undefined) && {
        leastSure: orderOf(found, "unsure").slice(0, LEAST_SURE),
      }),
    });
    return found;
  });
  const ofTraining = kept.part(async (run): Promise<Predicted> => {
    const { x, target } = context.training!;
    const outputs = await outputsOf(question, x, run);
    return predictedOf(question.loss, context.chosen, outputs, target);
  });
  const curved = kept.part(async (run): Promise<Trained> => {
    await rows(run);
    const own = await trained(context, context.training!, await predicted(run), run);
    kept.write({ curvature: curvatureAnswer(own) });
    return own;
  });
  const training = kept.part(async (run): Promise<readonly RowAnswer[]> => {
    const plainRows = await rows(run);
    if (!context.training) return plainRows;
    const found = await trusted(
      context,
      await curved(run),
      await predicted(run),
      await ofTraining(run),
      run,
    );
    const { facts, note } = found;
    if (note) kept.note(note);
    const all = plainRows.map((own, place) => ({ ...own, ...found.of(place) }));
    kept.write({ rows: all, ...(facts && { extrapolation: facts }) });
    return all;
  });
  const relevance = kept.part(async (run) => sampledRelevance(context, await predicted(run), run));
  const detailed = async (place: number, run: LongRun): Promise<RowDetails> => {
    await rows(run);
    const known = kept.detail(place, context.training !== undefined && training.done());
    if (known) return known;
    const details = await detailsOf(context, place, await predicted(run), run, {
      ...(training.done() && context.training && { own: await curved(run) }),
      ...(context.training && { ofTraining: await ofTraining(run) }),
    });
    kept.addDetail(place, plain(details));
    return kept.detail(place, false)!;
  };
  const whole = wholePart(kept);
  return {
    get document(): AnswersDocument {
      return kept.document();
    },
    estimates() {
      const estimates = estimatesOf(context);
      kept.write({ estimates });
      return estimates;
    },
    curvature: (options = {}) =>
      longRun("answers", options, async (run) => context.training && curved(run)),
    rows: (options = {}) => longRun("answers", options, rows),
    training: (options = {}) => longRun("answers", options, training),
    row: (place, options = {}) => longRun("answers", options, (run) => detailed(place, run)),
    labels: whole(
      "labels",
      "Without training data there are no labels to check.",
      async (run) =>
        context.training && labelsAnswer(context, await curved(run), await ofTraining(run), run),
    ),
    byClass: whole("byClass", "Values have no classes to sort relevance by.", async (run) =>
      byClassAnswer(context, await relevance(run), await rows(run)),
    ),
    groups: whole(
      "groups",
      "Entries of images and fields are no features that could be grouped.",
      async (run) => groupsAnswer(context, await predicted(run), run),
    ),
    faithfulness: whole("faithfulness", "", async (run) =>
      faithfulnessAnswer(context, await relevance(run), run),
    ),
    audit: whole(
      "audit",
      "Without training data there is nothing to audit.",
      async (run) => context.training && auditAnswer(context, context.training, run),
    ),
  };
}

function startOfDocument({
  question,
  out,
  parts,
  method,
  chosen,
  n,
}: NetworkContext): AnswersDocument {
  const { title, model, loss, l2, classes, training, notes = [] } = question;
  return {
    schema: SCHEMA,
    title,
    model: {
      kind: "network",
      name: model.network.name,
      format: model.format,
      parameters: model.network.parameterCount,
      inputs: parts.facts,
      output: loss.output,
      outputs: out,
      loss: loss.name,
      ...(l2 !== undefined && { l2 }),
    },
    method: {
      name: method.key,
      words: method.words,
      equation: method.equation,
      reference: method.reference,
      space: spaceWords,
      start: chosen.words,
      units: "output",
    },
    ...(classes && { classes }),
    points: n,
    ...(training && { trainingPoints: training.x.shape[0] }),
    estimates: [],
    rows: [],
    order: [],
    details: [],
    whole: {},
    notes,
  };
}

function rowsOf({ question, n, row: rowOf }: NetworkContext, own: Predicted): RowAnswer[] {
  const { classes, loss, points } = question;
  return Array.from({ length: n }, (_, t): RowAnswer => {
    const prediction = own.predictions[t];
    return {
      row: rowOf(t),
      ...predictionAnswer(classes, prediction, Array.from(row(own.outputs, t))),
      ...(points.target &&
        targetAnswer(classes, loss.output, points.target, t, prediction.predicted)),
      ...(own.losses && { loss: own.losses[t] }),
    };
  });
}

const scoreHere = (
  { question: { loss } }: NetworkContext,
  { outputs, losses }: Predicted,
  target: Tensor,
): WholeAnswers["score"] => scoreOf(loss.output, loss.name, outputs, target, losses!);

function curvatureAnswer({ facts, found, lengthError }: Trained): CurvatureAnswer {
  const blindSpot = blindSpots[facts.name];
  return {
    name: facts.name,
    words: curvatureWords(facts),
    why: facts.why,
    ...(blindSpot !== undefined && { blindSpot }),
    parameters: facts.parameters,
    networkParameters: facts.networkParameters,
    damping: lambdaOf(found.damping),
    dampingWords: dampingWords(found.damping, readable),
    lowest: found.extremes[0],
    highest: found.extremes[1],
    ...(lengthError !== undefined && { relatifError: lengthError }),
  };
}

/** RUE of the points that come first in reading, LEES of all. */
async function trusted(
  context: NetworkContext,
  own: Trained,
  predicted: Predicted,
  ofTraining: Predicted,
  run: LongRun,
): Promise<{
  facts: AnswersDocument["extrapolation"];
  note: string | undefined;
  of: (place: number) => Pick<RowAnswer, "uncertainty" | "extrapolation">;
}> {
  const { n, training } = context;
  const minimal = minimalOf(context, ofTraining);
  const scores = await extrapolations(context, own, training!, predicted, minimal, run);
  const some = uncertainPoints(own, n);
  const places = orderOf(rowsOf(context, predicted), "wrong").slice(0, some);
  const spreads = await uncertainties(own, predicted, places, run);
  return {
    facts: scores?.facts,
    note:
      some < n
        ? `RUE was computed of the ${some} points that come first in the order of reading, of ${n}.`
        : undefined,
    of: (place) => {
      const uncertainty = spreads.get(place);
      const extrapolation = scores?.answers[place];
      return { ...(uncertainty && { uncertainty }), ...(extrapolation && { extrapolation }) };
    },
  };
}

async function detailsOf(
  context: NetworkContext,
  place: number,
  predicted: Predicted,
  run: LongRun,
  known: { readonly own?: Trained; readonly ofTraining?: Predicted },
): Promise<RowDetails> {
  const { question, parts, row: rowOf } = context;
  const x = takeRows(question.points.x, [place]);
  const output = row(predicted.outputs, place);
  const relevance = relevanceAnswer(context, x, row(predicted.coefficients, place));
  await run.pause();
  const residuals = residualsOf(context, predicted, known.ofTraining);
  const change = changeAnswer(context, x, predicted.predictions[place], output, residuals);
  await run.pause();
  const { own, ofTraining } = known;
  const influence =
    own && ofTraining && (await influenceAnswer(context, own, predicted, ofTraining, place, run));
  return {
    row: rowOf(place),
    input: sampleOf(parts.values(x), 0),
    relevance,
    ...(influence && { influence }),
    change,
  };
}

/**
 * Root mean square residual of each output, of points with targets or training points; else its
 * spread. Undefined of classes.
 */
function residualsOf(
  { question: { loss, points }, training, out }: NetworkContext,
  predicted: Predicted,
  ofTraining: Predicted | undefined,
): Float64Array | undefined {
  if (loss.output !== "linear") return undefined;
  const [outputs, target] = points.target
    ? [predicted.outputs.data, points.target.data]
    : ofTraining && training
      ? [ofTraining.outputs.data, training.target.data]
      : [predicted.outputs.data, undefined];
  const n = outputs.length / out;
  return Float64Array.from({ length: out }, (_, k) => {
    const of = (data: Float64Array): number[] =>
      Array.from({ length: n }, (_, t) => data[t * out + k]);
    const own = of(outputs);
    const wanted = target ? of(target) : new Array<number>(n).fill(mean(own));
    return Math.sqrt(mean(own.map((y, t) => (y - wanted[t]) ** 2)));
  });
}
