import type { Tensor } from "../../core/tensor.js";
import type { Loss } from "./loss.js";
import type { L1 } from "./penalties.js";

/** Inputs x [n, …] and targets [n, out]; a `Dataset` without its provenance. */
export interface Samples {
  readonly x: Tensor;
  readonly target: Tensor;
}

/**
 * The risk ℜ(θ) = (1/n) Σ_n L_n(θ) + (l2/2) ‖θ‖² + l1 ‖θ‖₁. The L2 term of Dawid et al. 2021,
 * (1/n)(λ/2)‖θ‖², is l2 = λ/n.
 */
export interface RiskOptions {
  readonly loss: Loss;
  /** Coefficient of ½‖θ‖² (default 0). */
  readonly l2?: number;
  /**
   * Coefficient of |θ_p| (default 0): one number, one for each parameter, or { firstLayer } for the
   * weights of the first layer.
   */
  readonly l1?: L1;
}
