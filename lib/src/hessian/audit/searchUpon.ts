import type { ProximalOptions } from "../removal/proximalResponse.js";
import type { ExaminedCurvature } from "./examinedCurvature.js";

/** Searches upon an approximate Hessian take many steps, and ranks need no smaller |∇F|. */
const RANKED = { tolerance: 1e-3, maxEvaluations: 40 };

/** How far removals are searched where nothing else is said. */
export const searchUpon = ({
  approximate,
}: Pick<ExaminedCurvature, "approximate">): ProximalOptions => (approximate ? RANKED : {});
