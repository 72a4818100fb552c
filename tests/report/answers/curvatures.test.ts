import { makeRng, row, tensor } from "phaselens/core";
import { exactHessian, influence, testGradients } from "phaselens/hessian";
import {
  dense,
  kaimingNormal,
  logisticLoss,
  perSampleGradients,
  sequential,
  softmaxCrossEntropy,
} from "phaselens/nn";
import { explain, methods } from "phaselens/report";
import { relativeDamping } from "phaselens/internal/hessian/solvers/relativeDamping";
import { modelInputs } from "phaselens/internal/interop/models/modelInputs";
import { networkAnswers } from "phaselens/internal/report/answers/networkAnswers";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAllClose } from "../../support/allclose.js";
import { line, threeKinds, type Asked } from "./questions.js";

let kinds: Asked;
beforeAll(() => {
  kinds = threeKinds();
});

describe("answers by every curvature", () => {
  it.each(["head", "ekfac", "cg"] as const)(
    "by %s: influence and RUE of a row are those of explain, and the document says which and why",
    async (curvature) => {
      const { question, network, theta, train, test, l2 } = kinds;
      const answers = networkAnswers({ ...question, curvature });
      const rows = await answers.training();
      const { influence: found } = await answers.row(4);
      const own = await explain(network, theta, test.x, {
        method: methods.lrp.make(network, makeRng(1)),
        risk: { loss: softmaxCrossEntropy, l2 },
        target: test.target,
        training: train,
        rng: makeRng(1),
        curvature,
        jobs: 1,
      });
      const influences = row(own.training!.influence, 4);
      for (const entry of [...found!.helped, ...found!.harmed])
        expectAllClose([entry.influence], [influences[entry.row]], { rtol: 1e-5, atol: 1e-9 });
      expect(found!.helped[0].row).toBe(influences.indexOf(Math.max(...influences)));
      if (curvature !== "head")
        expectAllClose(
          rows.map(({ uncertainty }) => uncertainty!.variance),
          own.training!.uncertainty,
          { rtol: 1e-5, atol: 1e-9 },
        );
      expect(answers.document.curvature).toMatchObject({ name: curvature, why: "asked for" });
      const labels = (await answers.labels())!;
      expect(labels.by).toBe(curvature === "cg" ? "loss" : "self-influence");
    },
  );

  it("by the convention of Dawid et al. have the penalty in all gradients", async () => {
    const { question, network, theta, train, test, l2 } = kinds;
    const convention = "dawid2021";
    const answers = networkAnswers({ ...question, convention });
    await answers.training();
    const { influence: found } = await answers.row(2);
    const risk = { loss: softmaxCrossEntropy, l2, convention } as const;
    const hessian = exactHessian(network, theta, train, { loss: softmaxCrossEntropy, l2 });
    const pairs = influence(
      hessian,
      perSampleGradients(network, theta, train, risk),
      testGradients(network, theta, test, risk),
      { damping: relativeDamping(network, hessian) },
    );
    const own = row(pairs.influence, 2);
    for (const entry of found!.helped)
      expectAllClose([entry.influence], [own[entry.row]], { rtol: 1e-8, atol: 1e-13 });
  });

  it("of values without labels are about the output itself", async () => {
    const { question } = line();
    const points = { ...question.points, target: undefined };
    const answers = networkAnswers({ ...question, points });
    const rows = await answers.training();
    expect(rows[0].uncertainty!.of).toBe("output");
    expect(rows[0].loss).toBeUndefined();
    const { extrapolation } = rows[0];
    expect(extrapolation!.predictionScore).toBe(extrapolation!.score);
    expect((await answers.row(0)).influence!.of).toBe("output");
    expect(answers.document.whole.labels).toBeUndefined();
    expect((await answers.groups())!.score.name).toMatch(/change of the explained output/);
  });
});

it("sets of objects in several inputs: masks are shown, without relevance of their own groups", async () => {
  const network = sequential([dense(16, 1)], "sets");
  const rng = makeRng(3);
  const x = tensor(
    [12, 16],
    Float64Array.from({ length: 192 }, () => rng.normal()),
  );
  const target = tensor(
    [12, 1],
    Array.from({ length: 12 }, (_, t) => t % 2),
  );
  const named = [
    { name: "tracks", shape: [3, 4] },
    { name: "mask", shape: [1, 4] },
  ];
  const answers = networkAnswers({
    title: "sets",
    model: {
      ...{ network, theta: kaimingNormal(network, rng), format: "ONNX", output: "sigmoid" },
      ...modelInputs(named, "first"),
      masks: ["mask"],
    },
    loss: logisticLoss,
    points: { x, shape: [12, 16], target },
    seed: 1,
    jobs: 1,
  });
  const { input, relevance } = await answers.row(5);
  expect(input.map(({ name, shape }) => `${name} ${shape.join()}`)).toEqual([
    "tracks 3,4",
    "mask 1,4",
  ]);
  expect(input.flatMap(({ values }) => values)).toEqual(Array.from(row(x, 5)));
  expect(relevance.top[0].name).toMatch(/^(tracks|mask) \d,\d$/);
  const { model } = answers.document;
  expect(model.inputs.map(({ look, mask }) => [look, mask])).toEqual([
    ["objects", undefined],
    ["bars", true],
  ]);
  const groups = (await answers.groups())!.groups.flatMap(({ features }) => features);
  expect([...groups].sort()).toEqual(["tracks 0", "tracks 1", "tracks 2"]);
});
