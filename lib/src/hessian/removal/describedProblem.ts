import type { Tensor } from "../../core/tensor.js";
import {
  describeNetwork,
  networkFrom,
  type NetworkDescription,
} from "../../nn/network/description.js";
import type { LossSpec } from "../../nn/losses/loss.js";
import { describeLoss, lossFrom } from "../../nn/losses/lossTypes.js";
import type { RiskOptions } from "../../nn/losses/risk.js";
import { bareSamples } from "../../nn/losses/weighed.js";
import { solverOfState, solverState, type SolverState } from "../exact/kroneckerCurvature.js";
import type { ProximalProblem } from "./proximalResponse.js";

/** A problem as plain data, for other threads. */
export interface DescribedProblem extends Pick<ProximalProblem, "theta" | "training" | "damping"> {
  readonly network: NetworkDescription;
  readonly loss: LossSpec;
  readonly penalties: Omit<RiskOptions, "loss">;
  readonly hessian: Tensor | SolverState;
  readonly preconditioner: SolverState | undefined;
}

/** Undefined where what solves cannot leave this thread: conjugate gradients. */
export function describedProblem(problem: ProximalProblem): DescribedProblem | undefined {
  const { hessian, preconditioner, network, theta, training, damping, options } = problem;
  const own = "data" in hessian ? hessian : solverState(hessian);
  const other = preconditioner && solverState(preconditioner);
  if (own === undefined || (preconditioner && !other)) return undefined;
  const { loss, l2, l1 } = options;
  return {
    network: describeNetwork(network),
    loss: describeLoss(loss),
    penalties: { l2, l1 },
    hessian: own,
    preconditioner: other,
    theta,
    damping,
    training: bareSamples(training),
  };
}

/** The problem of a description. */
export function problemOfDescription({
  network: description,
  loss,
  penalties,
  hessian,
  preconditioner,
  ...rest
}: DescribedProblem): ProximalProblem {
  const network = networkFrom(description);
  return {
    ...rest,
    network,
    options: { ...penalties, loss: lossFrom(loss) },
    hessian: "data" in hessian ? hessian : solverOfState(network, hessian),
    preconditioner: preconditioner && solverOfState(network, preconditioner),
  };
}
