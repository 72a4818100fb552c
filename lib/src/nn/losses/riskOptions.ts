import type { Tensor } from "../../core/tensor.js";
import type { Loss } from "./loss.js";
import type { Precision } from "../layers/largestOf.js";
import type { L1 } from "./penalties.js";

/** Inputs x [n, …] and targets [n, out]; a `Dataset` without its provenance. */
export interface Samples {
  readonly x: Tensor;
  readonly target: Tensor;
  /**
   * w_n of each sample in the risk, [n] (default: all alike). Only their ratios matter. A sample of
   * weight 0 is as if it were not there, one of weight 2 as if it were there twice. Negative ones,
   * as generators beyond leading order give them, are allowed as long as the sum is positive; what
   * cannot take them says so.
   */
  readonly weights?: ArrayLike<number>;
}

/**
 * The risk ℜ(θ) = Σ_n w_n L_n(θ) / Σ_n w_n + (l2/2) ‖θ‖² + l1 ‖θ‖₁, with weights w_n of the samples
 * where they have any, else (1/n) Σ_n L_n. The L2 term of Dawid et al. 2021, (1/n)(λ/2)‖θ‖², is
 * l2 = λ/n.
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

/** In which precision a network is computed. */
export interface PrecisionOptions {
  /**
   * "float32": parameters, values and gradients in single precision through compiled kernels, as
   * PyTorch computes by default; losses and sums over chunks of samples stay double. Interaction
   * networks, whose edge blocks have kernels of their own, are computed in double (default
   * "float64").
   */
  readonly precision?: Precision;
}
