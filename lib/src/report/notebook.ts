import { isTable, type ReadArrayOptions } from "../interop/tables/readArray.js";

/** What a new notebook loads; paths as they are seen from its folder. */
export interface NotebookInput {
  readonly title: string;
  readonly model: string;
  readonly data: string;
  readonly target: string | undefined;
  readonly train: string | undefined;
  readonly trainTarget: string | undefined;
  readonly reading: FileReading;
  readonly trainReading: FileReading | undefined;
  /** Coefficient of ½|θ|² in the risk that was minimised. */
  readonly l2: number;
  /** Rows of the data that are explained; undefined: the first 50. */
  readonly points: readonly number[] | undefined;
  /** Of the training points in the risk, where they have any. */
  readonly weights: { readonly path: string; readonly options: ReadArrayOptions } | undefined;
}

/** How `interop.readArray` reads points and their targets. */
export interface FileReading {
  readonly points: ReadArrayOptions;
  readonly target: ReadArrayOptions;
  /** The targets are in the file of the points. */
  readonly inside: boolean;
}

type Cell = readonly ["markdown" | "code" | "parameters", string];

/** A notebook for the kernel tslab that explains a model: the text of an .ipynb file. */
export function notebookText(input: NotebookInput): string {
  const cells = [
    ...beginning(input),
    ...relevanceCells(),
    ...(input.train === undefined ? [] : influenceCells(input)),
  ];
  const figures = [
    "report-relevance",
    "report-relevance-mean",
    ...(input.train === undefined ? [] : ["report-influence", "report-trust"]),
  ];
  const json = {
    cells: cells.map(([kind, source], k) => ({
      cell_type: kind === "markdown" ? "markdown" : "code",
      id: `cell-${k + 1}`,
      ...(kind !== "markdown" && { execution_count: null, outputs: [] }),
      metadata: kind === "parameters" ? { tags: ["parameters"] } : {},
      source: source.split(/(?<=\n)/),
    })),
    metadata: {
      kernelspec: { display_name: "TypeScript (phaselens)", language: "typescript", name: "tslab" },
      language_info: {
        codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
        file_extension: ".ts",
        mimetype: "text/typescript",
        name: "typescript",
        version: "3.7.2",
      },
      phaselens: { figures, paper: "own" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(json, null, 1)}\n`;
}

const literal = (value: unknown): string => JSON.stringify(value);

/** Rows that are explained where none are named. */
const MOST = 50;
/** Rows in a row from which on they are written as a range. */
const RANGE = 4;

const range = (first: number, length: number): string =>
  `Array.from({ length: ${length} }, (_, k) => ${first === 0 ? "k" : `${first} + k`})`;

/** Rows as a cell writes them: [17, 42, ...Array.from({ length: 21 }, (_, k) => 100 + k)]. */
function rowsCode(rows: readonly number[]): string {
  const parts: string[] = [];
  for (let k = 0; k < rows.length;) {
    let length = 1;
    while (rows[k + length] === rows[k] + length) length++;
    if (length < RANGE) length = 1;
    parts.push(length > 1 ? `...${range(rows[k], length)}` : String(rows[k]));
    k += length;
  }
  return `[${parts.join(", ")}]`;
}

function beginning({ title, model, data, train, reading, l2, points }: NotebookInput): Cell[] {
  // a title from a file name is text, not markup
  const plain = title.replace(/[\\`*_{}[\]<>#|$~]/g, "\\$&");
  return [
    [
      "markdown",
      `# ${plain}\n\n**What is asked here.** Which entries of the input do the model's outputs rest on${train === undefined ? "" : ", which training points, and how far can they be trusted"}?\n\n**Claim.** Write down what you expect, then let the last cells say whether it holds.`,
    ],
    ["code", 'import { core, nn, lrp, hessian, figures, interop, report } from "phaselens";'],
    [
      "parameters",
      `const params = {
  model: ${literal(model)},
  data: ${literal(data)},${train === undefined ? "" : `\n  train: ${literal(train)},\n  l2: ${literal(l2)}, // coefficient of ½|θ|² in the risk that was minimised`}
  points: ${points ? `${rowsCode(points)}, // rows of the data that are explained` : `${range(0, MOST)}, // rows of the data that are explained: the first ${MOST}`}
  method: "lrp", // one of the names in report.methods
  shown: 0, // which of them is drawn
  seed: 1,
};`,
    ],
    [
      "code",
      `// Data and model
const model = await interop.readModel(params.model);
const { network, theta, loss } = model;
const file = await interop.readArray(params.data, ${literal(reading.points)});
const rows = params.points${points ? "" : ".filter((row) => row < file.values.shape[0])"};
const x = core.takeRows(model.pack({ [model.inputs[0].name]: file.values }), rows);
console.log(\`\${network.name}: \${network.parameterCount} parameters; \${x.shape[0]} points of shape [\${x.shape.slice(1)}]\`);`,
    ],
  ];
}

function relevanceCells(): Cell[] {
  return [
    [
      "code",
      `// Relevance of each entry of each point for its largest output
const attribution = lrp.attribute(network, theta, x, report.methods[params.method].make(network, core.makeRng(params.seed, "method")));
const [n, ...sample] = attribution.at[0].shape;
const pointOf = (t: core.Tensor): core.Tensor => core.tensor(sample, core.row(t, params.shown));
await figures.show(report.figures.relevance({
  id: "report-relevance", title: \`Relevance, row \${rows[params.shown]}\`, quantity: "relevance R", relevance: pointOf(attribution.at[0]), input: pointOf(x), names: file.columns,
}));`,
    ],
    [
      "code",
      `// Mean modulus over all points
const meanModulus = new Float64Array(core.size(sample));
attribution.at[0].data.forEach((value, p) => (meanModulus[p % meanModulus.length] += Math.abs(value) / n));
await figures.show(report.figures.relevance({
  id: "report-relevance-mean", title: \`Mean |R| over \${n} points\`, quantity: "mean |R|", relevance: core.tensor(sample, meanModulus), names: file.columns,
}));`,
    ],
    [
      "code",
      `// Claim: relevance is conserved but for what biases and the stabiliser took
const kept = attribution.missing ? Math.max(...attribution.missing.map(Math.abs)) / Math.max(...attribution.output.data.map(Math.abs)) : NaN;
const conserved = figures.claim({
  figure: "report-relevance", statement: "largest relevance lost on the way to the input, relative to the largest output", kind: "reported",
  value: kept, expected: "small where biases are",
});`,
    ],
  ];
}

function influenceCells({
  data,
  target,
  train,
  trainTarget,
  reading,
  trainReading,
  weights,
}: NotebookInput): Cell[] {
  const { points, target: trainOptions } = trainReading!;
  const { header, decimal } = points;
  // tables are read in the order of one of them
  const trainPoints =
    isTable(data) && isTable(train!)
      ? `{ ${literal({ header, decimal })
          .slice(1, -1)
          .replace(/(?<=.)$/, ", ")}columns: file.columns }`
      : literal(points);
  const labelled = target !== undefined || reading.inside;
  return [
    [
      "code",
      `// Training points, and the scalar of each point that they have an influence on: its loss, or its output without labels
const outputs = attribution.output.shape[1];
const trainFile = await interop.readArray(params.train, ${trainPoints});
const trainX = model.pack({ [model.inputs[0].name]: trainFile.values });
const trainLabels = await interop.readArray(${trainTarget === undefined ? "params.train" : literal(trainTarget)}, ${literal(trainOptions)});
${
  weights
    ? `const trainWeights = await interop.readArray(${literal(weights.path)}, ${literal(weights.options)});
`
    : ""
}const training: nn.Samples = { x: trainX, target: interop.targetRows(trainLabels.values, trainX.shape[0], outputs, loss, "training targets")${weights ? ", weights: trainWeights.values.data" : ""} };${
        labelled
          ? `
const labels = await interop.readArray(${target === undefined ? "params.data" : literal(target)}, ${literal(reading.target)});
const target: core.Tensor | undefined = core.takeRows(interop.targetRows(labels.values, file.values.shape[0], outputs, loss, "targets"), rows);`
          : "\nconst target: core.Tensor | undefined = undefined;"
      }`,
    ],
    [
      "code",
      `// Influence, uncertainty and extrapolation with one Hessian
const explanation = await report.explain(network, theta, x, {
  method: report.methods[params.method].make(network, core.makeRng(params.seed, "method")),
  risk: { loss: loss, l2: params.l2 }, target: target, training: training, rng: core.makeRng(params.seed, "explain"),
});
const found = explanation.training!;
await figures.show(report.figures.influence("report-influence", found.influence, [params.shown]));
if (found.extrapolation) await figures.show(report.figures.trust("report-trust", found.extrapolation, found.uncertainty));`,
    ],
    [
      "code",
      `// Claim: influence is the derivative of retraining only at a minimum
const slope = core.norm(nn.riskAndGradient(network, theta, training, { loss: loss, l2: params.l2 }).gradient);
const stationary = figures.claim({ figure: "report-influence", statement: "length of the risk's gradient at θ", kind: "reported", value: slope, expected: "near 0; hessian.audit judges it" });`,
    ],
  ];
}
