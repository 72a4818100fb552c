// The bottleneck with σ(y) = y² is a bilinear form: the network on these few numbers is the one on
// the field, and trains in a hundredth of the time.
import { core, nn, papers, physics } from "phaselens";

const corners = papers.bluecher2020.cubeCorners;
const SIDE = corners.length + 1;
/** Numbers of one configuration. */
export const WIDTH = SIDE * SIDE;

/**
 * Means over the lattice of the products of a window's sites, and of these with 1: with
 * u = (φ of eight corners, 1) and ŵ = (w, b),  ⟨(w∗φ + b)²⟩ = ŵᵀ ⟨u uᵀ⟩ ŵ.
 * @param {Float64Array} field  @param {import("phaselens").physics.Lattice} lattice
 * @param {Float64Array} into  [9 × 9] from `at` on
 */
export function windowProducts(field, lattice, into, at = 0) {
  const known = new Map();
  const correlator = (r) => {
    const key = r.join();
    if (!known.has(key)) known.set(key, physics.fieldCorrelator(field, lattice, r));
    return known.get(key);
  };
  const magnetisation = physics.magnetisation(field);
  corners.forEach((a, i) => {
    corners.slice(i).forEach((b, k) => {
      const value = correlator(forward(b.map((step, axis) => step - a[axis])));
      into[at + i * SIDE + i + k] = into[at + (i + k) * SIDE + i] = value;
    });
    into[at + i * SIDE + SIDE - 1] = into[at + (SIDE - 1) * SIDE + i] = magnetisation;
  });
  into[at + WIDTH - 1] = 1;
}

/** Of ±r, which have the same correlator, the one whose first step goes forward. */
const forward = (r) => (r.find((step) => step !== 0) < 0 ? r.map((step) => -step) : r);

/** The same network, whose first parameters are ŵ, [9, filters]. */
export function bilinearNetwork(filters, headLayers) {
  const { parameter, sumAlong } = nn.operations;
  return nn.graph((products, then) => {
    const weights = then(parameter([SIDE, filters]));
    const half = then(nn.matmul(), products, weights);
    const pooled = then(sumAlong([0]), then(nn.multiply(), weights, half));
    return headLayers.reduce((value, one) => then(one, value), pooled);
  }, "bilinear");
}

/** Parameters of the convolution, [filters, 8] and [filters], to ŵ; what follows stays. */
export function toBilinear(theta, filters) {
  const own = Float64Array.from(theta);
  for (let f = 0; f < filters; f++) {
    for (let i = 0; i < SIDE - 1; i++) own[i * filters + f] = theta[f * (SIDE - 1) + i];
    own[(SIDE - 1) * filters + f] = theta[filters * (SIDE - 1) + f];
  }
  return own;
}

/** And back. */
export function fromBilinear(theta, filters) {
  const own = Float64Array.from(theta);
  for (let f = 0; f < filters; f++) {
    for (let i = 0; i < SIDE - 1; i++) own[f * (SIDE - 1) + i] = theta[i * filters + f];
    own[filters * (SIDE - 1) + f] = theta[(SIDE - 1) * filters + f];
  }
  return own;
}

/** φ → −φ, drawn anew for each use of a sample: of all products those with the 1 change sign. */
export const signFlips = {
  name: "sign flips",
  apply(x, count, width, rng) {
    for (let s = 0; s < count; s++) {
      if (rng.uniform() >= 0.5) continue;
      for (let i = 0; i < SIDE - 1; i++) {
        const [row, column] = [i * SIDE + SIDE - 1, (SIDE - 1) * SIDE + i];
        x[s * width + row] = -x[s * width + row];
        x[s * width + column] = -x[s * width + column];
      }
    }
  },
};

/** All configurations, [n, 9, 9]. */
export function allProducts(fields, lattice) {
  const x = core.tensor([fields.length, SIDE, SIDE]);
  fields.forEach((field, n) => windowProducts(field, lattice, x.data, n * WIDTH));
  return x;
}
