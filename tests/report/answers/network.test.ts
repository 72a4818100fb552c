import { auc, row } from "phaselens/core";
import {
  audit,
  exactHessian,
  extrapolationScore,
  influence,
  linearisedUncertainty,
  predictionGradients,
  selfInfluence,
  spectrum,
  testGradients,
} from "phaselens/hessian";
import { losses, perSampleGradients, predict, softmaxCrossEntropy } from "phaselens/nn";
import { methods } from "phaselens/report";
import { relativeDamping } from "phaselens/internal/hessian/solvers/relativeDamping";
import { networkAnswers } from "phaselens/internal/report/answers/networkAnswers";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAllClose } from "../../support/allclose.js";
import { line, threeKinds, yesOrNo, type Asked } from "./questions.js";

let kinds: Asked;
beforeAll(() => {
  kinds = threeKinds();
});
const close = { rtol: 1e-9, atol: 1e-14 };

describe("answers about a network", () => {
  it("begin with predictions and losses of all points, wrong and uncertain ones first", async () => {
    const { question, network, theta, test } = kinds;
    const answers = networkAnswers(question);
    const rows = await answers.rows();
    const outputs = predict(network, theta, test.x);
    expect(rows.flatMap((own) => own.output)).toEqual(Array.from(outputs.data));
    const own = losses(softmaxCrossEntropy, outputs, test.target);
    expect(rows.map(({ loss }) => loss)).toEqual(Array.from(own));
    rows.forEach((found, t) => {
      const best = found.output.indexOf(Math.max(...found.output));
      expect(found.label).toBe(question.classes![best]);
      expect(found.sure).toBe(Math.max(...found.probability!));
      expect(found.wrong).toBe(test.target.data[3 * t + best] !== 1);
    });
    const { order } = answers.document;
    expect([...order].sort((a, b) => a - b)).toEqual(rows.map((_, t) => t));
    const wrong = rows.filter((found) => found.wrong).length;
    expect(wrong).toBeGreaterThan(0);
    order.forEach((place, k) => expect(rows[place].wrong).toBe(k < wrong));
    const lossesOfWrong = order.slice(0, wrong).map((place) => rows[place].loss!);
    expect(lossesOfWrong).toEqual([...lossesOfWrong].sort((a, b) => b - a));
    const sure = order.slice(wrong).map((place) => rows[place].sure!);
    expect(sure).toEqual([...sure].sort((a, b) => a - b));
  });

  it("hold RUE, LEES and its percentile among training points as the library gives them one by one", async () => {
    const { question, network, theta, train, test, l2 } = kinds;
    const answers = networkAnswers(question);
    const rows = await answers.training();
    const risk = { loss: softmaxCrossEntropy, l2 };
    const hessian = exactHessian(network, theta, train, risk);
    const damping = relativeDamping(network, hessian);
    const gradients = perSampleGradients(network, theta, train, risk);
    const atTest = testGradients(network, theta, test, risk);
    expectAllClose(
      rows.map((own) => own.uncertainty!.variance),
      linearisedUncertainty(hessian, gradients, atTest, { damping }),
      close,
    );
    const { directions, recommended } = answers.document.extrapolation!;
    expect(recommended).toBe(directions);
    const eigen = spectrum(hessian);
    const scores = (samples: Asked["train"]): Float64Array =>
      extrapolationScore(
        eigen,
        testGradients(network, theta, samples, risk, "minimal"),
        directions,
      );
    const [here, there] = [scores(test), scores(train)];
    expectAllClose(
      rows.map((own) => own.extrapolation!.score),
      here,
      close,
    );
    rows.forEach((own, t) => {
      const below = there.filter((score) => score < here[t]).length;
      expect(own.extrapolation!.percentile).toBeCloseTo((100 * below) / there.length, 9);
    });
    expectAllClose(
      rows.map((own) => own.extrapolation!.predictionScore),
      extrapolationScore(eigen, predictionGradients(network, theta, test.x), directions),
      close,
    );
  });

  it("name the training points that helped and harmed with label, prediction and input", async () => {
    const { question, network, theta, train, test, l2 } = kinds;
    const answers = networkAnswers(question);
    expect((await answers.row(4)).influence).toBeUndefined();
    await answers.training();
    const { influence: found } = await answers.row(4);
    const risk = { loss: softmaxCrossEntropy, l2 };
    const hessian = exactHessian(network, theta, train, risk);
    const pairs = influence(
      hessian,
      perSampleGradients(network, theta, train, risk),
      testGradients(network, theta, test, risk),
      { damping: relativeDamping(network, hessian) },
    );
    const own = Array.from(row(pairs.influence, 4));
    const sorted = Array.from(own.keys()).sort((a, b) => own[b] - own[a]);
    expect(found!.helped.map((entry) => entry.row)).toEqual(sorted.slice(0, 6));
    expect(found!.harmed.map((entry) => entry.row)).toEqual(sorted.reverse().slice(0, 6));
    for (const entry of [...found!.helped, ...found!.harmed]) {
      const near = { rtol: 1e-8, atol: 1e-14 };
      expectAllClose([entry.influence], [own[entry.row]], near);
      expectAllClose([entry.relatif!], [row(pairs.relatif, 4)[entry.row]], near);
      const label = row(train.target, entry.row).indexOf(1);
      expect(entry.targetLabel).toBe(question.classes![label]);
      expect(entry.input[0].values).toEqual(Array.from(row(train.x, entry.row)));
      const output = row(predict(network, theta, train.x), entry.row);
      expect(entry.label).toBe(question.classes![output.indexOf(Math.max(...output))]);
    }
    expect(answers.document.details).toHaveLength(1);
  });

  it.each(Object.keys(methods))(
    "of %s share f out among entries, biases and what was lost, to the last digit",
    async (method) => {
      for (const { question } of [kinds, line()]) {
        const answers = networkAnswers({ ...question, method });
        const { relevance } = await answers.row(2);
        const rest = relevance.rest.reduce((sum, own) => sum + own.value, 0);
        expect(relevance.sum + rest).toBeCloseTo(relevance.explained, 8);
        const total = relevance.byInput[0].values.reduce((sum, own) => sum + own, 0);
        expect(relevance.sum).toBeCloseTo(total, 9);
        if (method.startsWith("lrp"))
          expect(relevance.rest.map(({ name }) => name)).not.toContain("other");
      }
    },
  );

  it("of a regression name the bias beside the relevance: 200 of it is no entry's", async () => {
    const { question, theta } = line();
    const answers = networkAnswers({ ...question, method: "lrp-epsilon" });
    const { relevance } = await answers.row(0);
    expect(relevance.explained).toBeGreaterThan(190);
    const bias = relevance.rest.find(({ name }) => name === "bias")!;
    expect(bias.value).toBeCloseTo(theta[3], 6); // the weights come first
  });

  it("check labels by self-influence, and find those that were turned", async () => {
    const flipped = [7, 31, 50, 82];
    const { question, network, theta, train, l2 } = threeKinds(flipped);
    const answers = networkAnswers(question);
    const labels = (await answers.labels())!;
    const risk = { loss: softmaxCrossEntropy, l2 };
    const hessian = exactHessian(network, theta, train, risk);
    const own = selfInfluence(hessian, perSampleGradients(network, theta, train, risk), {
      damping: relativeDamping(network, hessian),
    });
    const order = Array.from(own.keys()).sort((a, b) => own[b] - own[a]);
    expect(labels.by).toBe("self-influence");
    expect(labels.rows.map((entry) => entry.row)).toEqual(order.slice(0, 10));
    expectAllClose(
      labels.rows.map((entry) => entry.score),
      order.slice(0, 10).map((r) => own[r]),
      close,
    );
    const seen = labels.rows.map((entry) => entry.row);
    // one of the four lies where the kinds overlap, and is no outlier under its other label
    expect(flipped.filter((r) => seen.includes(r)).length).toBeGreaterThanOrEqual(3);
  });

  it("measure groups of correlated columns together: what repeats another is no less for it", async () => {
    const found = (await networkAnswers(kinds.question).groups())!;
    expect(found.found).toBe("correlation");
    expect(found.groups.map(({ features }) => features.join())).toContain("a,like a");
    expect(found.score.name).toMatch(/^mean /);
    const named = { both: ["a", "like a"], one: ["a"] };
    const asked = (await networkAnswers({ ...kinds.question, groups: named }).groups())!;
    const worse = Object.fromEntries(asked.groups.map((own) => [own.name, own.worse]));
    expect(worse.both).toBeGreaterThan(worse.one);
    const { question, network, theta, test } = yesOrNo();
    const table = (await networkAnswers(question).groups())!;
    expect(table.score.name).toBe("AUC");
    const score = auc(predict(network, theta, test.x).data, test.target.data);
    expect(table.score.value).toBe(score);
    const [first, second] = table.groups;
    expect(first.worse).toBeGreaterThan(0.2);
    expect(Math.abs(second.worse)).toBeLessThan(0.05);
    // said before anything is computed
    const wrong = { ...kinds.question, groups: { g: ["nobody"] } };
    expect(() => networkAnswers(wrong)).toThrow(/"nobody", which is no feature; there are a, b, c/);
  });

  it("average relevance over the points of each label", async () => {
    const answers = networkAnswers(kinds.question);
    const classes = (await answers.byClass())!;
    expect(classes.map(({ label, points }) => `${label} ${points}`)).toEqual([
      "down 10",
      "strange 10",
      "up 10",
    ]);
    const rows: (readonly number[])[] = [];
    for (let t = 0; t < 30; t++) {
      const { relevance } = await answers.row(t);
      if (answers.document.rows[t].targetLabel === "up") rows.push(relevance.byInput[0].values);
    }
    const means = [0, 1, 2, 3].map((k) => rows.reduce((sum, own) => sum + own[k] / 10, 0));
    expectAllClose(classes[2].mean[0].values, means, close);
    const sizes = [0, 1, 2, 3].map((k) =>
      rows.reduce((sum, own) => sum + Math.abs(own[k]) / 10, 0),
    );
    expectAllClose(classes[2].modulus[0].values, sizes, close);
  });

  it("set the method beside random order", async () => {
    const found = (await networkAnswers(kinds.question).faithfulness())!;
    expect(found.points).toBe(30);
    expect(found.descending[0]).toBe(found.random[0]);
    expect(found.descending.at(-1)).toBeCloseTo(found.random.at(-1)!, 12);
    expect(found.gain).toBeGreaterThan(2 * found.gainError);
    expect(found.words).toMatch(/finds what the output rests on/);
  });

  it("say in words what the audit says", async () => {
    const { question, network, theta, train, test, l2 } = kinds;
    const found = (await networkAnswers(question).audit())!;
    const some = Array.from({ length: 20 }, (_, k) => Math.floor(1.5 * k));
    expect(found.lines.length).toBeGreaterThan(3);
    const own = await audit(network, theta, train, {
      options: { loss: softmaxCrossEntropy, l2 },
      test: {
        x: {
          shape: [20, 4],
          data: Float64Array.from(some.flatMap((t) => Array.from(row(test.x, t)))),
        },
        target: {
          shape: [20, 3],
          data: Float64Array.from(some.flatMap((t) => Array.from(row(test.target, t)))),
        },
      },
      jobs: 1,
    });
    const parts = own.lines.filter(({ part }) => part === "stationarity" || part === "spectrum");
    for (const one of parts)
      expect(found.lines.find(({ part }) => part === one.part)!.words).toBe(one.words);
  });

  it("estimate each part before it begins", () => {
    const answers = networkAnswers(kinds.question);
    const estimates = answers.estimates();
    expect(estimates.map(({ part }) => part).sort()).toEqual(
      ["audit", "byClass", "faithfulness", "groups", "labels", "rows", "training"].sort(),
    );
    for (const own of estimates) {
      expect(own.seconds).toBeGreaterThanOrEqual(0);
      expect(own.words).toMatch(/^(less than|about) .+, (less than|about) .+ [MG]B$/);
    }
  });

  it("are plain data, stop where they are told to, and go on afterwards", async () => {
    const answers = networkAnswers(kinds.question);
    const controller = new AbortController();
    const stopped = answers.training({
      signal: controller.signal,
      onDone: () => controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
    await answers.training();
    await answers.row(0);
    const { document } = answers;
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    await expect(answers.row(30)).rejects.toThrow(/there is no point 30; there are 30/);
  });
});

describe("what would change a prediction", () => {
  it("of a linear model is the known step along its gradient", async () => {
    const { question, theta, test, train } = line();
    const answers = networkAnswers(question);
    const { change } = await answers.row(0);
    expect(change!.found).toBe(true);
    const all = [...test.x.data, ...train.x.data];
    const n = all.length / 3;
    const deviation = [0, 1, 2].map((k) => {
      const own = Array.from({ length: n }, (_, t) => all[3 * t + k]);
      const middle = own.reduce((sum, v) => sum + v / n, 0);
      return Math.sqrt(own.reduce((sum, v) => sum + (v - middle) ** 2 / n, 0));
    });
    const residual = Math.sqrt(
      (await answers.rows()).reduce((sum, { loss }) => sum + loss! / 20, 0),
    );
    const moved = change!.prediction!.output[0] - answers.document.rows[0].output[0];
    expect(Math.abs(moved)).toBeCloseTo(residual, 6);
    // w·Δx = r with Δx = s² w t: the length in deviations is r/|s w|
    const slope = Math.hypot(...deviation.map((s, k) => s * theta[k]));
    expect(change!.size).toBeCloseTo(residual / slope / Math.sqrt(3), 6);
  });

  it("of classes turns the prediction, within the data, and a little less does not", async () => {
    const { question, network, theta, test } = kinds;
    const answers = networkAnswers(question);
    let turned = 0;
    for (let t = 0; t < 30; t++) {
      const { change } = await answers.row(t);
      if (!change!.found) continue;
      turned++;
      const before = Array.from(row(test.x, t));
      const at = (part: number): number => {
        const x = [...before];
        for (const { index, from, to } of change!.entries) x[index] = from + part * (to - from);
        const out = predict(network, theta, { shape: [1, 4], data: Float64Array.from(x) }).data;
        return out.indexOf(Math.max(...out));
      };
      expect(at(1)).toBe(change!.prediction!.predicted);
      expect(at(1)).not.toBe(answers.document.rows[t].predicted);
      for (const { index, to } of change!.entries) {
        const known = [...test.x.data, ...kinds.train.x.data].filter((_, p) => p % 4 === index);
        expect(to).toBeGreaterThanOrEqual(Math.min(...known));
        expect(to).toBeLessThanOrEqual(Math.max(...known));
      }
    }
    expect(turned).toBeGreaterThan(20);
  });
});
