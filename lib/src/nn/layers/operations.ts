import { sumAlong, meanAlong, maximumAlong } from "./alongAxes.js";
import { expandLike, topK, gatherAt, where, maximum, minimum } from "./choices.js";
import { clip, power, rescale } from "./functions.js";
import { transpose, crop, take, expand, pad, gather } from "./gather.js";
import { mathFunction } from "./mathFunctions.js";
import { normalise } from "./normalise.js";
import { scaling } from "./scaling.js";
import { softmaxAlong } from "./softmaxAlong.js";
import { parameter, constant } from "./sources.js";

/**
 * Operations on the entries of a sample, by name: layers of graphs, sets and attention beside those
 * that networks are known by. Axes are those of a sample, the first is 0.
 *
 * - entries in other places: `transpose(axes)`, `crop(axis, start, count, step)`,
 *   `take(axis, places)`, `expand(shape)`, `pad(padding, constant)`,
 *   `gather(shape, sources, constant)`
 * - over axes: `sumAlong(axes)`, `meanAlong(axes)`, `maximumAlong(axes)`, `softmaxAlong(axis)`,
 *   `normalise(axes)`, and `scaling(features)`, a number for each feature
 * - found from values: `topK(k)`, `gatherAt()`, `expandLike()`, `where()`, `maximum()`, `minimum()`
 * - of no input: `parameter(shape)`, `constant(shape, values)`
 * - of one entry: `clip(low, high)`, `power(exponent)`, `rescale(factor, shift)`,
 *   `mathFunction(name)`
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const { sumAlong, transpose } = nn.operations;
 * const columns = nn.sequential([transpose([1, 0]), sumAlong([1])]);
 * console.log(nn.shapes(columns, [2, 3])); // → [ [ 2, 3 ], [ 3, 2 ], [ 3 ] ]
 * ```
 */
export const operations: {
  readonly transpose: typeof transpose;
  readonly crop: typeof crop;
  readonly take: typeof take;
  readonly expand: typeof expand;
  readonly pad: typeof pad;
  readonly gather: typeof gather;
  readonly sumAlong: typeof sumAlong;
  readonly meanAlong: typeof meanAlong;
  readonly maximumAlong: typeof maximumAlong;
  readonly topK: typeof topK;
  readonly gatherAt: typeof gatherAt;
  readonly expandLike: typeof expandLike;
  readonly where: typeof where;
  readonly maximum: typeof maximum;
  readonly minimum: typeof minimum;
  readonly softmaxAlong: typeof softmaxAlong;
  readonly normalise: typeof normalise;
  readonly scaling: typeof scaling;
  readonly parameter: typeof parameter;
  readonly constant: typeof constant;
  readonly clip: typeof clip;
  readonly power: typeof power;
  readonly rescale: typeof rescale;
  readonly mathFunction: typeof mathFunction;
} = {
  transpose,
  crop,
  take,
  expand,
  pad,
  gather,
  sumAlong,
  meanAlong,
  maximumAlong,
  topK,
  gatherAt,
  expandLike,
  where,
  maximum,
  minimum,
  softmaxAlong,
  normalise,
  scaling,
  parameter,
  constant,
  clip,
  power,
  rescale,
  mathFunction,
};
