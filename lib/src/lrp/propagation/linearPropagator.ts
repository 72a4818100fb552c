import { ConfigError, ShapeError } from "../../core/errors.js";
import type { AffineGeometry } from "../../nn/layers/layer.js";
import {
  identity,
  isNonNegative,
  mapEntries,
  mapped,
  one,
  type EntryMap,
} from "../rules/entryMap.js";
import { denseRows, isMatrix, type DenseRows } from "./denseRows.js";
import { divide, reciprocals, scale } from "../rules/divide.js";
import type { LinearMap } from "./linearMaps.js";
import type { ZeroDenominators } from "../rules/loss.js";
import type { RelevanceRule, RulePart, Stabiliser } from "../rules/rules.js";
import { scatterSupport, type Support } from "./sparseConvolution.js";

/**
 * Buffers that the propagators of a network share: two for batches of inputs of any layer, three
 * for outputs.
 */
export interface Workspace {
  readonly inputs: readonly [Float64Array, Float64Array];
  readonly outputs: readonly [Float64Array, Float64Array, Float64Array];
}

export interface LinearPropagator {
  /**
   * R_i from R_j by the rule, given the layer's inputs x and outputs y.
   * @param out      [batch, features], written
   * @param support  of R_j, where it is known
   */
  propagate(
    x: Float64Array,
    y: Float64Array,
    relevance: Float64Array,
    out: Float64Array,
    batch: number,
    lost: ZeroDenominators,
    support?: Support,
  ): void;
}

interface PreparedTerm {
  readonly x: EntryMap;
  readonly weight: () => Float64Array;
  readonly bias: Float64Array | undefined;
  /** The same weights row by row, for dense layers. */
  readonly rows: (() => DenseRows) | undefined;
  /** x(x_i) where it is the same for all data. */
  readonly row: Float64Array | undefined;
  /** t(x_i), and where that is the same. */
  readonly takes: EntryMap;
  readonly taken: Float64Array | undefined;
}

interface PreparedPart {
  readonly share: number;
  readonly outputs: RulePart["outputs"];
  readonly terms: readonly PreparedTerm[];
  /** Part of the denominators that is the same for all data. */
  readonly fixed: Float64Array | undefined;
  /** 1 / denominators where all of it is. */
  readonly reciprocal: Float64Array | undefined;
  /** The denominators are the layer's outputs. */
  readonly isOutput: boolean;
}

/** Below this fraction of outputs with relevance a dense layer is treated row by row. */
const FEW = 0.5;

/**
 * A rule bound to a layer: transformed weights, and denominators that do not depend on the data,
 * are made once and serve all batches.
 *
 * @param features, outputs  entries of one sample on either side
 * @param geometry           of an affine layer; absent for sums
 */
