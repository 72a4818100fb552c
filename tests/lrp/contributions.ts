import type { AffineLayer } from "phaselens/nn";

/** One product x_i W_ji of a layer, by its place in a sample of inputs and of outputs. */
export interface Connection {
  readonly i: number;
  readonly j: number;
  readonly w: number;
}

export interface Connected {
  readonly inputs: number;
  readonly outputs: number;
  readonly connections: readonly Connection[];
  readonly bias: Float64Array;
}

/** All products of an affine layer, read off its geometry. */
export function connectionsOf(
  layer: AffineLayer,
  input: readonly number[],
  weight: Float64Array,
  bias: Float64Array,
): Connected {
  const { outChannels, inChannels, taps, sites, inputSites, siteOf } = layer.map(input).geometry;
  const connections: Connection[] = [];
  for (let c = 0; c < outChannels; c++) {
    for (let t = 0; t < sites; t++) {
      for (let d = 0; d < inChannels; d++) {
        for (let k = 0; k < taps; k++) {
          const site = siteOf[t * taps + k];
          if (site >= 0)
            connections.push({
              i: d * inputSites + site,
              j: c * sites + t,
              w: weight[(c * inChannels + d) * taps + k],
            });
        }
      }
    }
  }
  const outputs = outChannels * sites;
  return {
    inputs: inChannels * inputSites,
    outputs,
    connections,
    bias: Float64Array.from({ length: outputs }, (_, j) => bias[Math.floor(j / sites)]),
  };
}

/**
 * c_ij of one product, and c_j of the bias, given the product x_i W_ji, its factors, and the output
 * y_j.
 */
export interface Share {
  product(xw: number, x: number, w: number, y: number): number;
  bias(b: number, y: number): number;
}

/**
 * R_i = Σ_j t_ij / (Σ_i c_ij + c_j + ε sign) R_j written out; 0/0 = 0.
 * @param takes  t_ij (default c_ij)
 */
export function shareOut(
  { inputs, outputs, connections, bias }: Connected,
  x: Float64Array,
  r: Float64Array,
  share: Share,
  epsilon = 0,
  takes: Share["product"] = share.product,
): Float64Array {
  const y = bias.slice();
  for (const { i, j, w } of connections) y[j] += w * x[i];
  const out = new Float64Array(inputs);
  for (let j = 0; j < outputs; j++) {
    const own = connections.filter((one) => one.j === j);
    let z = share.bias(bias[j], y[j]);
    for (const { i, w } of own) z += share.product(x[i] * w, x[i], w, y[j]);
    z += z < 0 ? -epsilon : epsilon;
    if (z === 0) continue;
    for (const { i, w } of own) out[i] += (takes(x[i] * w, x[i], w, y[j]) / z) * r[j];
  }
  return out;
}
