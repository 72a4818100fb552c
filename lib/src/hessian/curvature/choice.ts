import { ConfigError } from "../../core/errors.js";
import type { Shape } from "../../core/tensor.js";
import { cutAfter, lastCut, nodeWords, type Cut } from "../../nn/network/cut.js";
import type { Network } from "../../nn/network/network.js";
import { costOfFactors } from "./costOfFactors.js";

export const curvatureNames = ["exact", "head", "ekfac", "cg"] as const;

/**
 * How influence knows the Hessian.
 *
 * - "exact": all of its matrix, P².
 * - "head": the matrix of the part after a value (`nn.head`); layers before it are features.
 * - "ekfac": Kronecker factors (`kroneckerCurvature`), approximate, without negative directions.
 * - "cg": products with it, and conjugate gradients for each point.
 */
export type CurvatureName = (typeof curvatureNames)[number];

/** Which Hessian, where there is a choice. */
export interface CurvatureChoiceOptions {
  /**
   * Default by size: "exact" up to `exactLimit` parameters, "cg" while a product with all training
   * points costs next to nothing (n P ≤ 2·10⁶), "ekfac" beyond, and "head" for networks that
   * Kronecker factors do not take. The result says which, and why.
   */
  readonly curvature?: CurvatureName;
  /**
   * Of "head": the node whose value it begins after, by its number or its layer's name (default:
   * before the last layer with parameters of its own).
   */
  readonly headAfter?: number | string;
}

/** Which Hessian, and why that one. */
export interface CurvatureChoice {
  readonly name: CurvatureName;
  /** "asked for", or what of the network decided it. */
  readonly why: string;
  /** Of a head. */
  readonly cut?: Cut;
}

/** n P up to which products cost next to nothing. */
const CHEAP = 2e6;

/** Operations for the eigenbases of all Kronecker factors that are done unasked: about a minute. */
const MOST_FACTOR_COST = 3e10;

/**
 * @param sample      shape of one input
 * @param n           training points
 * @param exactLimit  parameters of a matrix
 * @throws ConfigError for a head that there is not, or whose matrix is too large
 */
export function chosenCurvature(
  network: Network,
  sample: Shape,
  n: number,
  exactLimit: number,
  { curvature, headAfter }: CurvatureChoiceOptions,
  caller: string,
): CurvatureChoice {
  if (headAfter !== undefined && curvature !== undefined && curvature !== "head")
    throw new ConfigError(
      `${caller}: headAfter is for the curvature "head", not "${curvature}". Leave one of them out.`,
    );
  if (curvature === "head" || headAfter !== undefined)
    return headChoice(network, headAfter, exactLimit, "asked for", caller);
  if (curvature !== undefined) return { name: curvature, why: "asked for" };
  const P = network.parameterCount;
  if (P <= exactLimit)
    return { name: "exact", why: `${P} parameters, of which up to ${exactLimit} have a matrix` };
  const large = `${P} parameters are more than the ${exactLimit} that have a matrix`;
  if (n * P <= CHEAP)
    return { name: "cg", why: `${large}, and products with ${n} training points are quick` };
  const obstacle = obstacleToFactors(network, sample);
  if (obstacle === undefined) return { name: "ekfac", why: large };
  const cut = lastCut(network);
  const why = `${large}, and ${obstacle}`;
  return cut && cut.places.length <= exactLimit ? { name: "head", why, cut } : { name: "cg", why };
}

function headChoice(
  network: Network,
  headAfter: number | string | undefined,
  exactLimit: number,
  why: string,
  caller: string,
): CurvatureChoice {
  const cut = headAfter === undefined ? lastCut(network) : cutAfter(network, headAfter, caller);
  if (!cut)
    throw new ConfigError(
      `${caller}: ${network.name} has no head: no layer with parameters of its own reads what others make. Use the curvature "ekfac".`,
    );
  const P = cut.places.length;
  if (P > exactLimit)
    throw new ConfigError(
      `${caller}: the head after ${nodeWords(network, cut.after)} has ${P} parameters, more than the ${exactLimit} that have a matrix. Cut later, raise exactLimit, or use the curvature "ekfac".`,
      { parameters: P },
    );
  return { name: "head", why, cut };
}

/** Why Kronecker factors are not taken unasked; undefined if they are. */
function obstacleToFactors(network: Network, sample: Shape): string | undefined {
  const cost = costOfFactors(network, sample);
  if (typeof cost === "string") return cost;
  return cost.eigenbases <= MOST_FACTOR_COST
    ? undefined
    : "the eigenbases of its Kronecker factors would take long (layers of thousands of inputs or outputs)";
}
