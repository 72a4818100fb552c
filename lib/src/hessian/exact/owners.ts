import type { PoolingMap } from "../../nn/layers/layer.js";

/**
 * Owner of each feature: the channel of the latest affine layer whose parameters it depends on,
 * where that is one and the same for all samples. The planned Hessian keeps a feature's derivatives
 * by its owner, so it has to be known before any data is.
 */
export type Owners = Int32Array;

/** Features in runs of `span`, one run for each owner. */
export const ownersInRuns = (features: number, span: number): Owners =>
  Int32Array.from({ length: features }, (_, f) => Math.floor(f / span));

/** Whether owners come in runs of `span`. */
export const areRuns = (owners: Owners, span: number): boolean =>
  owners.every((owner, f) => owner === Math.floor(f / span));

/** Whether all `sites` of each channel have one owner. */
export function areWhole(owners: Owners, sites: number): boolean {
  return owners.every((owner, f) => owner === owners[f - (f % sites)]);
}

/**
 * Owners after a pooling; undefined if a window reaches over features of several.
 * @param height features of its output
 */
export function ownersPooled(map: PoolingMap, owners: Owners, height: number): Owners | undefined {
  return map.selects ? ownersChosen(map, owners, height) : ownersSummed(map, owners, height);
}

function ownersSummed(
  { sources, window }: PoolingMap,
  owners: Owners,
  height: number,
): Owners | undefined {
  const found = new Int32Array(height).fill(-1);
  for (let p = 0; p < sources.length; p++) {
    if (sources[p] < 0) continue;
    const [f, owner] = [Math.floor(p / window), owners[sources[p]]];
    if (found[f] >= 0 && found[f] !== owner) return undefined;
    found[f] = owner;
  }
  return found;
}

/** The largest and the smallest owner of each window, as the pooling itself finds them. */
function ownersChosen(map: PoolingMap, owners: Owners, height: number): Owners | undefined {
  const extreme = (sign: 1 | -1): Float64Array => {
    const y = new Float64Array(height);
    map.forward(
      Float64Array.from(owners, (owner) => sign * owner),
      y,
      new Int32Array(height),
      1,
    );
    return y.map((owner) => sign * owner);
  };
  const [largest, smallest] = [extreme(1), extreme(-1)];
  return largest.every((owner, f) => owner === smallest[f]) ? Int32Array.from(largest) : undefined;
}

/** Whether no feature belongs to two windows, as far as the pooling lists them. */
export function areApart({
  selects,
  sources,
  windows = selects ? undefined : sources,
}: PoolingMap): boolean {
  const seen = new Set<number>();
  return !windows || windows.every((f) => f < 0 || (!seen.has(f) && seen.add(f)));
}
