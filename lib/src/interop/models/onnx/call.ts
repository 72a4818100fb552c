import { ConfigError, DataError } from "../../../core/errors.js";
import type { Shape } from "../../../core/tensor.js";
import type { Importing } from "./importing.js";
import type { OnnxNode } from "./node.js";
import { spend } from "./tape.js";
import { countOf } from "./tensorData.js";
import { axisOf, isKnown, type Known, type Value } from "./value.js";

/** A node with the values that it reads. */
export interface Call {
  readonly node: OnnxNode;
  /** Undefined where one was left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly importing: Importing;
}

/** How an operator of ONNX is read. */
export interface OnnxOperator {
  /** What it becomes, for the table in the documentation. */
  readonly becomes: string;
  /** What of it is refused. */
  readonly without?: string;
  readonly read: (call: Call) => Value | readonly Value[];
}

/** An input that the node must have. */
export function input({ node, inputs }: Call, k: number): Value {
  const value = inputs[k];
  if (value) return value;
  throw new DataError(`${node.title}: its input ${k} is missing. Export the model again.`, { k });
}

/** An input that must not depend on the data; undefined where it was left out. */
export function optionalNumbers(call: Call, k: number, what: string): Known | undefined {
  const value = call.inputs[k];
  if (!value || isKnown(value)) return value;
  throw new ConfigError(
    `${call.node.title}: its ${what} depends on the data, and must be known when the file is read. Export the model with constants there.`,
    { k },
  );
}

/** The same of one that must be there. */
export function numbers(call: Call, k: number, what: string): Known {
  input(call, k);
  return optionalNumbers(call, k, what)!;
}

/** The only number of a known value. */
export function single(call: Call, k: number, what: string): number {
  const { data, shape } = numbers(call, k, what);
  if (data.length === 1) return data[0];
  throw refused(call, `its ${what} has the shape [${shape}]`, "Give one number");
}

/** Settings that were attributes once and are an input by now; undefined where left out. */
export function listSetting(call: Call, name: string, k: number): readonly number[] | undefined {
  if (call.node.attributes.has(name)) return call.node.attributes.integers(name) ?? [];
  const value = optionalNumbers(call, k, name);
  return value && Array.from(value.data);
}

/** Axes from 0 on. @throws ConfigError for one that the value does not have */
export function checkedAxes(call: Call, axes: readonly number[], rank: number): number[] {
  const own = axes.map((axis) => axisOf(axis, rank));
  if (own.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank)) return own;
  throw refused(call, `has axes [${axes}], its input has ${rank}`, "Export the model again");
}

/** Takes room for numbers that a node makes. @throws ConfigError if there are too many */
export function makes(call: Call, shape: Shape): number {
  const count = countOf(shape, call.node.title);
  spend(call.importing.tape, count, call.node.title);
  return count;
}

/** The axis of an attribute. */
export function axisSetting(call: Call, usual: number, rank: number): number {
  return checkedAxes(call, [call.node.attributes.integer("axis", usual)], rank)[0];
}

export const refused = ({ node }: Call, fact: string, cure: string): ConfigError =>
  new ConfigError(`${node.title}: ${fact}. ${cure}.`, { node: node.title });
