import { count, optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { checkResult } from "../../core/arguments/checkResult.js";
import { aCurvature, aDamping } from "../arguments.js";
import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import type { Rng } from "../../core/random/rng.js";
import { norm, row, tensor, type Tensor } from "../../core/tensor.js";
import { squareDimension, type SymmetricOperator } from "../../linalg/operator.js";
import type { SampleGradients } from "../../nn/losses/risk.js";
import { checkGradients } from "../exact/checkGradients.js";
import { partOfRisk } from "./partOfRisk.js";
import { conjugateGradientSolver } from "../solvers/conjugateGradientSolver.js";
import { checkDamping, dampingWords, sameDamping, type Damping } from "../solvers/damping.js";
import type { GradientStream } from "./gradientStream.js";
import { makeRowProducts } from "../../linalg/rowProducts.js";
import { factorisedSolver, type HessianSolver } from "../solvers/solver.js";

export { checkGradients } from "../exact/checkGradients.js";

/** Options of `influence`. */
export interface InfluenceOptions {
  /**
   * λ of H + λ1, or with a scale (default 0). See `relativeDamping` and `paperDamping`. A solver
   * brings its own.
   */
  readonly damping?: Damping;
  /**
   * Where the lengths ‖(H + λ1)⁻¹∇L_r‖ of RelatIF come from: "exact", one solve for each training
   * point (the default for a matrix); an estimate from random probes, one solve for each probe;
   * "none", RelatIF is left out (the default for solvers and operators, which then solve for the
   * test points only).
   */
  readonly relatif?: "exact" | "none" | LengthProbes;
  /**
   * n of Eq. (1), for gradients of some of the training points (default: as many as there are
   * training gradients). Gradients with weights bring Σ w instead, as `totalWeight`.
   */
  readonly trainingSize?: number;
}

/**
 * ‖(H + λ1)⁻¹g‖² is the mean of (zᵀ(H + λ1)⁻¹g)² over normal z: each z costs one solve and serves
 * all training points. The estimated lengths, and with them RelatIF, carry a relative standard
 * error of 1/√(2 probes); 9 % for 64.
 */
export interface LengthProbes {
  readonly probes: number;
  readonly rng: Rng;
}

/** The same where RelatIF was not asked for. */
export interface InfluenceWithoutRelatif {
  /**
   * I(z_r, z_test), [test, train]. Positive: removing z_r raises the test loss, so z_r was helpful.
   */
  readonly influence: Tensor;
  /**
   * S(z_test, z_r) = (∇L_testᵀ (H + λ1)⁻¹ ∇L_r)², [test, train]: how alike the model takes the two
   * points to be.
   */
  readonly similarity: Tensor;
  readonly solves: SolveReport;
}

/** Influence, similarity and RelatIF of every training point on every test point. */
export interface Influence extends InfluenceWithoutRelatif {
  /** I / ‖(H + λ1)⁻¹∇L_r‖, [test, train]: the same ranking without the pull of outliers. */
  readonly relatif: Tensor;
}

/** How the inverse was applied. */
export interface SolveReport {
  readonly method: string;
  readonly damping: Damping;
  /** Right-hand sides solved for. */
  readonly count: number;
  /** Products with H for all of them; 0 for a direct solver. */
  readonly iterations: number;
  /** The largest ‖b − (H + λ1)x‖ / ‖b‖; undefined if it was not measured. */
  readonly relativeResidual: number | undefined;
}

type Curvature = Tensor | SymmetricOperator | HessianSolver;

/**
 * Influence functions, RelatIF and similarity of every training point on every test point.
 *
 *   I(z_r, z_test)   = (1/n) ∇L_testᵀ H⁻¹ ∇L_r           Dawid et al. 2021, Eq. (1)
 *   S(z_test, z_r)   = (∇L_testᵀ H⁻¹ ∇L_r)²               Eq. (2)
 *   I_R(z_r, z_test) = I(z_r, z_test) / ‖H⁻¹ ∇L_r‖        Eq. (3)
 *
 * with H + λ1 in place of H. Sec. II C gives the change of parameters on removal as −H⁻¹∇L_r; to
 * agree with the sign of Eq. (1) it is +(1/n)H⁻¹∇L_r. Where ∇L_r = 0, I_R is 0.
 *
 * Which gradients. The risk is ℜ(θ) = (1/n) Σ_s L_s + (l2/2)‖θ‖², and taking point r away leaves
 * ℜ_r = ℜ − (1/n) L_r: the sum over the other points, with the 1/n and the penalty as they were
 * (Dawid et al. hold λ = n l2). At a minimum θ̃ of ℜ
 *
 *   ∇ℜ_r(θ̃) = −(1/n) ∇L_r, θ̃_r − θ̃ = (1/n) H⁻¹ ∇L_r + O(1/n²), L_test(θ̃_r) − L_test(θ̃) =
 *   I(z_r, z_test) + O(1/n²)
 *
 * so all gradients are those of losses alone, and the penalty is in H only: what
 * `perSampleGradients` and `testGradients` give. The mean over the n − 1 points left, with l2 held,
 * has the step (1/(n − 1)) H⁻¹ (∇L_r + l2 θ̃) instead: the same shift for every r, which changes
 * values and not the ranking for a test point. The published toolbox adds l2 θ̃ to the gradients of
 * test points too (`convention: "dawid2021"`), which changes the ranking and is the derivative of
 * no test loss.
 *
 * Weights. With weights w_s of samples the risk is Σ_s w_s L_s / Σ_s w_s + (l2/2)‖θ‖², and taking
 * point r away takes w_r L_r / Σ w from it: w_r/Σ w takes the place of 1/n in Eqs. (1) and (3), as
 * the gradients carry it along (`SampleGradients`). A point of weight 2 has the influence of two
 * equal points together, one of weight 0 none, one of negative weight that of its loss with the
 * sign changed; −I/w_r is the derivative of the test loss by w_r at fixed Σ w. S compares two
 * losses and knows no weights, nor do test points.
 *
 * For a large network H comes as products (`riskHessian`, then conjugate gradients solve) or as a
 * solver, and the training gradients as a stream; memory is then a few P for each test point.
 *
 * @param hessian        Hessian of the risk at θ̃: its matrix [P, P], its products, or a solver
 * @param trainGradients ∇L_r at θ̃ (`perSampleGradients` or `gradientStream`), [train, P]
 * @param testGradients  ∇L_test at θ̃ (`testGradients`), [test, P]
 * @throws ShapeError        if the gradients do not have P columns
 * @throws NumericalError    if H + λ1 is not positive definite; the message says which λ would do
 * @throws NotConvergedError if an iterative solver does not reach its tolerance
 * @example
 * ```ts
 * import { core, hessian, nn } from "phaselens";
 * const line = nn.sequential([nn.dense(1, 1)]);
 * const samples = { x: core.tensor([3, 1], [-1, 0, 2]), target: core.tensor([3, 1], [-2, 1, 4]) };
 * const risk = { loss: nn.meanSquaredError };
 * const { theta } = hessian.polish(line, Float64Array.of(1, 0), samples, risk);
 * const H = hessian.exactHessian(line, theta, samples, risk);
 * const gradients = nn.perSampleGradients(line, theta, samples, risk);
 * const { influence } = hessian.influence(H, gradients, gradients, { damping: 0.1 });
 * console.log(influence.shape, core.row(influence, 0)[0] > 0); // → [ 3, 3 ] true
 * ```
 */
export function influence(
  hessian: Curvature,
  trainGradients: SampleGradients | GradientStream,
  testGradients: Tensor,
  options: InfluenceOptions & { readonly relatif: "none" },
): InfluenceWithoutRelatif;
export function influence(
  hessian: Tensor,
  trainGradients: SampleGradients | GradientStream,
  testGradients: Tensor,
  options?: InfluenceOptions,
): Influence;
export function influence(
  hessian: Curvature,
  trainGradients: SampleGradients | GradientStream,
  testGradients: Tensor,
  options: InfluenceOptions & { readonly relatif: "exact" | LengthProbes },
): Influence;
export function influence(
  hessian: SymmetricOperator | HessianSolver,
  trainGradients: SampleGradients | GradientStream,
  testGradients: Tensor,
  options?: InfluenceOptions,
): InfluenceWithoutRelatif;
export function influence(
  hessian: Curvature,
  trainGradients: SampleGradients | GradientStream,
  testGradients: Tensor,
  options: InfluenceOptions = {},
): Influence | InfluenceWithoutRelatif {
  takes("influence", {
    hessian: [hessian, aCurvature],
    options: [options, record({ damping: optional(aDamping), trainingSize: optional(count(1)) })],
  });
  const { relatif = "data" in hessian ? "exact" : "none" } = options;
  if (typeof relatif !== "object" || relatif === null)
    oneOf(relatif, ["exact", "none"], "influence: relatif");
  const P = "data" in hessian ? squareDimension(hessian, "influence") : hessian.dimension;
  checkDamping(options.damping ?? 0, "influence", P);
  checkGradients("influence", "trainGradients", trainGradients, P, true);
  checkGradients("influence", "testGradients", testGradients, P);
  const solver = solverOf(hessian, options.damping);
  const [train, test] = [trainGradients.shape[0], testGradients.shape[0]];
  const part = partOfRisk("influence", trainGradients, options.trainingSize);

  const solves = {
    method: solver.method,
    damping: solver.damping,
    count: 0,
    iterations: 0,
    relativeResidual: undefined as number | undefined,
  };
  const solve = (rightHandSides: Tensor): Tensor => {
    const { x, iterations, relativeResidual } = solver.solveMany(rightHandSides);
    solves.count += x.shape[0];
    solves.iterations += iterations;
    if (relativeResidual !== undefined)
      solves.relativeResidual = Math.max(solves.relativeResidual ?? 0, relativeResidual);
    return x;
  };
  // H is symmetric: (H + λ1)⁻¹ goes to the training points if their steps are wanted, to the fewer
  // test points otherwise
  const fromTraining = relatif === "exact";
  const steps = fromTraining ? testGradients : solve(testGradients);
  const probed = typeof relatif === "object" ? solve(probeVectors(relatif, P)) : undefined;
  const products = makeRowProducts(steps);
  const probeProducts = probed && makeRowProducts(probed);

  const result = {
    influence: tensor([test, train]),
    relatif: tensor([test, train]),
    similarity: tensor([test, train]),
    solves,
  };
  let from = 0;
  for (const gradients of "data" in trainGradients ? [trainGradients] : trainGradients.blocks()) {
    // (H + λ1)⁻¹ ∇L_r, shared by all test points
    const right = fromTraining ? solve(gradients) : gradients;
    const lengths = fromTraining
      ? rowNorms(right)
      : probeProducts && rootMeanSquares(probeProducts(right));
    const block = products(right);
    const count = right.shape[0];
    for (let r = 0; r < count; r++) {
      for (let t = 0; t < test; t++) {
        const product = block.data[t * count + r];
        const at = t * train + from + r;
        const own = part(product, from + r);
        result.influence.data[at] = own;
        if (lengths) result.relatif.data[at] = lengths[r] > 0 ? own / lengths[r] : 0;
        result.similarity.data[at] = product ** 2;
      }
    }
    from += count;
  }
  checkResult(result.influence.data, "influence");
  if (relatif === "none")
    return { influence: result.influence, similarity: result.similarity, solves };
  return result;
}

function solverOf(hessian: Curvature, damping: Damping | undefined): HessianSolver {
  if ("data" in hessian) return factorisedSolver(hessian, damping ?? 0, "influence");
  if ("apply" in hessian) return conjugateGradientSolver(hessian, { damping });
  if (damping !== undefined && !sameDamping(damping, hessian.damping)) {
    const [asked, has] = [damping, hessian.damping].map((one) => dampingWords(one));
    throw new ConfigError(
      `influence: damping ${asked} asked for, but the solver has ${has}. Make the solver with the damping wanted.`,
    );
  }
  return hessian;
}

/** Normal deviates, [probes, P]. */
function probeVectors({ probes, rng }: LengthProbes, P: number): Tensor {
  if (!Number.isInteger(probes) || probes < 1)
    throw new ConfigError(`influence: probes must be a whole number ≥ 1, got ${probes}.`);
  const stream = rng.fork("lengths");
  const z = tensor([probes, P]);
  for (let p = 0; p < z.data.length; p++) z.data[p] = stream.normal();
  return z;
}

function rowNorms(steps: Tensor): Float64Array {
  return Float64Array.from({ length: steps.shape[0] }, (_, r) => norm(row(steps, r)));
}

/** Of each column of [probes, count]. */
function rootMeanSquares(products: Tensor): Float64Array {
  const [probes, count] = products.shape;
  const lengths = new Float64Array(count);
  for (let k = 0; k < probes; k++)
    for (let r = 0; r < count; r++) lengths[r] += products.data[k * count + r] ** 2 / probes;
  return lengths.map(Math.sqrt);
}
