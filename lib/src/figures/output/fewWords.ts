import { describeEstimate } from "../../core/statistics/describeEstimate.js";
import type { Cell } from "../charts/table.js";
import {
  isEstimate,
  isNetwork,
  isNumbers,
  isPlain,
  isSamples,
  isTensor,
  type Numbers,
} from "./kindsOfValues.js";

/** Entries of a list and letters of a text that stand in a cell of a table. */
const [MOST, LETTERS] = [6, 100];

const digits = (value: number): string => String(Number(value.toPrecision(4)));

/** ", values from −1 to 2.5": the extremes of numbers; nothing where there are none. */
export function extremes(values: ArrayLike<number>): string {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++)
    [low, high] = [Math.min(low, values[k]), Math.max(high, values[k])];
  if (values.length === 0) return "";
  return Number.isNaN(low) ? ", some of them NaN" : ` from ${digits(low)} to ${digits(high)}`;
}

/** "1000 numbers from 0 to 1". */
export const numbersWords = (values: Numbers | readonly number[]): string =>
  `${values.length} ${values.length === 1 ? "number" : "numbers"}${extremes(values)}`;

/** What a cell of a table says of a value: itself where it is short, or else what it is. */
export function fewWords(value: unknown): Cell {
  if (value === null || value === undefined) return value;
  switch (typeof value) {
    case "number":
    case "boolean":
      return value;
    case "string":
      return cut(value);
    case "object":
      return cut(ofObject(value));
    default:
      return typeof value === "bigint" ? String(value) : typeof value;
  }
}

const cut = (words: string): string =>
  words.length > LETTERS ? `${words.slice(0, LETTERS)}…` : words;

function ofObject(value: object): string {
  if (isEstimate(value)) return describeEstimate(value);
  if (isTensor(value)) return `tensor [${value.shape.join(", ")}]${extremes(value.data)}`;
  if (isNumbers(value)) return numbersWords(value);
  if (isNetwork(value)) return `network "${value.name}", ${value.parameterCount} parameters`;
  if (isSamples(value)) return `${value.x.shape[0]} samples [${value.x.shape.slice(1).join(", ")}]`;
  if (Array.isArray(value)) return ofList(value);
  if (!isPlain(value)) return value.constructor.name;
  const whole = fieldsOf(Object.entries(value));
  return whole.length <= LETTERS ? whole : namesOf(value);
}

/** "{ a: 1, b: 2 }". */
const fieldsOf = (fields: readonly (readonly [string, unknown])[]): string =>
  `{ ${fields.map(([name, field]) => `${name}: ${inside(field)}`).join(", ")} }`;

/** "{ a, b }". */
function namesOf(value: object): string {
  const names = Object.keys(value);
  return `{ ${names.slice(0, MOST).join(", ")}${names.length > MOST ? ", …" : ""} }`;
}

const inside = (value: unknown): string =>
  typeof value === "number" ? digits(value) : String(fewWords(value));

function ofList(values: readonly unknown[]): string {
  const there = Object.entries(values);
  // tensors by the node that they belong to, and no other
  if (there.length < values.length) return fieldsOf(there);
  const short = values.every((one) => typeof one !== "object" && typeof one !== "function");
  if (short && values.length <= MOST) return `[${values.map(inside).join(", ")}]`;
  if (values.every((one) => typeof one === "number")) return numbersWords(values);
  const [first] = values;
  const what = fewWords(first);
  if (typeof what !== "string") return `${values.length} × ${typeof first}`;
  return `${values.length} × ${what.startsWith("{") ? namesOf(first as object) : what}`;
}