export function linearPropagator(
  map: LinearMap,
  rule: RelevanceRule,
  layer: string,
  weight: Float64Array,
  bias: Float64Array | undefined,
  features: number,
  outputs: number,
  work: Workspace,
  geometry?: AffineGeometry,
): LinearPropagator {
  const dense = geometry !== undefined && isMatrix(geometry);
  const transformed = new Map<EntryMap, Float64Array>([[identity, weight]]);
  const weightFor = (w: EntryMap): Float64Array => {
    let made = transformed.get(w);
    if (made) return made;
    transformed.set(w, (made = new Float64Array(weight.length)));
    mapEntries(w, weight, made, 1, weight.length);
    return made;
  };
  const staged = new Map<EntryMap, DenseRows>();
  const rowsOf = dense
    ? (w: EntryMap): DenseRows => {
        let rows = staged.get(w);
        if (!rows) staged.set(w, (rows = denseRows(weight, features, outputs, w)));
        return rows;
      }
    : undefined;
  const parts = rule.parts.map((part) =>
    preparePart(map, part, rule, layer, weightFor, rowsOf, bias, features, outputs),
  );
  const [xs, gx] = work.inputs;
  const [z, s, more] = work.outputs;
  return {
    propagate(x, y, relevance, out, batch, lost, support) {
      if (rule.bounds) checkBounds(rule.bounds, layer, x, batch, features);
      let written = false;
      const nonNegative = isNonNegative(x, batch * features);
      for (const part of parts) {
        if (
          geometry &&
          support &&
          part.reciprocal &&
          parts.length === 1 &&
          part.terms.length === 1 &&
          part.terms[0].taken
        ) {
          const [{ weight: w, taken: row, takes: unit }] = part.terms;
          scatterSupport(
            geometry,
            support,
            w(),
            part.reciprocal,
            part.share,
            relevance,
            out,
            batch,
            lost,
          );
          return multiply(out, row, xs, unit === one, part.share, batch, features);
        }
        // the quotients of outputs without relevance are 0 whatever their denominators
        const few =
          dense &&
          !part.fixed &&
          typeof rule.stabiliser === "number" &&
          countNonZero(relevance, batch * outputs) < FEW * batch * outputs;
        if (part.reciprocal) {
          scale(relevance, part.reciprocal, part.share, s, batch, outputs, lost);
        } else {
          const sums = part.isOutput ? y : z;
          if (few && !part.isOutput)
            fewDenominators(part, x, xs, z, more, relevance, batch, features, outputs, nonNegative);
          else if (!part.isOutput)
            denominators(map, part, x, xs, z, more, batch, features, outputs, nonNegative);
          const gate = part.outputs && y;
          divide(
            relevance,
            sums,
            part.fixed,
            typeof rule.stabiliser === "number"
              ? rule.stabiliser
              : stabilisers(rule.stabiliser, layer, x, sums, part.fixed, batch, features, outputs),
            part.share,
            gate,
            part.outputs === "negative" ? -1 : 1,
            s,
            batch,
            outputs,
            lost,
          );
        }
        for (const term of part.terms) {
          const { takes, taken } = term;
          const factor = taken ?? mapped(takes, x, xs, batch, features, nonNegative);
          if (!factor) continue;
          const target = written ? gx : out;
          if (few && !written && !taken && part.share === 1) {
            term.rows!().combine(s, factor, out, batch);
            written = true;
            continue;
          }
          if (few) term.rows!().combine(s, undefined, target, batch);
          else map.applyTransposed(term.weight(), s, target, batch);
          if (written)
            addProducts(out, gx, taken, factor, takes === one, part.share, batch, features);
          else multiply(out, taken, factor, takes === one, part.share, batch, features);
          written = true;
        }
      }
      if (!written) out.fill(0, 0, batch * features);
    },
  };
}

function preparePart(
  map: LinearMap,
  part: RulePart,
  rule: RelevanceRule,
  layer: string,
  weightFor: (w: EntryMap) => Float64Array,
  rowsOf: ((w: EntryMap) => DenseRows) | undefined,
  bias: Float64Array | undefined,
  features: number,
  outputs: number,
): PreparedPart {
  const rowOf = (map: EntryMap): Float64Array | undefined =>
    map.constant ? Float64Array.from({ length: features }, (_, f) => map.of(0, f)) : undefined;
  const terms = part.terms.map(({ x, w, b, takes = x }): PreparedTerm => {
    const wrong = [x, takes].find((map) => (map.features ?? features) !== features);
    if (wrong) {
      throw new ShapeError(
        `${layer}: the rule ${rule.name} brings ${wrong.features} bounds for ${features} input entries. Give one number, or one for each entry.`,
      );
    }
    const share = bias?.map((value, j) => b.of(value, j));
    const row = rowOf(x);
    const rows = rowsOf && ((): DenseRows => rowsOf(w));
    return {
      x,
      weight: () => weightFor(w),
      rows,
      bias: share?.some((value) => value !== 0) ? share : undefined,
      row,
      takes,
      taken: takes === x ? row : rowOf(takes),
    };
  });
  const constant = terms.filter((term) => term.row !== undefined);
  let fixed: Float64Array | undefined;
  for (const { weight, bias: share, row } of constant) {
    const sums = new Float64Array(outputs);
    map.apply(weight(), share, row!, sums, 1);
    fixed = fixed ? fixed.map((value, j) => value + sums[j]) : sums;
  }
  const [only] = part.terms;
  return {
    share: part.share,
    outputs: part.outputs,
    terms,
    fixed,
    reciprocal:
      fixed &&
      constant.length === terms.length &&
      !part.outputs &&
      typeof rule.stabiliser === "number"
        ? reciprocals(fixed, rule.stabiliser)
        : undefined,
    isOutput:
      terms.length === 1 &&
      only.x === identity &&
      only.w === identity &&
      (only.b === identity || (terms[0].bias === undefined && !hasBias(bias))),
  };
}

