import { nonNegative } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aNetwork } from "../../nn/arguments.js";
import { aMatrix } from "../arguments.js";
import type { Tensor } from "../../core/tensor.js";
import { symmetricEigenvalues } from "../../linalg/symmetricEigen.js";
import type { Network } from "../../nn/network/network.js";
import type { ScaledDamping } from "./damping.js";
import { frameOf, hessianInFrame } from "./dampingFrame.js";
import { parameterScale } from "../exact/parameterScale.js";

/** Part of the mean curvature that is added, as Grosse et al. 2023 take it for each layer. */
export const RELATIVE_MARGIN = 0.1;

/**
 * A damping that does not depend on units: H + λ diag(m) with m the mean curvature of each group of
 * parameters (`parameterScale`) and
 *
 *   λ = max(0, −E₀) + share,   E₀ the lowest eigenvalue of H_pq/√(m_p m_q)
 *
 * which is the rule of Dawid et al. 2021, Sec. II F, with the spectrum in place of their 0.01. With
 * targets, inputs or the loss in other units, and the parameters with them, influence, its ranking
 * and an audit with this damping stay what they are.
 *
 * @param hessian  [P, P]
 * @param share    of the mean curvature, default 0.1
 */
export function relativeDamping(
  network: Network,
  hessian: Tensor,
  share: number = RELATIVE_MARGIN,
): ScaledDamping {
  takes("relativeDamping", {
    network: [network, aNetwork],
    hessian: [hessian, aMatrix],
    share: [share, nonNegative],
  });
  return inspected(network, hessian, share).damping;
}

/** A relative damping with what was looked at for it. */
export interface Inspected {
  readonly damping: ScaledDamping;
  /** H_pq/√(m_p m_q), [P, P], and its eigenvalues, ascending. */
  readonly curvature: Tensor;
  readonly values: Float64Array;
}

export function inspected(
  network: Network,
  hessian: Tensor,
  share: number = RELATIVE_MARGIN,
): Inspected {
  const P = hessian.shape[0];
  const scale = parameterScale(
    network,
    Float64Array.from({ length: P }, (_, p) => hessian.data[p * (P + 1)]),
  );
  const curvature = hessianInFrame(frameOf({ lambda: 0, scale }), hessian);
  const values = symmetricEigenvalues(curvature);
  return { damping: { lambda: Math.max(0, -values[0]) + share, scale }, curvature, values };
}
