import { ConfigError, ShapeError } from "../core/errors.js";
import { norm, row, tensor, type Tensor } from "../core/tensor.js";
import { squareDimension } from "../linalg/operator.js";
import { rowProducts } from "../linalg/rowProducts.js";
import { factorDamped } from "./damping.js";

export interface InfluenceOptions {
  /** λ of H + λ1 (default 0). See `paperDamping`. */
  readonly damping?: number;
}

export interface Influence {
  /** I(z_r, z_test), [test, train]. Positive: removing z_r raises the test loss, so z_r was helpful. */
  readonly influence: Tensor;
  /** I / ‖(H + λ1)⁻¹∇L_r‖, [test, train]: the same ranking without the pull of outliers. */
  readonly relatif: Tensor;
  /** S(z_test, z_r) = (∇L_testᵀ (H + λ1)⁻¹ ∇L_r)², [test, train]: how alike the model takes the two points to be. */
  readonly similarity: Tensor;
}

/**
 * Influence functions, RelatIF and similarity of every training point on every test point.
 *
 *   I(z_r, z_test)   = (1/n) ∇L_testᵀ H⁻¹ ∇L_r           Dawid et al. 2021, Eq. (1)
 *   S(z_test, z_r)   = (∇L_testᵀ H⁻¹ ∇L_r)²               Eq. (2)
 *   I_R(z_r, z_test) = I(z_r, z_test) / ‖H⁻¹ ∇L_r‖        Eq. (3)
 *
 * with H + λ1 in place of H, and gradients that include the L2 term, as in the published toolbox. Sec. II C gives the
 * change of parameters on removal as −H⁻¹∇L_r; to agree with the sign of Eq. (1) it is +(1/n)H⁻¹∇L_r. Where ∇L_r = 0,
 * I_R is 0.
 *
 * @param hessian        Hessian of the risk at θ̃, [P, P]
 * @param trainGradients ∇L_r at θ̃ (`perSampleGradients`), [train, P]
 * @param testGradients  ∇L_test at θ̃ (`testGradients`), [test, P]
 * @throws ShapeError     if the gradients do not have P columns
 * @throws NumericalError if H + λ1 is not positive definite; the message says which λ would do
 */
export function influence(hessian: Tensor, trainGradients: Tensor, testGradients: Tensor, { damping = 0 }: InfluenceOptions = {}): Influence {
  const P = squareDimension(hessian, "influence");
  if (!(damping >= 0)) throw new ConfigError(`influence: the damping must be ≥ 0, got ${damping}.`);
  checkGradients("influence", "trainGradients", trainGradients, P);
  checkGradients("influence", "testGradients", testGradients, P);
  const [train, test] = [trainGradients.shape[0], testGradients.shape[0]];
  const steps = factorDamped(hessian, damping, "influence").solveMany(trainGradients); // (H + λ1)⁻¹ ∇L_r, shared by all test points
  const products = rowProducts(testGradients, steps);
  const result = { influence: tensor([test, train]), relatif: tensor([test, train]), similarity: tensor([test, train]) };
  for (let r = 0; r < train; r++) {
    const length = norm(row(steps, r));
    for (let t = 0; t < test; t++) {
      const product = products.data[t * train + r];
      result.influence.data[t * train + r] = product / train;
      result.relatif.data[t * train + r] = length > 0 ? product / train / length : 0;
      result.similarity.data[t * train + r] = product ** 2;
    }
  }
  return result;
}

/** @throws ShapeError unless the gradients are [samples, P] */
export function checkGradients(caller: string, what: string, gradients: Tensor, P: number): void {
  if (gradients.shape.length !== 2 || gradients.shape[1] !== P) {
    throw new ShapeError(`${caller}: ${what} must have shape [samples, ${P}], got [${gradients.shape}].`, { got: gradients.shape });
  }
}
