import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng, readNpy, type Tensor } from "phaselens/core";
import { audit, type AuditReport } from "phaselens/hessian";
import { saveNetwork } from "phaselens/interop";
import { softmaxCrossEntropy } from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { faultsBy } from "./answersFile.js";
import { classes, tableModel, type TableModel } from "./fixtures.js";
import { phaselensIn, scratch } from "./folder.js";

const folder = scratch();
const phaselens = phaselensIn(folder);
let table: TableModel;
beforeAll(() => {
  table = tableModel(folder);
  saveNetwork(join(folder, "early.json"), {
    network: table.network,
    theta: table.theta.map((value) => 1.3 * value),
    inputShape: [3],
    output: "softmax",
  });
});
const call = (model: string, ...more: string[]): string[] => [
  "audit",
  "--model",
  model,
  "--train",
  "train.csv",
  "--data",
  "test.csv",
  "--target-column",
  "flavour",
  "--classes",
  classes.join(","),
  ...more,
];

describe("phaselens audit", () => {
  it("at a minimum passes with 0, with the very numbers of the library", async () => {
    const { code, stdout, stderr } = await phaselens(
      ...call("table.json", "--l2", "0.02", "--seed", "4", "--json", "--out", "passed"),
    );
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout) as {
      format: string;
      verdict: string;
      report: AuditReport;
      lines: { part: string }[];
      written: string[];
    };
    expect([found.format, found.verdict]).toEqual(["phaselens-audit", "pass"]);
    expect(faultsBy("audit-1", found)).toEqual([]);
    const file = JSON.parse(readFileSync(join(folder, "passed/audit.json"), "utf8")) as object;
    expect(faultsBy("audit-1", file)).toEqual([]);
    expect(faultsBy("audit-1", { ...file, verdict: "good" })).not.toEqual([]);
    const rng = makeRng(4, "audit");
    const direct = await audit(table.network, table.theta, table.train, {
      options: { loss: softmaxCrossEntropy, l2: 0.02 },
      test: table.test,
      retrain: { points: 16, rng },
    });
    expect(found.report.stationarity).toEqual(direct.stationarity);
    expect(found.report.response?.rows).toEqual(direct.response?.rows);
    expect(readNpy(join(folder, "passed/predicted.npy")).data).toEqual(
      (direct.response as { predicted: Tensor }).predicted.data,
    );
    expect(found.report.curvature).toMatchObject({ name: "exact", parameters: table.theta.length });
    expect(found.lines.map(({ part }) => part)).toEqual([
      "curvature",
      "stationarity",
      "spectrum",
      "damping",
      "solves",
      "step",
      "response",
      "leave-one-out",
    ]);
    const page = readFileSync(join(folder, "passed/report.html"), "utf8");
    expect(page).toContain('<span class="badge pass">pass</span>');
    expect(found.written).toContain("charts/report-audit-response.svg");
  });

  it("away from a minimum is a caution: 0, but 1 with --strict", async () => {
    const [loose, strict] = await Promise.all([
      phaselens(...call("early.json", "--l2", "0.02", "--out", "loose")),
      phaselens(...call("early.json", "--l2", "0.02", "--strict", "--out", "strict")),
    ]);
    expect([loose.code, strict.code], loose.stderr).toEqual([0, 1]);
    expect(loose.stdout).toMatch(
      /^Audit of influence functions: 31 parameters, 60 training points, 12 test points/,
    );
    expect(loose.stdout).toContain("CAUTION: ");
    expect(loose.stdout).toContain("- stationarity: fail.");
  });

  it("with a damping that leaves H + λ1 indefinite ends with 1 and the verdict fail", async () => {
    const { code, stdout, stderr } = await phaselens(
      ...call("early.json", "--damping", "0", "--removals", "0", "--out", "failed"),
    );
    const { verdict } = JSON.parse(readFileSync(join(folder, "failed/audit.json"), "utf8")) as {
      verdict: string;
    };
    expect([code, verdict], stderr).toEqual([1, "fail"]);
    expect(stdout).toContain("FAIL: H + λ1 is not positive definite.");
    // beside a verdict as bad nothing has fallen; beside a better one it has
    const beside = (file: string): ReturnType<typeof phaselens> =>
      phaselens(
        ...call("early.json", "--damping", "0", "--removals", "0", "--out", "again"),
        ...["--baseline", file],
      );
    const [same, fell] = [await beside("failed/audit.json"), await beside("passed/audit.json")];
    expect([same.code, fell.code], fell.stderr).toEqual([0, 1]);
  });

  it("without test points examines some training points, and says so", async () => {
    const { code, stdout } = await phaselens(
      "audit",
      "--model",
      "table.json",
      "--train",
      "train.csv",
      "--target-column",
      "flavour",
      "--classes",
      classes.join(","),
      "--l2",
      "0.02",
      "--removals",
      "5",
      "--out",
      "own",
    );
    expect(code).toBe(0);
    expect(stdout).toContain("60 training points, 20 test points");
    expect(stdout).toContain("rank correlation of influence (gradients of the losses alone)");
    expect(readFileSync(join(folder, "own/report.html"), "utf8")).toContain(
      "20 training points stand in for test points.",
    );
  });

  it.each([
    [["--curvature", "ekfac"], { name: "ekfac", why: "asked for", parameters: 31 }],
    [["--curvature", "head"], { name: "head", why: "asked for", networkParameters: 31 }],
    [["--exact-limit", "9"], { name: "cg", parameters: 31 }],
  ])("says which Hessian it examined: %j", async (args, expected) => {
    const out = `by-${expected.name}`;
    const { code, stdout, stderr } = await phaselens(
      ...call("table.json", "--l2", "0.02", "--removals", "6", "--json", "--out", out, ...args),
    );
    expect([0, 1], stderr).toContain(code);
    const { report, lines } = JSON.parse(stdout) as {
      report: AuditReport;
      lines: { part: string; words: string }[];
    };
    expect(report.curvature).toMatchObject(expected);
    expect(report.response?.rows.length).toBe(6);
    expect(lines[0].words).toContain(report.curvature.why);
    expect(stderr).toMatch(
      /\((asked for|31 parameters are more than the 9 [^)]*)\).*; (about|less)/,
    );
  });

  it.each([
    [["--model", "table.json"], 2, "--train is missing."],
    [
      [
        "--model",
        "table.json",
        "--train",
        "train.csv",
        "--target-column",
        "flavour",
        "--classes",
        "light,charm,beauty",
        "--removals",
        "3",
      ],
      2,
      "--removals is 3; it must be 0 or at least 5.",
    ],
    [
      [
        "--model",
        "table.json",
        "--train",
        "train.csv",
        "--target-column",
        "flavour",
        "--classes",
        "light,charm,beauty",
        "--head-after",
        "attention",
      ],
      2,
      "no layer of",
    ],
    [
      [
        "--model",
        "table.json",
        "--train",
        "train.csv",
        "--target-column",
        "flavour",
        "--classes",
        "light,charm,beauty",
        "--out",
        "train.csv/x",
      ],
      3,
      "phaselens audit: train.csv/x: cannot be made (ENOTDIR). Name a folder that may be written.",
    ],
  ])(
    "%j ends with %i: a wrong call is not an audit that could not be made",
    async (args, expected, sentence) => {
      const { code, stderr, stdout } = await phaselens("audit", ...args);
      expect([code, stdout]).toEqual([expected, ""]);
      expect(stderr).toContain(sentence);
    },
  );

  it("says what it says in the words of the library", async () => {
    const { stdout } = await phaselens(
      ...call("table.json", "--l2", "0.02", "--removals", "0", "--out", "words"),
    );
    const direct = await audit(table.network, table.theta, table.train, {
      options: { loss: softmaxCrossEntropy, l2: 0.02 },
      test: table.test,
    });
    expect(stdout.startsWith(`${direct.text}\nwords/report.html: `)).toBe(true);
  });
});
