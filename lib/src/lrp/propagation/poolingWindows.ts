import { ConfigError } from "../../core/errors.js";
import type { PoolingMap } from "../../nn/layers/layer.js";

/**
 * Which input entries each window of a maximum pooling holds: [outputs, entries], −1 for none.
 *
 * A prepared pooling of cubes tells only where its maximum came from. So it is asked again and
 * again, each time with the entries named so far struck out, until every window is empty; that
 * gives whole windows because they do not overlap.
 * @throws ConfigError if windows overlap and the layer does not list them
 */
export function maximumWindows(map: PoolingMap, outputs: number, features: number): Int32Array {
  if (map.windows) return map.windows;
  const x = new Float64Array(features);
  const y = new Float64Array(outputs);
  const source = new Int32Array(outputs);
  const rounds: Int32Array[] = [];
  for (;;) {
    map.forward(x, y, source, 1);
    const left = y.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
    if (left === 0) break;
    if (left < outputs || new Set(source).size < outputs) {
      throw new ConfigError(
        "relevance: the windows of this maximum pooling overlap, which only the rule winnerTakesAll can treat. Use that rule.",
      );
    }
    rounds.push(source.slice());
    for (const at of source) x[at] = -Infinity;
  }
  return Int32Array.from(
    { length: outputs * rounds.length },
    (_, p) => rounds[p % rounds.length][Math.floor(p / rounds.length)],
  );
}
