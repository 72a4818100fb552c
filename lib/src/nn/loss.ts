import { ConfigError, ShapeError } from "../core/errors.js";
import { row, tensor, type Tensor } from "../core/tensor.js";

/**
 * A differentiable scalar for each sample, as a function of the network's output z. All arrays are batches:
 * z and target [n, out]. Results are written into arrays of the caller, so that training allocates nothing.
 */
export interface Loss {
  readonly name: string;
  /** L_n. */
  value(z: Float64Array, target: Float64Array, n: number, out: number, into: Float64Array): void;
  /** ∂L_n/∂z_n, [n, out]. */
  gradient(z: Float64Array, target: Float64Array, n: number, out: number, into: Float64Array): void;
  /** (∂²L_n/∂z_n²) v_n, [n, out]. */
  hessianProduct(z: Float64Array, target: Float64Array, v: Float64Array, n: number, out: number, into: Float64Array): void;
  /** Columns of a factor F_n with F_n F_nᵀ = ∂²L_n/∂z_n²: how many there are for `out` outputs. */
  factors(out: number): number;
  /** Column `k` of F_n for every sample, [n, out]. */
  factor(z: Float64Array, target: Float64Array, k: number, n: number, out: number, into: Float64Array): void;
  /** Risk of the best constant output for these targets; training that does no better is stuck. */
  constantRisk(target: Tensor): number;
}

/** p = softmax(z) for each row, without overflow. */
export function softmax(z: Tensor): Tensor {
  const p = tensor(z.shape);
  const out = z.shape[1];
  for (let n = 0; n < z.shape[0]; n++) softmaxRow(z.data, n * out, out, p.data, n * out);
  return p;
}

function softmaxRow(z: Float64Array, from: number, out: number, p: Float64Array, to: number): void {
  let largest = -Infinity;
  for (let j = 0; j < out; j++) largest = Math.max(largest, z[from + j]);
  let sum = 0;
  for (let j = 0; j < out; j++) sum += p[to + j] = Math.exp(z[from + j] - largest);
  for (let j = 0; j < out; j++) p[to + j] /= sum;
}

/** L = −Σ_j t_j log softmax(z)_j, with t one-hot (or any distribution). */
export const softmaxCrossEntropy: Loss = {
  name: "softmax cross-entropy",
  value(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      let largest = -Infinity;
      for (let j = 0; j < out; j++) largest = Math.max(largest, z[s * out + j]);
      let sum = 0;
      for (let j = 0; j < out; j++) sum += Math.exp(z[s * out + j] - largest);
      const logSum = largest + Math.log(sum);
      let loss = 0;
      for (let j = 0; j < out; j++) loss += target[s * out + j] * (logSum - z[s * out + j]);
      into[s] = loss;
    }
  },
  gradient(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      softmaxRow(z, s * out, out, into, s * out);
      for (let j = 0; j < out; j++) into[s * out + j] -= target[s * out + j];
    }
  },
  hessianProduct(z, _target, v, n, out, into) {
    const p = new Float64Array(out);
    for (let s = 0; s < n; s++) {
      softmaxRow(z, s * out, out, p, 0);
      let mean = 0;
      for (let j = 0; j < out; j++) mean += p[j] * v[s * out + j];
      for (let j = 0; j < out; j++) into[s * out + j] = p[j] * (v[s * out + j] - mean);
    }
  },
  // diag(p) − ppᵀ = Σ_k p_k (e_k − p)(e_k − p)ᵀ; for two classes both columns are parallel and one is enough
  factors: (out) => (out === 2 ? 1 : out),
  factor(z, _target, k, n, out, into) {
    const p = new Float64Array(out);
    for (let s = 0; s < n; s++) {
      softmaxRow(z, s * out, out, p, 0);
      if (out === 2) {
        const root = Math.sqrt(p[0] * p[1]);
        into[2 * s] = root;
        into[2 * s + 1] = -root;
      } else {
        for (let j = 0; j < out; j++) into[s * out + j] = Math.sqrt(p[k]) * ((j === k ? 1 : 0) - p[j]);
      }
    }
  },
  constantRisk(target) {
    const [n, out] = target.shape;
    let risk = 0;
    for (let j = 0; j < out; j++) {
      let share = 0;
      for (let s = 0; s < n; s++) share += target.data[s * out + j] / n;
      if (share > 0) risk -= share * Math.log(share);
    }
    return risk;
  },
};

/** L = (1/out) Σ_j (z_j − t_j)². */
export const meanSquaredError: Loss = {
  name: "mean squared error",
  value(z, target, n, out, into) {
    for (let s = 0; s < n; s++) {
      let loss = 0;
      for (let j = 0; j < out; j++) loss += (z[s * out + j] - target[s * out + j]) ** 2;
      into[s] = loss / out;
    }
  },
  gradient(z, target, n, out, into) {
    for (let p = 0; p < n * out; p++) into[p] = (2 / out) * (z[p] - target[p]);
  },
  hessianProduct(_z, _target, v, n, out, into) {
    for (let p = 0; p < n * out; p++) into[p] = (2 / out) * v[p];
  },
  factors: (out) => out,
  factor(_z, _target, k, n, out, into) {
    into.fill(0, 0, n * out);
    for (let s = 0; s < n; s++) into[s * out + k] = Math.sqrt(2 / out);
  },
  constantRisk(target) {
    const [n, out] = target.shape;
    let risk = 0;
    for (let j = 0; j < out; j++) {
      let [sum, squares] = [0, 0];
      for (let s = 0; s < n; s++) {
        sum += target.data[s * out + j] / n;
        squares += target.data[s * out + j] ** 2 / n;
      }
      risk += (squares - sum ** 2) / out;
    }
    return risk;
  },
};

/** L_n for every sample: [n]. */
export function losses(loss: Loss, z: Tensor, target: Tensor): Float64Array {
  if (z.shape.join() !== target.shape.join()) {
    throw new ShapeError(`losses: outputs [${z.shape}] and targets [${target.shape}] must have one shape.`);
  }
  const values = new Float64Array(z.shape[0]);
  loss.value(z.data, target.data, z.shape[0], z.shape[1], values);
  return values;
}

/** Index of the largest output of each row: the predicted label y′. */
export function predictedLabels(z: Tensor): Int32Array {
  return Int32Array.from({ length: z.shape[0] }, (_, n) => {
    const outputs = row(z, n);
    return outputs.indexOf(outputs.reduce((a, b) => Math.max(a, b)));
  });
}

/**
 * Targets of the minimal loss: the predicted label taken as true (Dawid et al. 2021, App. A), one-hot [n, out].
 * What a user has who does not know the labels.
 */
export function minimalTargets(z: Tensor): Tensor {
  const targets = tensor(z.shape);
  predictedLabels(z).forEach((label, n) => (row(targets, n)[label] = 1));
  return targets;
}

/** Share of samples whose predicted label is the target's. */
export function accuracy(z: Tensor, target: Tensor): number {
  if (z.shape[0] === 0) throw new ConfigError("accuracy: there are no samples. Pass at least one.");
  const [predicted, wanted] = [predictedLabels(z), predictedLabels(target)];
  return predicted.filter((label, n) => label === wanted[n]).length / z.shape[0];
}
