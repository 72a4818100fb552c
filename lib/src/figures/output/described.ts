import { effectiveNumber, sumOf } from "../../core/weights.js";
import type { Provenance } from "../../core/dataset.js";
import { describeEstimate } from "../../core/statistics/describeEstimate.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { row, size, type Tensor } from "../../core/tensor.js";
import type { AuditReport } from "../../hessian/audit/auditReport.js";
import type { Samples } from "../../nn/losses/riskOptions.js";
import type { Network } from "../../nn/network/network.js";
import { parameterBlocks } from "../../nn/network/network.js";
import type { Cell, DataFrameLike, Row } from "../charts/table.js";
import { extremes, fewWords, numbersWords } from "./fewWords.js";
import {
  isAudit,
  isDataFrame,
  isDataset,
  isEstimate,
  isNetwork,
  isNumbers,
  isPlain,
  isSamples,
  isTensor,
  type Numbers,
} from "./kindsOfValues.js";

/** A value as a table. */
export interface Described {
  readonly title: string;
  readonly rows: readonly Row[] | DataFrameLike;
}

/** Rows and columns of numbers, and rows of a list, that are shown. */
const [MOST, LINES] = [8, 20];

/** The value as a table that says what it is; undefined for what has no parts to put into one. */
export function described(value: unknown): Described | undefined {
  if (isEstimate(value)) return { title: "estimate", rows: estimateRows([value]) };
  if (isTensor(value)) return tensorTable(value);
  if (isNumbers(value)) return numbersTable(value);
  if (isNetwork(value)) return networkTable(value);
  if (isSamples(value)) return samplesTable(value);
  if (isDataFrame(value)) return frameTable(value);
  if (isAudit(value)) return auditTable(value);
  if (Array.isArray(value)) return value.length > 0 ? ofList(value) : undefined;
  return isPlain(value) ? ofFields(Object.entries(value)) : undefined;
}

/** A column for doubts where one of the estimates has any. */
function estimateRows(estimates: readonly Estimate[]): Row[] {
  const doubtful = estimates.some(({ warnings = [] }) => warnings.length > 0);
  return estimates.map((estimate) => {
    const { tauInt, n, warnings = [] } = estimate;
    // τ_int is known to some per cent at best
    const row = {
      "mean ± error": describeEstimate(estimate),
      τ_int: Number(tauInt.toPrecision(2)),
      n,
    };
    return doubtful ? { ...row, doubtful: warnings.join(" ") } : row;
  });
}

function tensorTable({ shape, data }: Tensor): Described {
  const title = `tensor [${shape.join(", ")}]${data.length > 0 ? `, values${extremes(data)}` : ""}`;
  const columns = shape.length > 1 ? size(shape.slice(1)) : 1;
  const [n, width] = [Math.min(shape[0] ?? 1, MOST), Math.min(columns, MOST)];
  const rows = Array.from({ length: n }, (_, k) => ({
    "": k,
    ...entries(data.subarray(k * columns), width, columns),
  }));
  return { title, rows: rows.length > 0 ? ending(rows, (shape[0] ?? 1) - n) : [{ "": "no rows" }] };
}

const numbersTable = (values: Numbers): Described => ({
  title: numbersWords(values),
  rows:
    values.length > 0
      ? [entries(values, Math.min(values.length, MOST), values.length)]
      : [{ "": "none" }],
});

/** The first of `all` numbers, each under its place. */
const entries = (values: ArrayLike<number>, width: number, all: number): Row => ({
  ...Object.fromEntries(Array.from({ length: width }, (_, j) => [`[${j}]`, values[j]])),
  ...(all > width ? { "…": `${all - width} more` } : {}),
});

/** A last line that says how many rows are left out. */
function ending(rows: readonly Row[], more: number): readonly Row[] {
  if (more <= 0) return rows;
  const names = Object.keys(rows[0]);
  return [
    ...rows,
    Object.fromEntries(names.map((name, k) => [name, k === 0 ? `${more} more` : ""])),
  ];
}

function networkTable(network: Network): Described {
  const own = new Map<number, number>();
  for (const { node, shape } of parameterBlocks(network))
    own.set(node, (own.get(node) ?? 0) + size(shape));
  return {
    title: `network "${network.name}", ${network.parameterCount} parameters`,
    rows: network.nodes.map(({ layer, inputs }, node) => ({
      value: node + 1,
      layer: layer.name,
      reads: inputs.map((v) => (v === 0 ? "input" : String(v))).join(", "),
      parameters: own.get(node) ?? 0,
    })),
  };
}

