import { ConfigError, NumericalError, ShapeError } from "../../core/errors.js";
import { shown } from "../../core/oneOf.js";
import { checkFinite, type Tensor } from "../../core/tensor.js";

/**
 * What is explained. Methods that share out relevance start from R_k of the outputs; methods made
 * of derivatives or differences explain the scalar f = Σ_k c_k y_k with c held fixed:
 *
 *   "arg-max" R_k = y_k at the largest output, 0 elsewhere (Blücher et al. 2020, App. C); c one-hot
 *   output         the same at an output of choice, one for all samples or one for each
 *   difference R_a = y_a, R_b = −y_b for outputs [a, b]: relevance for a against b; c_a = 1, c_b =
 *   −1
 *   weights        R_k = c_k y_k with c [n, outputs]
 *   target         R_k = t_k itself, e.g. the smeared label [n, outputs]; c = t
 */
export type Start =
  | "arg-max"
  | { readonly output: number | ArrayLike<number> }
  | { readonly difference: readonly [number, number] }
  | { readonly weights: Tensor }
  | { readonly target: Tensor };

/** For each sample of the batch the relevance it starts from, and the coefficients c. */
export interface Selection {
  readonly relevance: Float64Array;
  readonly coefficients: Float64Array;
}

/**
 * @throws ConfigError for an output that is not there, ShapeError if weights or target do not have
 *   the shape of the outputs
 */
export function checkStart(start: Start, samples: number, outputs: number): void {
  if (start === "arg-max") return;
  checkKind(start);
  if ("weights" in start || "target" in start) {
    const [what, given] =
      "weights" in start
        ? (["weights", start.weights] as const)
        : (["target", start.target] as const);
    if (given.shape.length !== 2 || given.shape[0] !== samples || given.shape[1] !== outputs) {
      throw new ShapeError(
        `start: the ${what} must have the shape of the outputs [${samples}, ${outputs}], got [${given.shape}].`,
        { got: given.shape },
      );
    }
    return checkFinite(given.data, `start, ${what}`);
  }
  const chosen =
    "difference" in start
      ? start.difference
      : typeof start.output === "number"
        ? [start.output]
        : Array.from(start.output);
  if ("output" in start && typeof start.output !== "number" && chosen.length !== samples) {
    throw new ShapeError(
      `start: ${chosen.length} chosen outputs for ${samples} samples. Give one number, or one for each sample.`,
    );
  }
  for (const k of chosen) {
    if (!(Number.isInteger(k) && k >= 0 && k < outputs)) {
      throw new ConfigError(
        `start: there is no output ${k}; the network has ${outputs}, counted from 0.`,
        { output: k },
      );
    }
  }
}

const ways = ["output", "difference", "weights", "target"] as const;

/** @throws ConfigError unless it says one thing of the four, in the form that it has */
function checkKind(start: Exclude<Start, string>): void {
  const own: Partial<Record<(typeof ways)[number], unknown>> =
    typeof start === "object" && start !== null ? start : {};
  const given = ways.filter((way) => own[way] !== undefined);
  const isList = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "length" in value;
  const isTensor = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "shape" in value && "data" in value;
  const [way] = given;
  const value = own[way];
  const formed =
    way === "output"
      ? typeof value === "number" || isList(value)
      : way === "difference"
        ? isList(value) && (value as ArrayLike<number>).length === 2
        : isTensor(value);
  if (given.length === 1 && formed) return;
  const fact = `start is ${shown(start)}`;
  const cure = "{ output: k }, { difference: [a, b] }, { weights: tensor } or { target: tensor }";
  throw new ConfigError(`${fact}; it must be "arg-max", ${cure}.`, { start });
}

/**
 * Writes R and c of `batch` samples, the first of which is sample `from` of all. `y` [batch,
 * outputs].
 */
export function select(
  start: Start,
  y: Float64Array,
  outputs: number,
  from: number,
  batch: number,
  into: Selection,
): void {
  const { relevance, coefficients } = into;
  coefficients.fill(0, 0, batch * outputs);
  for (let n = 0; n < batch; n++) {
    const o = n * outputs;
    if (start === "arg-max") {
      coefficients[o + argMax(y, o, outputs, from + n)] = 1;
    } else if ("output" in start) {
      coefficients[o + (typeof start.output === "number" ? start.output : start.output[from + n])] =
        1;
    } else if ("difference" in start) {
      coefficients[o + start.difference[0]] += 1;
      coefficients[o + start.difference[1]] -= 1;
    } else {
      const given = "weights" in start ? start.weights : start.target;
      for (let k = 0; k < outputs; k++) coefficients[o + k] = given.data[(from + n) * outputs + k];
    }
  }
  const own = typeof start === "object" && "target" in start;
  for (let p = 0; p < batch * outputs; p++)
    relevance[p] = own ? coefficients[p] : coefficients[p] * y[p];
}

/** @throws NumericalError for a NaN, which no other output is larger than */
function argMax(y: Float64Array, start: number, outputs: number, sample: number): number {
  let best = 0;
  for (let k = 0; k < outputs; k++) {
    if (Number.isNaN(y[start + k])) {
      const fact = `output ${k} of sample ${sample} is NaN, so none is the largest`;
      const cure = "Look for NaN in θ and in the inputs";
      throw new NumericalError(`start: ${fact}. ${cure}.`, { sample, output: k });
    }
    if (y[start + k] > y[start + best]) best = k;
  }
  return best;
}

/** f_n = Σ_k c_k y_k for each sample. */
export function selected(
  coefficients: Float64Array,
  y: Float64Array,
  outputs: number,
  batch: number,
  into: Float64Array,
): void {
  for (let n = 0; n < batch; n++) {
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += coefficients[n * outputs + k] * y[n * outputs + k];
    into[n] = sum;
  }
}
