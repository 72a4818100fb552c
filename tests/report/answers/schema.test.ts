import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv";
import { randomForest } from "phaselens/forest";
import { ensembleOf } from "phaselens/internal/forest/ensemble/treeEnsemble";
import type { Answers } from "phaselens/internal/report/answers/answersOf";
import type { AnswersDocument } from "phaselens/internal/report/answers/document";
import { networkAnswers } from "phaselens/internal/report/answers/networkAnswers";
import { treeAnswers } from "phaselens/internal/report/answers/treeAnswers";
import { treeMethod } from "phaselens/internal/report/trees/treeMethods";
import { beforeAll, describe, expect, it } from "vitest";
import { line, threeKinds, yesOrNo } from "./questions.js";

const require = createRequire(import.meta.url);
const schema = JSON.parse(
  readFileSync(require.resolve("phaselens/schemas/explain-1.schema.json"), "utf8"),
) as object;
const validate = new Ajv({ allErrors: true }).compile(schema);
const faults = (document: unknown): unknown => (validate(document) ? [] : validate.errors);

/** Everything that can be asked. */
async function all(answers: Answers): Promise<AnswersDocument> {
  answers.estimates();
  await answers.training();
  await answers.row(0);
  await answers.row(7);
  await answers.labels();
  await answers.byClass();
  await answers.groups();
  await answers.faithfulness();
  await answers.audit();
  return answers.document;
}

let documents: AnswersDocument[];
beforeAll(async () => {
  const { question, train } = yesOrNo();
  const target = { shape: [60, 1], data: train.target.data };
  const grown = await randomForest({ x: train.x, target: target.data }, { seed: 1, trees: 9 });
  const trees = treeAnswers({
    ...{ title: "trees", name: "t", format: "phaselens", features: ["a", "b"], jobs: 1 },
    ...{ ensemble: ensembleOf(grown), task: "binary", method: treeMethod("shapley", false) },
    ...{ x: train.x, target, output: 0, outputName: "the output", seed: 1 },
  });
  const asked = [threeKinds().question, line().question, question].map(networkAnswers);
  const bare = networkAnswers({ ...question, training: undefined });
  const unlabelled = networkAnswers({
    ...line().question,
    points: { ...line().question.points, target: undefined },
  });
  documents = await Promise.all([...asked, bare, unlabelled, trees].map(all));
});

describe("the schema of phaselens/explain/1", () => {
  it("holds for networks of classes, values and answers, without training data, without targets, and for trees", () => {
    for (const document of documents) expect(faults(document)).toEqual([]);
    expect(Object.keys(documents[0].whole).sort()).toEqual(
      ["audit", "byClass", "faithfulness", "groups", "labels", "leastSure", "score"].sort(),
    );
  });

  it("holds for a document in which nothing was asked yet", () => {
    expect(faults(networkAnswers(yesOrNo().question).document)).toEqual([]);
  });

  it("names every part: what is left out, added or of another kind is a fault", () => {
    const [whole] = documents;
    const { rows: _rows, ...without } = whole;
    expect(faults(without)).not.toEqual([]);
    expect(faults({ ...whole, more: 1 })).not.toEqual([]);
    expect(faults({ ...whole, schema: "phaselens/explain/2" })).not.toEqual([]);
    expect(faults({ ...whole, rows: [{ ...whole.rows[0], row: "0" }] })).not.toEqual([]);
    expect(faults({ ...whole, details: [{ ...whole.details[0], why: "" }] })).not.toEqual([]);
  });
});
