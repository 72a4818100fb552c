// The convolution of Blücher et al. 2020, Table III, with a bottleneck: one number a filter.
import { core, nn } from "phaselens";

/** Means over the lattice hardly vary; so many times as large, a perceptron learns sooner. */
const SCALE = 5;

const activations = {
  relu: (value, then) => then(nn.relu(), value),
  softplus: (value, then) => then(nn.softplus(), value),
  square: (value, then) => then(nn.multiply(), value, value),
};

/**
 * Filters of 2 × 2 × 2 sites, their mean over the lattice, and a perceptron that makes κ of these.
 * @param {{ filters: number, hidden: number, activation: keyof typeof activations }} shape
 */
export function pooledNetwork({ filters, hidden, activation }) {
  const pooled = (x, then) => {
    const response = activations[activation](then(nn.conv3d(1, filters, 2), x), then);
    return then(nn.globalAveragePool(), response);
  };
  const larger = nn.operations.rescale(SCALE);
  const layers = [larger, nn.dense(filters, hidden), nn.tanh(), nn.dense(hidden, 1)];
  return {
    network: nn.graph(
      (x, then) => layers.reduce((v, one) => then(one, v), pooled(x, then)),
      "pooled",
    ),
    /** From fields to the bottleneck, [filters]. */
    trunk: nn.graph(pooled, "bottleneck"),
    layers,
    /** From there to the output. */
    head: nn.sequential(layers, "head"),
  };
}

/** Fields that go on behind their end, so that every site has its window: N³ to (N + 1)³. */
export function periodic(field, extent, into, at = 0) {
  const wide = extent + 1;
  for (let z = 0; z < wide; z++)
    for (let y = 0; y < wide; y++) {
      const from = ((z % extent) * extent + (y % extent)) * extent;
      const to = at + (z * wide + y) * wide;
      for (let x = 0; x < extent; x++) into[to + x] = field[from + x];
      into[to + extent] = field[from];
    }
}

/** Values are standardised: one unit is that many in κ. */
export const UNIT = 0.2;

/**
 * Samples that `nn.train` asks for one by one.
 * @param {{ fields: readonly Float64Array[], kappa: Float64Array, extent: number }} set
 */
export function source({ fields, kappa, extent }) {
  const wide = extent + 1;
  return {
    count: fields.length,
    inputShape: [1, wide, wide, wide],
    outputs: 1,
    readInput: (sample, into, at) => periodic(fields[sample], extent, into, at),
    readTarget: (sample, into, at) => (into[at] = kappa[sample] / UNIT),
  };
}

/** Pooled features of all configurations, [n, filters]. */
export function features(trunk, theta, { fields, extent }, chunk = 64) {
  const wide = extent + 1;
  const own = theta.subarray(0, trunk.parameterCount);
  const parts = [];
  for (let from = 0; from < fields.length; from += chunk) {
    const some = fields.slice(from, from + chunk);
    const x = core.tensor([some.length, 1, wide, wide, wide]);
    some.forEach((field, k) => periodic(field, extent, x.data, k * wide * wide * wide));
    parts.push(nn.predict(trunk, own, x));
  }
  const filters = parts[0].shape[1];
  return core.tensor(
    [fields.length, filters],
    Float64Array.from(parts.flatMap(({ data }) => Array.from(data))),
  );
}

/** κ̂ from features. */
export function predicted(head, theta, pooled) {
  const own = theta.subarray(theta.length - head.parameterCount);
  return nn.predict(head, own, pooled).data.map((value) => UNIT * value);
}
