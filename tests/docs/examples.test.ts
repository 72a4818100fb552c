import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, it } from "vitest";
import { documentedValues } from "../support/docstrings.js";
import { disagreement, expectedOutputs, instrumented, PRINTING } from "./expected.js";
import { projectRoot } from "./markdown.js";

/** Below the project, so that `import "phaselens"` finds what is built here. */
const folder = join(projectRoot, ".cache", "examples");
/** Lines that no example is longer than: each has a stretch of numbers of its own. */
const LONG = 1000;

const examples = documentedValues().flatMap(({ name, examples: own }) =>
  own.map((code, k) => ({ name: own.length > 1 ? `${name} ${k + 1}` : name, code })),
);

/** All examples as one module, each a function of its own that prints with its name. */
function moduleOf(code: (text: string, k: number) => string): string {
  const modules = new Set<string>();
  const functions = examples.map(({ code: text }, k) => {
    const own = code(text, k)
      .replace(/^import (\{[^}]*\}) from "phaselens";/gm, "const $1 = phaselens;")
      .replace(/^import .* from "node:.*";$/gm, (line) => (modules.add(line), ""));
    return `async (): Promise<void> => {\n${own}\n},`;
  });
  const head = `import * as phaselens from "phaselens";\n${[...modules].join("\n")}`;
  return `${head}\nexport const all: (() => Promise<void>)[] = [\n${functions.join("\n")}\n];\n`;
}

const RUN = `import { format } from "node:util";
import { writeFileSync } from "node:fs";
const printed = [], thrown = [];
globalThis.print = (line) => (...values) => printed.push([line, format(...values)]);
globalThis.printing = ${PRINTING};
const { all } = await import("./examples.mjs");
for (const [k, one] of all.entries()) await one().catch((error) => thrown.push([k, String(error)]));
const { user, system } = process.cpuUsage();
writeFileSync("printed.json", JSON.stringify({ printed, thrown, seconds: (user + system) / 1e6 }));`;

interface Outcome {
  readonly printed: readonly (readonly [line: number, text: string])[];
  readonly thrown: readonly (readonly [example: number, message: string])[];
  readonly seconds: number;
}

it("forty functions and more have an example in their docstring, and the main ones among them", () => {
  const named = new Set(examples.map(({ name }) => name.replace(/ \d+$/, "")));
  expect(named.size).toBeGreaterThanOrEqual(40);
  const main = [
    ...["core.makeRng", "core.tensor", "core.oneHot", "core.row", "core.readNpy", "core.jackknife"],
    ...["core.tauInt", "core.gelmanRubin", "nn.sequential", "nn.graph", "nn.predict", "nn.train"],
    ...["nn.perSampleGradients", "nn.accuracy", "hessian.exactHessian", "hessian.riskHessian"],
    ...["hessian.hvp", "hessian.influence", "hessian.testGradients", "hessian.testLosses"],
    ...["hessian.extrapolationScore", "hessian.spectrum", "hessian.audit", "lrp.attribute"],
    ...["lrp.relevance", "interop.readModel", "interop.readArray", "interop.readRootTree"],
    ...["physics.sampleEnsemble"],
    ...["physics.hubbardGroundState", "taggers.deltaAuc", "taggers.relativeNeuralActivity"],
  ];
  expect(main.filter((name) => !named.has(name))).toEqual([]);
});

it("examples are right in their types, run, and print what they say", async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const root = join(projectRoot, "tests", "interop", "fixtures", "jets.root");
  copyFileSync(root, join(folder, "jets.root"));
  const file = join(folder, "types.mts");
  writeFileSync(
    file,
    moduleOf((text) => text),
  );
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  });
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  expect(problems).toEqual([]);

  const block = (code: string, k: number) => ({
    ...{ language: "ts", words: [], code },
    line: LONG * k,
  });
  const source = moduleOf((text, k) => instrumented(block(text, k)));
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const js = ts.transpileModule(source, { compilerOptions }).outputText;
  writeFileSync(join(folder, "examples.mjs"), js);
  writeFileSync(join(folder, "run.mjs"), RUN);
  const env = { ...process.env, PHASELENS_CACHE: join(folder, "cache"), CI: "true" };
  await promisify(execFile)(process.execPath, ["run.mjs"], { cwd: folder, env });
  const outcome = JSON.parse(readFileSync(join(folder, "printed.json"), "utf8")) as Outcome;
  const { printed, thrown, seconds } = outcome;
  const wrong = examples.flatMap(({ name, code }, k) =>
    expectedOutputs(block(code, k)).flatMap(({ line, lines }) => {
      const texts = printed.filter(([at]) => at === line).map(([, text]) => text);
      const problem = disagreement(lines, texts);
      return problem ? [`${name}: ${problem}`] : [];
    }),
  );
  expect(thrown.map(([k, message]) => `${examples[k].name}: ${message}`)).toEqual([]);
  expect(wrong).toEqual([]);
  console.log(`${examples.length} examples, ${seconds.toFixed(1)} s of CPU`);
  expect(seconds).toBeLessThan(15);
}, 180_000);
