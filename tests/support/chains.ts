import type { core, physics } from "phaselens";
import { jackknife } from "phaselens/core";
import { expect } from "vitest";

type Field = Float64Array;

/** Observables along a chain: skips the first samples, then one value a sample for each. */
export function observe<K extends string>(
  chain: Iterable<physics.HmcSample>,
  span: { skip: number; count: number },
  observables: Record<K, (field: Field, sample: physics.HmcSample) => number>,
): Record<K, Float64Array> {
  const names = Object.keys(observables) as K[];
  const series = Object.fromEntries(
    names.map((name) => [name, new Float64Array(span.count)]),
  ) as Record<K, Float64Array>;
  let k = -span.skip;
  for (const sample of chain) {
    if (k >= 0) for (const name of names) series[name][k] = observables[name](sample.field, sample);
    if (++k === span.count) break;
  }
  return series;
}

/** A measured mean against an exact or measured one, in standard deviations of both together. */
export function pull(measured: core.Estimate, mean: number, error = 0): number {
  return (measured.mean - mean) / Math.hypot(measured.error, error);
}

/**
 * The means of all series agree with the expected ones within 4.5 standard deviations. For a
 * correct program and a normal mean each comparison fails for 7 in a million seeds; the seeds are
 * fixed.
 */
export function expectMeans<K extends string>(
  series: Record<K, Float64Array>,
  expected: Partial<Record<K, number | readonly number[]>>,
): void {
  for (const name of Object.keys(expected) as K[]) {
    const [mean, error] = [expected[name]!].flat() as number[];
    const measured = jackknife(series[name]);
    const text = `${name}: ${measured.mean} ± ${measured.error}, expected ${mean} ± ${error ?? 0}`;
    expect(Math.abs(pull(measured, mean, error)), text).toBeLessThan(4.5);
  }
}

/** The same for two chains that should have the same means. */
export function expectSameMeans<K extends string>(
  a: Record<K, Float64Array>,
  b: Record<K, Float64Array>,
): void {
  const means = Object.fromEntries(
    (Object.keys(b) as K[]).map((name) => {
      const { mean, error } = jackknife(b[name]);
      return [name, [mean, error]];
    }),
  ) as unknown as Record<K, readonly number[]>;
  expectMeans(a, means);
}
