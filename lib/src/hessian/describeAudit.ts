import type { AuditReport, DampingScanRow, Verdict } from "./auditReport.js";
import { auditThresholds, SOFT } from "./auditThresholds.js";
import type { RankAgreement } from "./rankAgreement.js";

const number = (value: number): string => (Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(3))));
const lines = ([pass, caution]: readonly [number, number], better: "below" | "above"): string =>
  `pass: ${better} ${number(pass)}${caution > 0 ? `, caution: ${better} ${number(caution)}` : ""}`;
const interval = ({ median, interval: [low, high] }: RankAgreement): string => `${number(median)} [${number(low)}, ${number(high)}]`;

/** The report in words, one line for each part, each with its verdict, its numbers and the threshold it was held against. */
export function describeAudit(report: AuditReport): string {
  const { parameters, samples, tests, spectrum } = report;
  return [
    `Audit of influence functions: ${parameters} parameters, ${samples} training points, ${tests} test points, damping λ = ${number(spectrum.damping)}`,
    `${report.verdict.toUpperCase()}: ${conclusion(report)}`,
    ...auditLines(report).map(({ part, verdict, words }) => `- ${part}: ${verdict}. ${words}`),
  ].join("\n");
}

/** What the report comes to, in one or two sentences. */
export function conclusion({ verdict, stationarity, spectrum, response, step, damping, solves }: AuditReport): string {
  if (spectrum.conditionNumber === Infinity) {
    return `H + λ1 is not positive definite. Use a damping above ${number(spectrum.smallestDamping)}; nothing else was examined.`;
  }
  if (solves?.verdict === "fail") return "the linear systems are not solved. Raise the damping.";
  if (!response) return "nothing was retrained, so what these influences predict is not known. Ask for a check by retraining.";
  if (response.verdict === "fail") {
    return "influence does not predict what happens when a training point is taken away. Do not use it at this damping" +
      (step?.verdict === "pass" ? "." : "; a larger one may do, see step.");
  }
  if (verdict === "pass") return "influence is, to first order, what happens to the test loss when a training point is taken away.";
  const reservations = [
    ...(stationarity.verdict === "pass" ? [] : ["the model is no minimum, so influence does not predict training anew without a point, only the response that the damping holds back"]),
    ...(spectrum.verdict === "pass" ? [] : ["the Hessian has negative directions, so the numbers depend on the damping by construction"]),
    ...(damping?.verdict === "pass" ? [] : ["the ranking changes with the damping"]),
    ...(step?.verdict === "pass" ? [] : ["the Hessian does not hold over the length of the steps"]),
    ...(response.verdict === "pass" ? [] : ["the predicted ranking agrees only roughly with the measured one"]),
  ];
  return `influence ranks as the damped response does, with reservations: ${reservations.join("; ")}.`;
}

/** The parts of the report as rows for a table. */
export function auditLines({ stationarity: s, spectrum: e, damping, solves, step, response, leaveOneOut }: AuditReport): { part: string; verdict: Verdict | "reported"; words: string }[] {
  const softness = (e.lowest + e.damping) / e.damping;
  const rows: { part: string; verdict: Verdict | "reported"; words: string }[] = [
    {
      part: "stationarity", verdict: s.verdict,
      words: `|∇ℜ| = ${number(s.gradientNorm)}, ${number(s.relative)} of a point's mean gradient, ${number(s.drift)} times what the removal of a point changes ` +
        `(${lines(auditThresholds.drift, "below")} times).`,
    },
    {
      part: "spectrum", verdict: e.verdict,
      words: `eigenvalues from ${number(e.lowest)} to ${number(e.highest)}; ${e.negative.count} negative (sum ${number(e.negative.sum)}), ` +
        `${e.flat.count} flat (modulus below ${number(e.flat.below)}). Smallest admissible damping ${number(e.smallestDamping)}, condition number of H + λ1 ` +
        `${number(e.conditionNumber)} (pass: no negative eigenvalue, caution: H + λ1 positive definite)` +
        (e.lowest < 0 && softness > 0 && softness < SOFT ? `; the damping exceeds |E₀| by so little that the softest direction outweighs all others.` : "."),
    },
  ];
  if (damping) {
    const at = damping.rows.findIndex((row) => row.damping === e.damping);
    rows.push({
      part: "damping", verdict: damping.verdict,
      words: `rank correlation with influence at neighbouring dampings ${neighbours(damping.rows, at, "rankCorrelation")} (${lines(auditThresholds.dampingRank, "above")}), ` +
        `share of the five most influential points ${neighbours(damping.rows, at, "sharedTopFive")} (${lines(auditThresholds.dampingTop, "above")}); medians over test points.`,
    });
  }
  if (solves) {
    rows.push({
      part: "solves", verdict: solves.verdict,
      words: `largest relative residual ${number(solves.residual)} of ${solves.count} systems (${lines(auditThresholds.residual, "below")}).`,
    });
  }
  if (step && response) {
    const total = response.rows.length;
    rows.push({
      part: "step", verdict: step.verdict,
      words: `after the predicted step ${number(step.remaining)} of the gradient is left, at most ${number(step.largestRemaining)} (median: ${lines([auditThresholds.remaining[0], 0], "below")}). ` +
        `Of ${total} minima ${step.onKinks} lie on kinks, ${step.negativeCurvature} beyond negative curvature, ${step.givenUp} were not reached.`,
    });
    rows.push({
      part: "response", verdict: response.verdict,
      words: `rank correlation of influence with the proximal response of ${total} points, median over test points and 95 % interval (bootstrap of the points): ` +
        `${interval(response.agreement)} (${lines(auditThresholds.response, "above")}); least ${number(response.agreement.least)}, ` +
        `${response.agreement.perTest.filter((v) => v < auditThresholds.response[0]).length} of ${response.agreement.perTest.length} test points below ${auditThresholds.response[0]}; ` +
        `measured changes are ${number(response.agreement.slope)} times the predicted. With the L2 term in the gradients: ${interval(response.published.agreement)}.`,
    });
  }
  if (leaveOneOut) {
    rows.push({
      part: "leave-one-out", verdict: "reported",
      words: `rank correlation with ${leaveOneOut.method === "stationary" ? "the minimum without the point" : "training anew without the point"}: ${interval(leaveOneOut.agreement)}` +
        (leaveOneOut.method === "stationary" ? "." : "; such a training also changes the order of samples and where it stops, which influence does not know."),
    });
  }
  return rows;
}

function neighbours(rows: readonly DampingScanRow[], at: number, what: "rankCorrelation" | "sharedTopFive"): string {
  return [rows[at - 1], rows[at]].flatMap((row) => (row?.next ? [number(row.next[what])] : [])).join(" and ");
}
