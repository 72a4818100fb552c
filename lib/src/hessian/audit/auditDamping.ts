import type { LongRun } from "../../core/tasks/longRun.js";
import { median, spearman } from "../../core/statistics/statistics.js";
import { row, type Tensor } from "../../core/tensor.js";
import type { ExaminedCurvature } from "./examinedCurvature.js";
import type { FramedGradients } from "./framedGradients.js";
import type { DampingAudit, DampingScanRow, SpectrumAudit } from "./auditReport.js";
import { auditThresholds } from "./auditThresholds.js";
import { influence } from "../influence/influence.js";
import { from, worst } from "./verdict.js";

/** The margin λ − max(0, −E₀) is halved and doubled twice. */
const FACTORS = [0.25, 0.5, 1, 2, 4];
/** Those of a scan whose every solve takes long. */
const NEIGHBOURS = [0.5, 1, 2];
const TOP = 5;

/**
 * The dampings of the scan: those whose margin above the smallest admissible one is ¼, ½, 1, 2 and
 * 4 times that of the damping under examination. Without damping the lowest eigenvalue takes the
 * place of the margin, and 0 comes first.
 */
export function scannedDampings(
  { lambda: damping, smallestDamping, lowest }: SpectrumAudit,
  factors: readonly number[] = FACTORS,
): number[] {
  const margin = damping - smallestDamping;
  if (margin > 0)
    // λ itself, not rounded
    return factors.map((factor) => (factor === 1 ? damping : smallestDamping + factor * margin));
  return [0, ...factors.map((factor) => factor * lowest)];
}

/**
 * How the ranking of all training points changes from one damping to the next: Spearman correlation
 * and the share of the five points of largest |I| that stay, medians over the test points. Judged
 * by the two steps next to the damping itself. Hessian and gradients are those in the frame of the
 * damping.
 */
export async function auditDamping(
  { solverAt, spectrum, approximate, preconditioner }: ExaminedCurvature,
  trainGradients: FramedGradients,
  testGradients: Tensor,
  run: LongRun,
): Promise<DampingAudit> {
  // Kronecker factors are positive themselves, whatever the Hessian is
  const admissible = approximate ? { ...spectrum, smallestDamping: 0 } : spectrum;
  const dampings = scannedDampings(admissible, preconditioner ? NEIGHBOURS : FACTORS);
  const tables: Tensor[] = [];
  for (const damping of dampings) {
    await run.pause();
    tables.push(
      influence(solverAt(damping), trainGradients, testGradients, { relatif: "none" }).influence,
    );
    run.part("dampings").onDone(tables.length, dampings.length);
  }
  const rows = dampings.map((damping, k): DampingScanRow => ({
    damping,
    conditionNumber: (spectrum.highest + damping) / (spectrum.lowest + damping),
    next: k + 1 < dampings.length ? compare(tables[k], tables[k + 1]) : undefined,
  }));
  const judged = rows.flatMap(({ next }, k) =>
    next && (dampings[k] === spectrum.lambda || dampings[k + 1] === spectrum.lambda) ? [next] : [],
  );
  return {
    rows,
    verdict: worst(
      judged.flatMap(({ rankCorrelation, sharedTopFive }) => [
        from(rankCorrelation, auditThresholds.dampingRank),
        from(sharedTopFive, auditThresholds.dampingTop),
      ]),
    ),
  };
}

function compare(
  a: Tensor,
  b: Tensor,
): { rankCorrelation: number; leastRankCorrelation: number; sharedTopFive: number } {
  const tests = Array.from({ length: a.shape[0] }, (_, t) => t);
  // A test point on which nothing has influence ranks nothing; it agrees with itself
  const correlations = tests.map((t) =>
    isConstant(row(a, t)) || isConstant(row(b, t)) ? 1 : spearman(row(a, t), row(b, t)),
  );
  const shared = tests.map((t) => {
    const [first, second] = [largest(row(a, t)), largest(row(b, t))];
    return first.filter((r) => second.includes(r)).length / first.length;
  });
  return {
    rankCorrelation: median(correlations),
    leastRankCorrelation: Math.min(...correlations),
    sharedTopFive: median(shared),
  };
}

function isConstant(values: Float64Array): boolean {
  return values.every((v) => v === values[0]);
}

/** The training points of largest |I|. */
function largest(values: Float64Array): number[] {
  return Array.from(values.keys())
    .sort((r, s) => Math.abs(values[s]) - Math.abs(values[r]))
    .slice(0, TOP);
}
