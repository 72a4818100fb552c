import { tensor } from "phaselens/core";
import { dense, meanSquaredError, predict, sequential } from "phaselens/nn";
import { networkAnswers } from "phaselens/internal/report/answers/networkAnswers";
import { describe, expect, it } from "vitest";
import { line } from "./questions.js";

describe("a regression with outputs of different scales", () => {
  const { question, test } = line();
  const network = sequential([dense(3, 2)], "two scales");
  // weights [2, 3], biases: the second output is a hundred times the first, and so is its residual
  const theta = Float64Array.of(3, -2, 0, 300, -200, 0, 0, 100);
  const { data } = test.x;
  const n = test.x.shape[0];
  const outputs = predict(network, theta, test.x);
  const target = tensor(
    [n, 2],
    outputs.data.map((y, p) => y + (p % 2 === 0 ? 0.1 : 10) * (p % 4 < 2 ? 1 : -1)),
  );
  const asked = (output: string, known: boolean): ReturnType<typeof networkAnswers> =>
    networkAnswers({
      ...question,
      model: { ...question.model, network, theta },
      loss: meanSquaredError,
      points: { x: test.x, shape: test.x.shape, target: known ? target : undefined },
      training: undefined,
      output,
    });

  it.each(["0", "1"])("changes output %s by the residual of that output", async (output) => {
    const k = Number(output);
    const change = (await asked(output, true).row(0)).change!;
    expect(change.found, change.words).toBe(true);
    const moved = change.prediction!.output[k] - outputs.data[k];
    expect(Math.abs(moved)).toBeCloseTo([0.1, 10][k], 6);
  });

  it("changes it by the spread of that output where there are no targets", async () => {
    const own = Float64Array.from({ length: n }, (_, t) => 3 * data[3 * t] - 2 * data[3 * t + 1]);
    const middle = own.reduce((sum, y) => sum + y / n, 0);
    const spread = Math.sqrt(own.reduce((sum, y) => sum + (y - middle) ** 2 / n, 0));
    const change = (await asked("0", false).row(0)).change!;
    expect(change.aim).toContain("output 0");
    if (change.found)
      expect(Math.abs(change.prediction!.output[0] - outputs.data[0])).toBeCloseTo(spread, 6);
  });
});
