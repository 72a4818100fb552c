import type { Numbers } from "./numbers.js";

/** Objects that go into one product: enough that what is done around it costs little. */
const OBJECTS = 512;

/**
 * ∂/∂W += Σ g xᵀ and ∂/∂b += Σ g over the objects of `count` samples x [inputs, sites], g [outputs,
 * sites] at these places.
 */
export type WeightGradient = (
  x: number,
  g: number,
  weight: number,
  bias: number,
  count: number,
) => void;

export function makeWeightGradient(
  numbers: Numbers,
  outputs: number,
  inputs: number,
  sites: number,
  capacity: number,
): WeightGradient {
  const together = Math.min(capacity, Math.max(1, Math.floor(OBJECTS / sites)));
  const panels = Math.ceil(outputs / 4);
  const packed = numbers.take(4 * panels * together * sites);
  const turned = numbers.take(inputs * together * sites);
  const counts = new Int32Array(together);
  /** Objects of a sample that have a gradient; those that are not there come last and have none. */
  const alive = (g: number): number => {
    for (let j = 0; j < outputs; j++) if (numbers.all[g + (j + 1) * sites - 1] !== 0) return sites;
    return numbers.distinct(outputs, sites, g) - 1;
  };
  return (x, g, weight, bias, count) => {
    const [m, n] = [outputs, inputs];
    for (let first = 0; first < count; first += together) {
      const samples = Math.min(together, count - first);
      const placesOf = (s: number): readonly [number, number] => [
        x + (first + s) * inputs * sites,
        g + (first + s) * outputs * sites,
      ];
      let depth = 0; // of the samples that no library took
      for (let s = 0; s < samples; s++) {
        const [from, own] = placesOf(s);
        const q = alive(own);
        numbers.rowSums(outputs, sites, own, bias);
        const taken = numbers.native(
          m,
          n,
          q,
          own,
          sites,
          false,
          from,
          sites,
          true,
          weight,
          n,
          true,
        );
        depth += counts[s] = taken ? 0 : q;
      }
      if (depth === 0) continue;
      for (let s = 0, before = 0; s < samples; before += counts[s++]) {
        if (counts[s] === 0) continue;
        const [from, own] = placesOf(s);
        const at = packed + 4 * before;
        numbers.panels(panels, outputs, counts[s], own, sites, 1, at, 4 * depth);
        numbers.transpose(inputs, sites, from, turned + before * inputs);
      }
      numbers.matrix(m, n, depth, packed, turned, n, weight, n, 0, 1);
    }
  };
}
