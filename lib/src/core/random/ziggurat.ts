// Layers of equal area under exp(−x²/2), Marsaglia & Tsang (2000) in the form of Doornik, "An
// improved ziggurat method" (2005).
export const LAYERS = 128;
const TAIL = 3.442619855899; // where the tail begins: right edge of the lowest layer
const AREA = 9.91256303526217e-3; // of each layer, the tail belonging to the lowest

/** Right edge of layer i; edge[0] is that of a box as large as lowest layer and tail. */
export const edge: Float64Array = new Float64Array(LAYERS + 1);
/** |u| below this: the point lies under the curve without looking. */
export const inner: Float64Array = new Float64Array(LAYERS);
edge[0] = AREA / Math.exp(-0.5 * TAIL * TAIL);
edge[1] = TAIL;
for (let i = 2; i < LAYERS; i++) {
  edge[i] = Math.sqrt(
    -2 * Math.log(AREA / edge[i - 1] + Math.exp(-0.5 * edge[i - 1] * edge[i - 1])),
  );
}
edge[LAYERS] = 0;
for (let i = 0; i < LAYERS; i++) inner[i] = edge[i + 1] / edge[i];

/**
 * One attempt at a normal number: the ziggurat with its exact tail (no cut, unlike a sum or a
 * table).
 * @param u      uniform in [−1, 1)
 * @param layer  uniform in 0 … 127, independent of `u`
 * @param more   further uniforms in [0, 1), drawn in about 1.2 % of the attempts
 * @returns      the number, or undefined if the point fell outside the curve: try again
 */
export function normalFrom(
  u: number,
  layer: number,
  more: { uniform(): number },
): number | undefined {
  if (Math.abs(u) < inner[layer]) return u * edge[layer];
  if (layer === 0) return tail(u < 0 ? -1 : 1, more);
  const x = u * edge[layer];
  const lower = Math.exp(-0.5 * (edge[layer] * edge[layer] - x * x));
  const upper = Math.exp(-0.5 * (edge[layer + 1] * edge[layer + 1] - x * x));
  return upper + more.uniform() * (lower - upper) < 1 ? x : undefined;
}

/** Beyond TAIL, by Marsaglia (1964): exact for the normal distribution. */
function tail(sign: number, more: { uniform(): number }): number {
  for (;;) {
    // 1 − uniform lies in (0, 1], so the logarithm is finite
    const x = -Math.log(1 - more.uniform()) / TAIL;
    const y = -Math.log(1 - more.uniform());
    if (2 * y >= x * x) return sign * (TAIL + x);
  }
}
