import type { Views } from "../views.js";

/**
 * The edge block of an interaction network,
 *
 *   y[j, r] = Σ_s m_rs relu(W₃ relu(W₂ relu(W₁ [x_r, x′_s] + b₁) + b₂) + b₃)_j
 *
 * where sender s stands for m_rs equal objects: 1, more for the last one, and one less where it is
 * the receiver itself.
 *
 * @param list  places and sizes of the block in the arena: 0 receiver features R, 1 sender features
 *   S, 2 receivers, 3 senders, 4 unused, 5 how often the last sender stands for itself, 6 whether
 *   senders are the receivers, 7 to 9 widths of the three layers, 10 step from row to row of what
 *   is
 *   kept by object, 11 of what is kept by site (of a tile); then offsets: 12 receivers, 13 senders
 *   [features, step], 14 to 19 weights and biases, 20, 21 the first layer of each receiver and
 *   sender, 22 to 24 layers and 25 weights of the sites, 26 the output, 27 its gradient
 *   [width, step], 28, 29 gradients at the sites, 30, 31 at the first layer, 32 to 37 of weights
 *   and
 *   biases
 */
export function edgeForward({ f64, i32 }: Views, list: number): void {
  const [receivers, width, step] = [i32[list + 2], i32[list + 9], i32[list + 10]];
  for (let r = 0; r < receivers; r++) {
    for (let j = 0; j < width; j++) f64[i32[list + 26] + j * step + r] = 0;
    eachSender(f64, i32, list, r, (_s, weight, [, , , third]) => {
      for (let j = 0; j < width; j++) f64[i32[list + 26] + j * step + r] += weight * third[j];
    });
  }
}

/**
 * Adds the gradient of Σ_jr g[j, r] y[j, r] with respect to weights and biases; `list` as above.
 */
export function edgeGradient({ f64, i32 }: Views, list: number): void {
  const [receivers, width, step] = [i32[list + 2], i32[list + 9], i32[list + 10]];
  for (let r = 0; r < receivers; r++) {
    eachSender(f64, i32, list, r, (_s, weight, layers) => {
      let delta = Float64Array.from({ length: width }, (_, j) =>
        layers[3][j] > 0 ? weight * f64[i32[list + 27] + j * step + r] : 0,
      );
      for (let l = 2; l >= 0; l--) {
        const input = layers[l];
        const [w, gw, gb] = [
          i32[list + 14 + 2 * l],
          i32[list + 32 + 2 * l],
          i32[list + 33 + 2 * l],
        ];
        const below = new Float64Array(input.length);
        for (let j = 0; j < delta.length; j++) {
          f64[gb + j] += delta[j];
          for (let k = 0; k < input.length; k++) {
            f64[gw + j * input.length + k] += delta[j] * input[k];
            if (input[k] > 0) below[k] += f64[w + j * input.length + k] * delta[j];
          }
        }
        delta = below;
      }
    });
  }
}

/** Input and layers of each pair with a receiver. */
function eachSender(
  f64: Float64Array,
  i32: Int32Array,
  list: number,
  r: number,
  visit: (s: number, weight: number, layers: readonly Float64Array[]) => void,
): void {
  const [R, S, senders, step] = [i32[list], i32[list + 1], i32[list + 3], i32[list + 10]];
  for (let s = 0; s < senders; s++) {
    const pair = Float64Array.from({ length: R + S }, (_, k) =>
      k < R ? f64[i32[list + 12] + k * step + r] : f64[i32[list + 13] + (k - R) * step + s],
    );
    const layers = [pair];
    for (let l = 0; l < 3; l++) {
      const input = layers[l];
      const [w, b] = [i32[list + 14 + 2 * l], i32[list + 15 + 2 * l]];
      layers.push(
        Float64Array.from({ length: i32[list + 7 + l] }, (_, j) => {
          let z = f64[b + j];
          for (let k = 0; k < input.length; k++) z += f64[w + j * input.length + k] * input[k];
          return z < 0 ? 0 : z; // NaN stays
        }),
      );
    }
    const weight =
      (s === senders - 1 ? i32[list + 5] : 1) - (i32[list + 6] !== 0 && r === s ? 1 : 0);
    visit(s, weight, layers);
  }
}
