import { effectiveNumber, sumOf } from "../../core/weights.js";
import { shown } from "../../core/oneOf.js";
import { optional, record, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import type { Dataset, Provenance } from "../../core/dataset.js";
import { ConfigError } from "../../core/errors.js";
import { describeEstimate } from "../../core/statistics/describeEstimate.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { row, size, type Tensor } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import { parameterBlocks } from "../../nn/network/network.js";
import { table, type TableOptions } from "../charts/table.js";

type TableRows = Parameters<typeof table>[0];

/** What `display` knows how to show. */
export type Displayable =
  Estimate | Readonly<Record<string, Estimate>> | Tensor | Network | Dataset;

/** Rows and columns of a tensor that are shown. */
const MOST = 8;

/**
 * Shows a value of this library in the notebook (outside of one it is printed), as a table with a
 * caption that says what it is:
 *
 * - an `Estimate`, or several by name: mean and error with as many digits as the error allows,
 *   τ_int and n, and what makes it doubtful
 * - a `Tensor`: its shape, extremes and first rows
 * - a `Network`: its layers, what they read, and their parameters
 * - a `Dataset`: samples, shapes, how many of each class, and where it is from
 *
 * @throws ConfigError for anything else
 */
export function display(value: Displayable, options: Pick<TableOptions, "title"> = {}): void {
  takes("display", { options: [options, record({ title: optional(text) })] });
  const described = describe(value);
  table(described.rows, {
    title: options.title === undefined ? described.title : `${options.title} (${described.title})`,
    digits: 5,
  });
}

function describe(value: Displayable): { title: string; rows: TableRows } {
  if (isEstimate(value)) return { title: "estimate", rows: estimateRows([value]) };
  if (isTensor(value)) return tensorRows(value);
  if (isNetwork(value)) return networkRows(value);
  if (isDataset(value)) return datasetRows(value);
  const named = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (named.length > 0 && named.every(([, one]) => isEstimate(one))) {
    const rows = estimateRows(named.map(([, one]) => one as Estimate));
    return {
      title: `${named.length} estimates`,
      rows: rows.map((one, k) => ({ "": named[k][0], ...one })),
    };
  }
  throw new ConfigError(
    `display: ${shown(value)} is no Estimate, Tensor, Network or Dataset. Use figures.table or console.log for other things.`,
  );
}

/** A column for doubts where one of the estimates has any. */
function estimateRows(estimates: readonly Estimate[]): Record<string, number | string>[] {
  const doubtful = estimates.some(({ warnings = [] }) => warnings.length > 0);
  return estimates.map((estimate) => {
    const { tauInt, n, warnings = [] } = estimate;
    const row = { "mean ± error": describeEstimate(estimate), τ_int: tauInt, n };
    return doubtful ? { ...row, doubtful: warnings.join(" ") } : row;
  });
}

function tensorRows({ shape, data }: Tensor): { title: string; rows: TableRows } {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const text = (value: number): string => String(Number(value.toPrecision(4)));
  const title = `tensor [${shape.join(", ")}]${data.length > 0 ? `, values from ${text(low)} to ${text(high)}` : ""}`;
  const columns = shape.length > 1 ? size(shape.slice(1)) : 1;
  const [n, width] = [Math.min(shape[0] ?? 1, MOST), Math.min(columns, MOST)];
  const rows = Array.from({ length: n }, (_, k) => ({
    "": k,
    ...Object.fromEntries(
      Array.from({ length: width }, (_v, j) => [`[${j}]`, data[k * columns + j]]),
    ),
    ...(columns > MOST ? { "…": `${columns - MOST} more` } : {}),
  }));
  const rest = (shape[0] ?? 1) - n;
  const last =
    rest > 0
      ? [
          Object.fromEntries(
            Object.keys(rows[0]).map((name, k) => [name, k === 0 ? `${rest} more` : ""]),
          ),
        ]
      : [];
  return { title, rows: rows.length > 0 ? [...rows, ...last] : [{ "": "no rows" }] };
}

function networkRows(network: Network): { title: string; rows: TableRows } {
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

function datasetRows({ x, target, weights, provenance }: Dataset): {
  title: string;
  rows: TableRows;
} {
  const [n, out] = target.shape;
  const counts = Array.from({ length: out }, () => 0);
  const oneHot =
    target.data.every((value) => value === 0 || value === 1) &&
    Array.from({ length: n }, (_, s) => row(target, s)).every(
      (one) => one.reduce((a, b) => a + b, 0) === 1,
    );
  if (oneHot) for (let s = 0; s < n; s++) counts[row(target, s).indexOf(1)]++;
  const facts: [string, string][] = [
    ["samples", String(n)],
    ["each of shape", `[${x.shape.slice(1).join(", ")}]`],
    [
      "targets",
      oneHot && out > 1
        ? `${out} classes: ${counts.join(", ")}`
        : `${out} ${out === 1 ? "value" : "values"}`,
    ],
    ...(weights ? [["weights", weightsText(weights)] as [string, string]] : []),
    ...provenanceFacts(provenance),
  ];
  return {
    title: `dataset of ${n} samples`,
    rows: facts.map(([name, value]) => ({ "": name, " ": value })),
  };
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

const has = (value: unknown, ...names: string[]): boolean =>
  typeof value === "object" && value !== null && names.every((name) => name in value);
const isEstimate = (value: unknown): value is Estimate =>
  has(value, "mean", "error", "tauInt", "n");
const isTensor = (value: unknown): value is Tensor => has(value, "shape", "data");
const isNetwork = (value: unknown): value is Network => has(value, "nodes", "parameterCount");
/** Their range, their sum, and how many equal ones would fluctuate as little. */
function weightsText(weights: ArrayLike<number>): string {
  const own = Float64Array.from(weights);
  const [low, high] = [own.reduce((a, b) => Math.min(a, b)), own.reduce((a, b) => Math.max(a, b))];
  const number = (value: number): string => String(Number(value.toPrecision(4)));
  const all = `sum ${number(sumOf(own))}, effective number ${number(effectiveNumber(own))}`;
  return `${number(low)} to ${number(high)}, ${all}`;
}

const isDataset = (value: unknown): value is Dataset => has(value, "x", "target", "provenance");
