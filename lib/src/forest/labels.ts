import { ConfigError } from "../core/errors.js";

/** Classes, at most. */
const MOST = 1000;

/**
 * Number of classes of labels, which are whole numbers from 0.
 * @param learning  what wants labels: '"logistic"'
 * @param most      classes
 * @throws ConfigError for what is no label
 */
export function classesOf(
  target: Float64Array,
  caller: string,
  learning: string,
  most: number = MOST,
): number {
  const at = target.findIndex((y) => !(Number.isInteger(y) && y >= 0 && y < most));
  if (at >= 0)
    throw new ConfigError(
      `${caller}: target ${at} is ${target[at]}; labels of ${learning} are whole numbers from 0 to ${most - 1}. Number the classes, or use "squared error".`,
      { sample: at, target: target[at] },
    );
  return target.reduce((k, y) => Math.max(k, y + 1), 2);
}

/** Part of each class by the weights. @throws ConfigError for a class without samples */
export function classParts(
  target: Float64Array,
  weights: Float64Array | undefined,
  classes: number,
  caller: string,
): Float64Array {
  const part = new Float64Array(classes);
  target.forEach((y, n) => (part[y] += weights?.[n] ?? 1));
  const empty = part.findIndex((own) => !(own > 0));
  if (empty >= 0)
    throw new ConfigError(
      `${caller}: no sample is of class ${empty} of ${classes}. Give samples of every class, numbered without gaps.`,
      { class: empty },
    );
  const whole = part.reduce((sum, own) => sum + own, 0);
  return part.map((own) => own / whole);
}
