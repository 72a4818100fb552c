import { takes } from "../../core/arguments/takes.js";
import { count, listOf, numbers, real, record, text } from "../../core/arguments/kinds.js";
import { ShapeError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { norm, row, type Tensor } from "../../core/tensor.js";
import { cubeParity, cubeSymmetries } from "./cubeSymmetries.js";

/**
 * What a filter of 2 × 2 × 2 weights is by its weights alone: proportional to M or to −M (the same
 * sign on all sites), to M_s (alternating),
 * "neither", as the filter of the paramagnetic phase, in between ("mixed"), or dropped ("unused").
 */
export type FilterPattern = (typeof patterns)[number];

const patterns = ["M", "−M", "M_s", "neither", "mixed", "unused"] as const;

/** What is known of the pattern of a filter. */
export interface FilterPatternFacts {
  readonly pattern: FilterPattern;
  /** Cosine with the uniform and with the alternating filter. */
  readonly cosineM: number;
  readonly cosineMs: number;
  /**
   * Largest |cos| with one of the twelve filters of O_PM and of its staggered image,
   * `paramagneticFilters`.
   */
  readonly cosineO: number;
  /** √Σ w² in units of the largest of the network. */
  readonly relativeNorm: number;
}

/** Where the patterns begin and end. */
export const patternThresholds = {
  /**
   * |cos| from which on a filter is proportional to a pattern. Weights drawn at random get there in
   * 0.05 % of cases for M, 3 % for O_PM.
   */
  proportional: 0.9,
  /** |cos| with M and with M_s up to which a filter is neither. */
  neither: 0.35,
  /** Part of the largest norm up to which a filter is dropped; LASSO leaves 1e-3 or less. */
  unused: 0.01,
} as const;

const filterOfO = [1, 0, 0, -1, 1, 0, 0, -1];

/**
 * The filters that measure O_PM with its blocks along each axis and across each diagonal, and those
 * of its staggered image: twelve, up to
 * the sign. Blücher et al. 2020, Eq. (9) with one modulus, and Fig. 10; the first is that of the
 * equation, μ̂₁ along the first axis.
 */
export const paramagneticFilters: readonly (readonly number[])[] = [1, -1].flatMap((stagger) => {
  const images = cubeSymmetries.map((map) =>
    map.map((from, k) => filterOfO[from] * (stagger === 1 ? 1 : cubeParity[k])),
  );
  const upToSign = (weights: number[]): string =>
    weights.map((w) => w * weights.find((one) => one !== 0)! + 0).join(" ");
  return images.filter(
    (weights, k) => images.findIndex((other) => upToSign(other) === upToSign(weights)) === k,
  );
});

/** Cosine of the angle between two filters; 0 if one of them is 0. */
function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [lengthA, lengthB] = [norm(Float64Array.from(a)), norm(Float64Array.from(b))];
  if (lengthA === 0 || lengthB === 0) return 0;
  let sum = 0; // of unit vectors: the product of weights may be beyond the largest double
  for (let k = 0; k < a.length; k++) sum += (a[k] / lengthA) * (b[k] / lengthB);
  return sum;
}

/**
 * Patterns of the filters of a network.
 * @param filters  [filters, 2, 2, 2]
 * @throws ShapeError for filters of another size
 */
export function filterPatterns(filters: Tensor): FilterPatternFacts[] {
  const [count, ...kernel] = filters.shape;
  if (kernel.join() !== "2,2,2") {
    throw new ShapeError(
      `filterPatterns: filters of shape [${filters.shape}]; the patterns of Blücher et al. 2020 are [filters, 2, 2, 2].`,
      { shape: filters.shape },
    );
  }
  const all = Array.from({ length: count }, (_, f) =>
    row({ shape: [count, 8], data: filters.data }, f),
  );
  const largest = Math.max(...all.map(norm));
  return all.map((weights) => {
    const [cosineM, cosineMs] = [
      cosine(
        weights,
        cubeParity.map(() => 1),
      ),
      cosine(weights, cubeParity),
    ];
    const cosineO = Math.max(
      ...paramagneticFilters.map((other) => Math.abs(cosine(weights, other))),
    );
    const relativeNorm = largest === 0 ? 0 : norm(weights) / largest;
    return {
      pattern: patternOf(cosineM, cosineMs, relativeNorm),
      cosineM,
      cosineMs,
      cosineO,
      relativeNorm,
    };
  });
}

function patternOf(cosineM: number, cosineMs: number, relativeNorm: number): FilterPattern {
  const { proportional, neither, unused } = patternThresholds;
  if (relativeNorm <= unused) return "unused";
  if (Math.abs(cosineM) >= proportional) return cosineM > 0 ? "M" : "−M";
  if (Math.abs(cosineMs) >= proportional) return "M_s";
  return Math.max(Math.abs(cosineM), Math.abs(cosineMs)) <= neither ? "neither" : "mixed";
}

/** What of the paper's set of filters a network has. */
export interface FilterSet {
  /**
   * Exactly one filter ∝ M, one ∝ −M, one ∝ M_s and one that is neither, the others dropped:
   * Blücher et al. 2020, Fig. 7.
   */
  readonly paper: boolean;
  /** The same, and the one that is neither is proportional to one of `paramagneticFilters`. */
  readonly withO: boolean;
  /** Filters ∝ M and ∝ −M: the magnetisation with both signs. */
  readonly bothSigns: boolean;
  /** A filter ∝ M_s. */
  readonly staggered: boolean;
  /** How many filters are not dropped. */
  readonly used: number;
}

/**
 * Whether the filters of a network are the paper's, by pattern. @throws ConfigError for a pattern
 * that is none
 */
export function filterSet(facts: readonly FilterPatternFacts[]): FilterSet {
  takes("filterSet", {
    facts: [facts, listOf(record({ pattern: text, cosineO: real }, "what filterPatterns say"))],
  });
  for (const { pattern } of facts) oneOf(pattern, patterns, "filterSet: pattern");
  const tally = (pattern: FilterPattern): number =>
    facts.filter((fact) => fact.pattern === pattern).length;
  const used = facts.length - tally("unused");
  const paper =
    used === 4 &&
    facts.length > 4 &&
    (["M", "−M", "M_s", "neither"] as const).every((pattern) => tally(pattern) === 1);
  const close = facts.every(
    (fact) => fact.pattern !== "neither" || fact.cosineO >= patternThresholds.proportional,
  );
  return {
    paper,
    withO: paper && close,
    bothSigns: tally("M") > 0 && tally("−M") > 0,
    staggered: tally("M_s") > 0,
    used,
  };
}

/**
 * How alike two filters are, whatever their orientation: the largest |cos| over the 48 symmetries
 * of the cube, up to the sign.
 * Two filters of weights drawn at random have 0.73 (median), with the eight reflections alone 0.59.
 * @param symmetries  default all 48
 */
export function filterSimilarity(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  symmetries: readonly (readonly number[])[] = cubeSymmetries,
): number {
  takes("filterSimilarity", {
    a: [a, numbers(8, 8)],
    b: [b, numbers(8, 8)],
    symmetries: [symmetries, listOf(listOf(count(0, 7), 8, 8), 1)],
  });
  return similarity(a, b, symmetries);
}

/** The same for weights that are known to be eight each. */
export function similarity(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  symmetries: readonly (readonly number[])[] = cubeSymmetries,
): number {
  return Math.max(
    ...symmetries.map((map) =>
      Math.abs(
        cosine(
          a,
          map.map((from) => b[from]),
        ),
      ),
    ),
  );
}
