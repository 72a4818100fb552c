import { record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Answers } from "./answersOf.js";
import { networkAnswers } from "./networkAnswers.js";
import type { Question } from "./question.js";
import { treeAnswers } from "./treeAnswers.js";

/**
 * What can be asked of a trained model and its data, part by part: predictions of every point, the
 * wrong and uncertain ones first; any point in full, with the training points that helped and
 * harmed; of the whole set labels to check, groups of features, faithfulness and the audit. The
 * `document` that grows is plain data of the form "phaselens/explain/1". Runs in Node and in a
 * browser's worker.
 * @param question  about a network (with `model`) or about trees (with `ensemble`)
 * @throws ConfigError, ShapeError, NumericalError for a question that does not fit together
 */
export function answers(question: Question): Answers {
  takes("answers", { question: [question, record()] });
  return "ensemble" in question ? treeAnswers(question) : networkAnswers(question);
}
