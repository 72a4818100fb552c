import { ShapeError } from "../../core/errors.js";
import type { AffineGeometry } from "../../nn/layers/layer.js";
import { reciprocals } from "../rules/divide.js";
import { identity, mapEntries, type EntryMap } from "../rules/entryMap.js";
import type { RelevanceRule, RulePart } from "../rules/rules.js";
import { denseRows, isMatrix, type DenseRows } from "./denseRows.js";
import type { LinearMap } from "./linearMaps.js";
import type { Support } from "./sparseConvolution.js";

/**
 * Buffers that the propagators of a network share: two for batches of inputs of any layer, three
 * for outputs.
 */
export interface Workspace {
  readonly inputs: readonly [Float64Array, Float64Array];
  readonly outputs: readonly [Float64Array, Float64Array, Float64Array];
}

/** A rule and the layer that it is bound to. */
export interface LinearBinding {
  readonly map: LinearMap;
  readonly rule: RelevanceRule;
  /** What messages call the layer. */
  readonly layer: string;
  readonly weight: Float64Array;
  readonly bias?: Float64Array;
  /** Entries of one sample on either side. */
  readonly features: number;
  readonly outputs: number;
  readonly work: Workspace;
  /** Of an affine layer; absent for sums. */
  readonly geometry?: AffineGeometry;
  /** Where R_j can differ from 0, if that is known. */
  readonly support?: Support;
}

/** A term of a rule with what of it does not depend on the data. */
export interface PreparedTerm {
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

export interface PreparedPart {
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

/** @throws ShapeError if a rule has bounds for another number of entries */
export function prepareParts(binding: LinearBinding): PreparedPart[] {
  const weights = transformedWeights(binding);
  return binding.rule.parts.map((part) => {
    const terms = part.terms.map((term) => prepareTerm(binding, weights, term));
    const fixed = fixedDenominators(binding, terms);
    const { stabiliser } = binding.rule;
    const all = terms.every(({ row }) => row !== undefined);
    return {
      share: part.share,
      outputs: part.outputs,
      terms,
      fixed,
      reciprocal:
        fixed && all && !part.outputs && typeof stabiliser === "number"
          ? reciprocals(fixed, stabiliser)
          : undefined,
      isOutput: isOutput(binding, part, terms),
    };
  });
}

/** w(W), each made once and when it is first asked for. */
interface TransformedWeights {
  whole(w: EntryMap): Float64Array;
  readonly rows: ((w: EntryMap) => DenseRows) | undefined;
}

function transformedWeights(binding: LinearBinding): TransformedWeights {
  const { weight, features, outputs, geometry } = binding;
  const whole = new Map<EntryMap, Float64Array>([[identity, weight]]);
  const rows = new Map<EntryMap, DenseRows>();
  return {
    whole: (w) =>
      kept(whole, w, () => {
        const made = new Float64Array(weight.length);
        mapEntries(w, weight, made, 1, weight.length);
        return made;
      }),
    rows:
      geometry && isMatrix(geometry)
        ? (w) => kept(rows, w, () => denseRows(weight, features, outputs, w))
        : undefined,
  };
}

function kept<K, V>(made: Map<K, V>, key: K, make: () => V): V {
  let value = made.get(key);
  if (value === undefined) made.set(key, (value = make()));
  return value;
}

function prepareTerm(
  { rule, layer, bias, features }: LinearBinding,
  weights: TransformedWeights,
  { x, w, b, takes = x }: RulePart["terms"][number],
): PreparedTerm {
  const wrong = [x, takes].find((map) => (map.features ?? features) !== features);
  if (wrong) {
    throw new ShapeError(
      `${layer}: the rule ${rule.name} brings ${wrong.features} bounds for ${features} input entries. Give one number, or one for each entry.`,
    );
  }
  const rowOf = (map: EntryMap): Float64Array | undefined =>
    map.constant ? Float64Array.from({ length: features }, (_, f) => map.of(0, f)) : undefined;
  const share = bias?.map((value, j) => b.of(value, j));
  const { rows } = weights;
  const row = rowOf(x);
  return {
    x,
    weight: () => weights.whole(w),
    rows: rows && (() => rows(w)),
    bias: hasBias(share) ? share : undefined,
    row,
    takes,
    taken: takes === x ? row : rowOf(takes),
  };
}

/** Σ of the terms that do not depend on the data; undefined if there are none. */
function fixedDenominators(
  { map, outputs }: LinearBinding,
  terms: readonly PreparedTerm[],
): Float64Array | undefined {
  let fixed: Float64Array | undefined;
  for (const { weight, bias, row } of terms) {
    if (!row) continue;
    const sums = new Float64Array(outputs);
    map.apply(weight(), bias, row, sums, 1);
    fixed = fixed ? fixed.map((value, j) => value + sums[j]) : sums;
  }
  return fixed;
}

function isOutput(
  { bias }: LinearBinding,
  { terms: [only] }: RulePart,
  terms: readonly PreparedTerm[],
): boolean {
  return (
    terms.length === 1 &&
    only.x === identity &&
    only.w === identity &&
    (only.b === identity || (terms[0].bias === undefined && !hasBias(bias)))
  );
}

const hasBias = (bias: Float64Array | undefined): boolean =>
  bias?.some((value) => value !== 0) ?? false;
