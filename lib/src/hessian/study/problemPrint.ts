import { canonicalJson } from "../../core/cache/canonicalJson.js";
import { fingerprint } from "../../core/cache/fingerprint.js";
import { describeNetwork } from "../../nn/network/description.js";
import type { Network } from "../../nn/network/network.js";
import { describeLoss } from "../../nn/losses/lossTypes.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import { bareSamples } from "../../nn/losses/weighed.js";
import { sha256 } from "./studyFormat.js";

/**
 * Names what a study is of: network, training data and risk, and θ̃ where the study begins from it.
 * Equal problems have equal names, whichever files they came from.
 */
export function problemPrint(
  network: Network,
  theta: Float64Array | undefined,
  training: Samples,
  { loss, l2 = 0, l1 = 0 }: RiskOptions,
): string {
  const { x, target, weights } = bareSamples(training);
  const facts = {
    network: describeNetwork(network),
    theta: theta && fingerprint(theta),
    x: [x.shape, fingerprint(x.data)],
    target: [target.shape, fingerprint(target.data)],
    weights: weights && fingerprint(Float64Array.from(weights)),
    loss: describeLoss(loss),
    penalties: [l2, l1],
  };
  return sha256(canonicalJson(JSON.parse(JSON.stringify(facts))));
}