function samplesTable(samples: Samples): Described {
  const { x, target, weights } = samples;
  const n = x.shape[0];
  const facts: [string, string][] = [
    ["samples", String(n)],
    ["each of shape", `[${x.shape.slice(1).join(", ")}]`],
    ["targets", targetWords(target)],
    ...(weights ? [["weights", weightsText(weights)] as [string, string]] : []),
    ...(isDataset(samples) ? provenanceFacts(samples.provenance) : []),
  ];
  const title = `${isDataset(samples) ? "dataset of " : ""}${n} samples`;
  return { title, rows: facts.map(([name, value]) => ({ "": name, " ": value })) };
}

/** How many samples each class has, or how many values a sample. */
function targetWords(target: Tensor): string {
  const [n, out] = target.shape;
  const counts = Array.from({ length: out }, () => 0);
  const oneHot =
    target.data.every((value) => value === 0 || value === 1) &&
    Array.from({ length: n }, (_, s) => row(target, s)).every(
      (one) => one.reduce((a, b) => a + b, 0) === 1,
    );
  if (!oneHot || out === 1) return `${out} ${out === 1 ? "value" : "values"}`;
  for (let s = 0; s < n; s++) counts[row(target, s).indexOf(1)]++;
  return `${out} classes: ${counts.join(", ")}`;
}

/** Their range, their sum, and how many equal ones would fluctuate as little. */
function weightsText(weights: ArrayLike<number>): string {
  const own = Float64Array.from(weights);
  const [low, high] = [own.reduce((a, b) => Math.min(a, b)), own.reduce((a, b) => Math.max(a, b))];
  const number = (value: number): string => String(Number(value.toPrecision(4)));
  const all = `sum ${number(sumOf(own))}, effective number ${number(effectiveNumber(own))}`;
  return `${number(low)} to ${number(high)}, ${all}`;
}

function provenanceFacts({ generator, params, seed, source }: Provenance): [string, string][] {
  return [
    ["made by", generator],
    [
      "with",
      Object.entries(params)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    ],
    ["seed", String(seed)],
    ["source", source],
  ];
}

const auditTable = ({ verdict, conclusion, lines }: AuditReport): Described => ({
  title: `${verdict.toUpperCase()}: ${conclusion}`,
  rows:
    lines.length > 0
      ? lines.map(({ part, verdict: own, words }) => ({ part, verdict: own, "": words }))
      : [{ part: "nothing else was examined" }],
});

/** Not as rows with named cells, among which names that are numbers would come first. */
function frameTable({ columns, index, values }: DataFrameLike): Described {
  const more = index.length - LINES;
  const cells = (values as readonly unknown[]).slice(0, LINES);
  const last = more > 0 ? [columns.map(() => "")] : [];
  const title = `data frame, ${index.length} ${index.length === 1 ? "row" : "rows"}`;
  const names = [...index.slice(0, LINES), ...(more > 0 ? [`${more} more`] : [])];
  return { title, rows: { columns, index: names, values: [...cells, ...last] } };
}

const listTable = (what: string, rows: readonly Row[]): Described => ({
  title: `${what}, ${rows.length} ${rows.length === 1 ? "row" : "rows"}`,
  rows: ending(rows.slice(0, LINES), rows.length - LINES),
});

/** Rows with columns where the entries have fields, or else one line an entry. */
function ofList(values: readonly unknown[]): Described {
  if (values.every((one) => typeof one === "number"))
    return numbersTable(Float64Array.from(values));
  if (values.every(isEstimate)) return listTable("estimates", estimateRows(values));
  const shown = values.slice(0, LINES);
  const rows = shown.every(isRow)
    ? withAllColumns(shown)
    : shown.map((one, k) => ({ "": k, " ": fewWords(one) }));
  const title = `${values.length} ${values.length === 1 ? "row" : "rows"}`;
  return { title, rows: ending(rows, values.length - shown.length) };
}

/** Plain, and nothing that is shown as a whole. */
const isRow = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isPlain(value) && !isTensor(value) && !isNetwork(value) && !isSamples(value);

function withAllColumns(values: readonly Readonly<Record<string, unknown>>[]): Row[] {
  const columns = [...new Set(values.flatMap((one) => Object.keys(one)))];
  return values.map((one) =>
    Object.fromEntries(columns.map((name) => [name, fewWords(one[name])])),
  );
}

/** What each field is; estimates beside each other. */
function ofFields(fields: readonly (readonly [string, unknown])[]): Described | undefined {
  if (fields.length === 0) return undefined;
  if (fields.every(([, one]) => isEstimate(one))) {
    const rows = estimateRows(fields.map(([, one]) => one as Estimate));
    return {
      title: fields.length === 1 ? "estimate" : `${fields.length} estimates`,
      rows: rows.map((one, k) => ({ "": fields[k][0], ...one })),
    };
  }
  const rows = fields.map(([name, one]): Row => ({ "": name, " ": fewWords(one) as Cell }));
  return { title: `${fields.length} ${fields.length === 1 ? "field" : "fields"}`, rows };
}
