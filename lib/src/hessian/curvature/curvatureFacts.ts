import { nodeWords } from "../../nn/network/cut.js";
import type { Network } from "../../nn/network/network.js";
import type { CurvatureChoice } from "./choice.js";

/** What a result says of the Hessian that it is made with. */
export interface CurvatureFacts {
  readonly name: CurvatureChoice["name"];
  /** Why it was chosen. */
  readonly why: string;
  /** Parameters that it is about: those of the head, or all. */
  readonly parameters: number;
  /** Of all of the network. */
  readonly networkParameters: number;
  /** The value after which a head begins. */
  readonly after?: string;
}

export function curvatureFacts(choice: CurvatureChoice, network: Network): CurvatureFacts {
  const { name, why, cut } = choice;
  return {
    name,
    why,
    parameters: cut ? cut.places.length : network.parameterCount,
    networkParameters: network.parameterCount,
    ...(cut && { after: nodeWords(network, cut.after) }),
  };
}

const words: Readonly<Record<CurvatureChoice["name"], string>> = {
  exact: "exact Hessian",
  head: "exact Hessian of the head",
  ekfac: "Kronecker factors (EK-FAC)",
  cg: "products with the Hessian, conjugate gradients",
};

/** "exact Hessian of the head after relu, node 1267, 202 of 40698 parameters" */
export function curvatureWords({
  name,
  parameters,
  networkParameters,
  after,
}: CurvatureFacts): string {
  const which = after === undefined ? "" : ` after ${after}`;
  const many = after === undefined ? `${parameters}` : `${parameters} of ${networkParameters}`;
  return `${words[name]}${which}, ${many} parameters`;
}

/** What no number made with this Hessian can show. */
export const blindSpots: Readonly<Record<CurvatureChoice["name"], string | undefined>> = {
  exact: undefined,
  head: "What the layers before the head owe to a training point is not seen: they are features that stay as they are.",
  ekfac:
    "Layers count as independent of each other, and negative directions are not seen: ranks are what to use, not values.",
  cg: undefined,
};
