import { ConfigError } from "../../core/errors.js";
import { isNonNegative, one } from "../rules/entryMap.js";
import type { ZeroDenominators } from "../rules/loss.js";
import type { RelevanceRule } from "../rules/rules.js";
import { isMatrix } from "./denseRows.js";
import type { LinearBatch } from "./linearBatch.js";
import { prepareParts, type LinearBinding, type PreparedPart } from "./preparedRule.js";
import { quotientsOf } from "./quotients.js";
import { multiply, sharesOf } from "./shares.js";
import { scatterSupport } from "./sparseConvolution.js";

export interface LinearPropagator {
  /**
   * R_i from R_j by the rule, given the layer's inputs x and outputs y.
   * @param out  [batch, features], written
   */
  propagate(
    x: Float64Array,
    y: Float64Array,
    relevance: Float64Array,
    out: Float64Array,
    batch: number,
    lost: ZeroDenominators,
  ): void;
}

/**
 * A rule bound to a layer: transformed weights, and denominators that do not depend on the data,
 * are made once and serve all batches; and how relevance goes is chosen here.
 */
export function linearPropagator(binding: LinearBinding): LinearPropagator {
  const {
    rule: { bounds },
    layer,
    features,
  } = binding;
  const parts = prepareParts(binding);
  const through = scattering(binding, parts) ?? partByPart(binding, parts);
  return {
    propagate(x, y, relevance, out, batch, lost) {
      if (bounds) checkBounds(bounds, layer, x, batch, features);
      through(x, y, relevance, out, batch, lost);
    },
  };
}

type Propagate = LinearPropagator["propagate"];

/**
 * From the support of R_j alone, where it is known and nothing of the one term depends on the data.
 */
function scattering(binding: LinearBinding, parts: readonly PreparedPart[]): Propagate | undefined {
  const { geometry, support, features, work } = binding;
  const [{ reciprocal, share, terms }] = parts;
  const [{ taken, takes, weight }] = terms;
  if (!geometry || !support || !reciprocal || !taken || parts.length > 1 || terms.length > 1)
    return undefined;
  const [xs] = work.inputs;
  return (_x, _y, relevance, out, batch, lost) => {
    const w = weight();
    scatterSupport(geometry, support, w, reciprocal, share, relevance, out, batch, lost);
    multiply(out, taken, xs, takes === one, share, batch, features);
  };
}

/** Quotients of each part, then the shares that its inputs take of them. */
function partByPart(binding: LinearBinding, parts: readonly PreparedPart[]): Propagate {
  const { features, outputs } = binding;
  const steps = parts.map((part) => ({
    canBeFew: canBeFew(binding, part),
    quotients: quotientsOf(binding, part),
    shares: sharesOf(binding, part),
  }));
  return (x, y, relevance, out, batch, lost) => {
    const nonNegative = isNonNegative(x, batch * features);
    let written = false;
    for (const { canBeFew, quotients, shares } of steps) {
      const few = canBeFew && isSparse(relevance, batch * outputs);
      const of: LinearBatch = { x, y, relevance, out, batch, lost, nonNegative, few };
      written = shares(of, quotients(of), written);
    }
    if (!written) out.fill(0, 0, batch * features);
  };
}

/**
 * Whether a part can go row by row: the quotients of outputs without relevance are 0 whatever their
 * denominators.
 */
const canBeFew = ({ geometry, rule }: LinearBinding, { fixed }: PreparedPart): boolean =>
  geometry !== undefined && isMatrix(geometry) && !fixed && typeof rule.stabiliser === "number";

/** Below this fraction of outputs with relevance a dense layer is treated row by row. */
const FEW = 0.5;

function isSparse(values: Float64Array, count: number): boolean {
  let found = 0;
  for (let p = 0; p < count; p++) if (values[p] !== 0) found++;
  return found < FEW * count;
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
