/**
 * The risk around the minimum along two directions of parameter space.
 *
 * PLACEHOLDER: a quadratic bowl, risk = (4 a² + b²) / 2. To be replaced with the library's call: train the network of Fig. 5, take two eigenvectors of
 * the exact Hessian, evaluate the risk at θ + a e₁ + b e₂.
 * @returns {Promise<{ x: number[], y: number[], z: number[][], layout: object }>}  z[row of y][column of x]
 */
export async function lossSurface() {
  const steps = Array.from({ length: 41 }, (_, k) => -1 + k / 20);
  const z = steps.map((b) => steps.map((a) => (4 * a * a + b * b) / 2));
  const layout = {
    title: "Risk around the minimum (placeholder: a quadratic bowl)",
    margin: { l: 0, r: 0, t: 40, b: 0 },
    scene: { xaxis: { title: "step along e₁" }, yaxis: { title: "step along e₂" }, zaxis: { title: "risk" } },
  };
  return { x: steps, y: steps, z, layout };
}
