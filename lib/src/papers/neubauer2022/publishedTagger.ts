import type { Network } from "../../nn/network/network.js";
import type { JetFeatures } from "../../taggers/jetInputs.js";

/** A trained network of the authors' repository (FAIR4HEP/hbb_interaction_network, MIT). */
export interface PublishedTagger {
  readonly name: string;
  readonly network: Network;
  readonly theta: Float64Array;
  /**
   * Those that it reads, in raw CMS units and this order; `taggers.selectFeatures` chooses them.
   */
  readonly features: JetFeatures;
}
