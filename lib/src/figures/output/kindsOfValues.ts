import type { Dataset } from "../../core/dataset.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import type { Tensor } from "../../core/tensor.js";
import type { AuditReport } from "../../hessian/audit/auditReport.js";
import type { Samples } from "../../nn/losses/riskOptions.js";
import type { Network } from "../../nn/network/network.js";
import type { Figure } from "../charts/figure.js";
import type { DataFrameLike } from "../charts/table.js";
import type { ClaimResult } from "../claims/claims.js";

const has = (value: unknown, ...names: string[]): boolean =>
  typeof value === "object" && value !== null && names.every((name) => name in value);

/** A list of numbers of one type: θ, a field, scores. */
export type Numbers = Exclude<NodeJS.TypedArray, BigInt64Array | BigUint64Array>;

export const isNumbers = (value: unknown): value is Numbers =>
  ArrayBuffer.isView(value) &&
  !(value instanceof DataView) &&
  typeof (value as Numbers)[0] !== "bigint";

export const isEstimate = (value: unknown): value is Estimate =>
  has(value, "mean", "error", "tauInt", "n");

/** Tensors of this library; those of TensorFlow.js hand their data out by a method. */
export const isTensor = (value: unknown): value is Tensor =>
  has(value, "shape", "data") &&
  Array.isArray((value as Tensor).shape) &&
  isNumbers((value as Tensor).data);

export const isNetwork = (value: unknown): value is Network =>
  has(value, "nodes", "parameterCount", "name");

export const isSamples = (value: unknown): value is Samples =>
  has(value, "x", "target") &&
  isTensor((value as Samples).x) &&
  isTensor((value as Samples).target);

export const isDataset = (value: Samples): value is Dataset => has(value, "provenance");

export const isDataFrame = (value: unknown): value is DataFrameLike =>
  has(value, "columns", "index", "values") &&
  Array.isArray((value as DataFrameLike).columns) &&
  Array.isArray((value as DataFrameLike).index);

export const isAudit = (value: unknown): value is AuditReport =>
  has(value, "verdict", "conclusion", "lines", "spectrum");

export const isFigure = (value: unknown): value is Figure =>
  has(value, "id", "title", "spec") && has((value as Figure).spec, "$schema");

export const isClaim = (value: unknown): value is ClaimResult =>
  has(value, "figure", "statement", "kind", "expected", "pass");

/** An object written as one: not of a class, whose fields are its own affair. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
