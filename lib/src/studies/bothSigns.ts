import { row, tensor, type Tensor } from "../core/tensor.js";

/**
 * Explains each sample with both signs, as the symmetry φ → −φ of the training asks for, and
 * averages the two: what is left does not depend on which sign the sampler happened to find.
 * @param explain  [n, …] ↦ [n, columns]
 * @returns        [n, columns]
 */
export function bothSigns(x: Tensor, explain: (x: Tensor) => Tensor): Tensor {
  const [as, opposite] = [
    explain(x),
    explain(
      tensor(
        x.shape,
        x.data.map((value) => -value),
      ),
    ),
  ];
  const mean = tensor(as.shape);
  for (let n = 0; n < as.shape[0]; n++) {
    const [a, b, into] = [row(as, n), row(opposite, n), row(mean, n)];
    for (let k = 0; k < into.length; k++) into[k] = (a[k] + b[k]) / 2;
  }
  return mean;
}