/** ε of each sample. [batch] */
function stabilisers(
  stabiliser: Stabiliser,
  layer: string,
  x: Float64Array,
  z: Float64Array,
  fixed: Float64Array | undefined,
  batch: number,
  features: number,
  outputs: number,
): Float64Array {
  return Float64Array.from({ length: batch }, (_, n) => {
    const own = z.subarray(n * outputs, (n + 1) * outputs);
    const epsilon = stabiliser(
      x.subarray(n * features, (n + 1) * features),
      fixed ? own.map((value, j) => value + fixed[j]) : own,
    );
    if (epsilon >= 0 && epsilon < Infinity) return epsilon;
    const cure = "Return a finite number ≥ 0";
    throw new ConfigError(`${layer}: the stabiliser of its rule gives ε = ${epsilon}. ${cure}.`, {
      epsilon,
    });
  });
}

const hasBias = (bias: Float64Array | undefined): boolean =>
  bias?.some((value) => value !== 0) ?? false;

/** z = Σ_terms A(w(W)) x(x) + b(b), over the terms that depend on the data. */
function denominators(
  map: LinearMap,
  part: PreparedPart,
  x: Float64Array,
  xs: Float64Array,
  z: Float64Array,
  more: Float64Array,
  batch: number,
  features: number,
  outputs: number,
  nonNegative: boolean,
): void {
  let written = false;
  for (const term of part.terms) {
    if (term.row) continue;
    const values = mapped(term.x, x, xs, batch, features, nonNegative);
    if (!values && !term.bias) continue;
    if (!values) xs.fill(0, 0, batch * features);
    map.apply(term.weight(), term.bias, values ?? xs, written ? more : z, batch);
    if (written) for (let p = 0; p < batch * outputs; p++) z[p] += more[p];
    written = true;
  }
  if (!written) z.fill(0, 0, batch * outputs);
}

/** The same at outputs with relevance; elsewhere z means nothing. */
function fewDenominators(
  part: PreparedPart,
  x: Float64Array,
  xs: Float64Array,
  z: Float64Array,
  some: Float64Array,
  relevance: Float64Array,
  batch: number,
  features: number,
  outputs: number,
  nonNegative: boolean,
): void {
  let written = false;
  for (const term of part.terms) {
    const values = mapped(term.x, x, xs, batch, features, nonNegative);
    if (!values && !term.bias) continue;
    const sums = written ? some : z;
    if (values) term.rows!().dots(values, relevance, sums, batch);
    else sums.fill(0, 0, batch * outputs);
    if (written) for (let p = 0; p < batch * outputs; p++) z[p] += some[p];
    if (term.bias)
      for (let n = 0, p = 0; n < batch; n++)
        for (let j = 0; j < outputs; j++, p++) z[p] += term.bias[j];
    written = true;
  }
  if (!written) z.fill(0, 0, batch * outputs);
}

function countNonZero(values: Float64Array, count: number): number {
  let found = 0;
  for (let p = 0; p < count; p++) if (values[p] !== 0) found++;
  return found;
}

/** out = share · factor · out, where the factor is a row for all samples, or one for each, or 1. */
function multiply(
  out: Float64Array,
  row: Float64Array | undefined,
  factor: Float64Array,
  unit: boolean,
  share: number,
  batch: number,
  features: number,
): void {
  if (unit && share === 1) return;
  for (let n = 0, p = 0; n < batch; n++) {
    for (let f = 0; f < features; f++, p++) out[p] *= share * (row ? row[f] : factor[p]);
  }
}

/** out += share · factor · g. */
function addProducts(
  out: Float64Array,
  g: Float64Array,
  row: Float64Array | undefined,
  factor: Float64Array,
  unit: boolean,
  share: number,
  batch: number,
  features: number,
): void {
  for (let n = 0, p = 0; n < batch; n++) {
    for (let f = 0; f < features; f++, p++)
      out[p] += share * (unit ? 1 : row ? row[f] : factor[p]) * g[p];
  }
}

function checkBounds(
  { low, high }: NonNullable<RelevanceRule["bounds"]>,
  layer: string,
  x: Float64Array,
  batch: number,
  features: number,
): void {
  for (let n = 0, p = 0; n < batch; n++) {
    for (let f = 0; f < features; f++, p++) {
      const [least, most] = [
        typeof low === "number" ? low : low[f],
        typeof high === "number" ? high : high[f],
      ];
      if (!(x[p] >= least && x[p] <= most)) {
        throw new ConfigError(
          `${layer}: entry ${f} of an input is ${x[p]}, outside the bounds [${least}, ${most}] of its rule z^B. Widen the bounds, or use wSquare.`,
          { feature: f, value: x[p] },
        );
      }
    }
  }
}
