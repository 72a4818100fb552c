/**
 * Σ_i ln values_i; NaN unless all are positive and finite. Factors are multiplied up while the
 * product stays far from overflow, which needs one logarithm for about a hundred of them and loses
 * no accuracy.
 */
export function sumOfLogarithms(values: Float64Array): number {
  let sum = 0;
  let product = 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value > 0 && value < Infinity)) return NaN;
    const next = product * value;
    if (next < 1e150 && next > 1e-150) {
      product = next;
    } else {
      sum += Math.log(product) + Math.log(value);
      product = 1;
    }
  }
  return sum + Math.log(product);
}
