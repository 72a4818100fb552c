import {
  chosenCurvature,
  type CurvatureChoice,
  type CurvatureChoiceOptions,
  type CurvatureName,
} from "../hessian/curvature/choice.js";
import type { Samples } from "../nn/losses/risk.js";
import type { Network } from "../nn/network/network.js";
import type { OptionValues } from "./command.js";
import type { modelOptions } from "./modelOptions.js";
import { asWrongCall } from "./asWrongCall.js";

/** What `--curvature` and `--head-after` say; numbers are those of nodes. */
export function curvatureOption({
  curvature,
  "head-after": after,
}: OptionValues<typeof modelOptions>): CurvatureChoiceOptions {
  const headAfter = after !== undefined && /^\d+$/.test(after) ? Number(after) : after;
  return {
    ...(curvature !== undefined && { curvature: curvature as CurvatureName }), // one of its choices
    ...(headAfter !== undefined && { headAfter }),
  };
}

/** The choice that the call comes to. @throws UsageError for one that there is not */
export function choiceOfCall(
  options: CurvatureChoiceOptions,
  network: Network,
  { x }: Samples,
  exactLimit: number,
  command: string,
): Promise<CurvatureChoice> {
  const [n, ...sample] = x.shape;
  return asWrongCall(() => chosenCurvature(network, sample, n, exactLimit, options, command));
}
