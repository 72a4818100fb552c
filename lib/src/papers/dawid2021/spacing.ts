import { power } from "../../core/power.js";

/**
 * `count` evenly spaced numbers from start to stop, both included, rounded as numpy's linspace
 * does.
 */
export function linspace(start: number, stop: number, count: number): Float64Array {
  const step = (stop - start) / (count - 1);
  const values = Float64Array.from({ length: count }, (_, i) => i * step + start);
  values[count - 1] = stop;
  return values;
}

/**
 * `count` numbers from start to stop with a constant ratio, both included; numpy's geomspace to
 * four units in the last place.
 */
export function geomspace(start: number, stop: number, count: number): Float64Array {
  const values = linspace(Math.log10(start), Math.log10(stop), count).map((exponent) =>
    power(10, exponent),
  );
  values[0] = start;
  values[count - 1] = stop;
  return values;
}
