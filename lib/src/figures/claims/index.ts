// What a notebook claims, with its kind and what came out.
export type { Expectation } from "./expectation.js";
export { claim, type ClaimKind, type Claim, type ClaimResult } from "./claims.js";
