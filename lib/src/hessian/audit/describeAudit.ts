import { blindSpots, curvatureWords, type CurvatureFacts } from "../curvature/curvatureFacts.js";
import type { GradientConvention } from "../../nn/network/gradientConvention.js";
import type {
  AuditFacts,
  AuditLine,
  AuditReport,
  DampingAudit,
  LeaveOneOutAudit,
  ResponseAudit,
  SpectrumAudit,
  SolvesAudit,
  StationarityAudit,
  StepAudit,
} from "./auditReport.js";
import { dampingWords } from "../solvers/damping.js";
import type { RemovalDraw } from "../removal/drawRemovals.js";
import { auditThresholds, SOFT } from "./auditThresholds.js";
import type { RankAgreement } from "../removal/rankAgreement.js";

/** The facts with their words. */
export function worded(facts: AuditFacts): AuditReport {
  const { parameters, samples, tests, spectrum, verdict } = facts;
  const [conclusion, lines] = [auditConclusion(facts), auditLines(facts)];
  const text = [
    `Audit of influence functions: ${parameters} parameters, ${samples} training points, ${tests} test points, damping λ = ${dampingWords(spectrum.damping, number)}`,
    `${verdict.toUpperCase()}: ${conclusion}`,
    ...lines.map((line) => `- ${line.part}: ${line.verdict}. ${line.words}`),
  ].join("\n");
  return { ...facts, conclusion, lines, text };
}

function auditConclusion({
  verdict,
  stationarity,
  spectrum,
  response,
  step,
  damping,
  solves,
}: AuditFacts): string {
  if (spectrum.verdict === "fail") {
    return `H + λ1 is not positive definite. Use a damping above ${number(spectrum.smallestDamping)}; nothing else was examined.`;
  }
  if (solves?.verdict === "fail") return "the linear systems are not solved. Raise the damping.";
  if (!response)
    return "nothing was retrained, so what these influences predict is not known. Ask for a check by retraining.";
  if (response.verdict === "fail") {
    const larger = step?.verdict === "pass" ? "" : "; a larger one may do, see step";
    return `influence does not predict what happens when a training point is taken away. Do not use it at this damping${larger}.`;
  }
  if (verdict === "pass")
    return "influence is, to first order, what happens to the test loss when a training point is taken away.";
  const reservations = [
    stationarity.verdict !== "pass" &&
      "the model is no minimum, so influence predicts the response that the damping holds back, not training anew without a point",
    spectrum.verdict !== "pass" &&
      "the Hessian has negative directions, so the numbers depend on the damping by construction",
    damping?.verdict !== "pass" && "the ranking changes with the damping",
    solves?.verdict !== "pass" &&
      (solves?.approximate
        ? "the curvature is that of Kronecker factors, so values are not what ranks are"
        : "the linear systems are solved roughly"),
    step?.verdict !== "pass" && "the Hessian does not hold over the length of the steps",
    response.verdict !== "pass" &&
      "the predicted ranking agrees only roughly with the measured one",
  ].filter((reservation) => reservation !== false);
  return `influence ranks the training points as the damped response does, with reservations: ${reservations.join("; ")}.`;
}

function auditLines(report: AuditFacts): AuditLine[] {
  const { stationarity, spectrum, damping, solves, step, response, leaveOneOut } = report;
  const lines: AuditLine[] = [
    { part: "curvature", verdict: "reported", words: curvatureLine(report.curvature) },
    { part: "stationarity", verdict: stationarity.verdict, words: stationarityWords(stationarity) },
    { part: "spectrum", verdict: spectrum.verdict, words: spectrumWords(spectrum) },
  ];
  if (damping)
    lines.push({
      part: "damping",
      verdict: damping.verdict,
      words: scanWords(damping, spectrum.lambda),
    });
  if (solves) {
    lines.push({ part: "solves", verdict: solves.verdict, words: solvesWords(solves) });
  }
  if (step && response)
    lines.push({
      part: "step",
      verdict: step.verdict,
      words: stepWords(step, response.rows.length),
    });
  if (response)
    lines.push({
      part: "response",
      verdict: response.verdict,
      words: responseWords(response, report.convention),
    });
  if (leaveOneOut)
    lines.push({
      part: "leave-one-out",
      verdict: "reported",
      words: leaveOneOutWords(leaveOneOut),
    });
  return lines;
}

function curvatureLine(facts: CurvatureFacts): string {
  const blind = blindSpots[facts.name];
  return `${curvatureWords(facts)} (${facts.why}).${blind === undefined ? "" : ` ${blind}`}`;
}

function solvesWords({ residual, count, approximate }: SolvesAudit): string {
  const bounds = limits(auditThresholds.residual, "below");
  return approximate
    ? `solved are the systems of Kronecker factors; held against products with the Hessian, the largest relative residual of ${count} is ${number(residual)} (${bounds}, or more for factors).`
    : `largest relative residual ${number(residual)} of ${count} systems (${bounds}).`;
}

function stationarityWords({
  gradientNorm,
  relative,
  drift,
  networkGradientNorm,
}: StationarityAudit): string {
  const whole =
    networkGradientNorm === undefined
      ? ""
      : ` By all parameters of the network |∇ℜ| = ${number(networkGradientNorm)}.`;
  return (
    `|∇ℜ| = ${number(gradientNorm)}, ${number(relative)} of a point's mean gradient, ` +
    `${number(drift)} times what the removal of a point changes (${limits(auditThresholds.drift, "below")} times).${whole}`
  );
}

function spectrumWords(spectrum: SpectrumAudit): string {
  const { damping, lambda, lowest, highest, bounds } = spectrum;
  const { negative, flat, smallestDamping, conditionNumber } = spectrum;
  const softness = (lowest + lambda) / lambda;
  const soft = lowest < 0 && softness > 0 && softness < SOFT;
  const unit =
    typeof damping === "number"
      ? ""
      : ", in units of the mean curvature of each group of parameters";
  const counted = [
    ...(negative ? [`${negative.count} negative (sum ${number(negative.sum)})`] : []),
    ...(flat ? [`${flat.count} flat (modulus below ${number(flat.below)})`] : []),
  ];
  return (
    `${bounds ? "bounds on eigenvalues" : "eigenvalues"} from ${number(lowest)} to ${number(highest)}${unit}` +
    `${counted.length > 0 ? `; ${counted.join(", ")}` : ""}. Smallest admissible damping ${number(smallestDamping)}, ` +
    `condition number of H + λ1 ${number(conditionNumber)} (pass: no negative eigenvalue, caution: H + λ1 positive definite)` +
    (soft
      ? "; the damping exceeds |E₀| by so little that the softest direction outweighs all others."
      : ".")
  );
}

function scanWords({ rows }: DampingAudit, damping: number): string {
  const at = rows.findIndex((row) => row.damping === damping);
  const beside = (what: "rankCorrelation" | "sharedTopFive"): string =>
    [rows[at - 1], rows[at]]
      .flatMap((row) => (row?.next ? [number(row.next[what])] : []))
      .join(" and ");
  return (
    `rank correlation with influence at neighbouring dampings ${beside("rankCorrelation")} (${limits(auditThresholds.dampingRank, "above")}), ` +
    `share of the five most influential points ${beside("sharedTopFive")} (${limits(auditThresholds.dampingTop, "above")}); medians over test points.`
  );
}

function stepWords(step: StepAudit, points: number): string {
  const { remaining, largestRemaining, kinks, onKinks, atRounding, negativeCurvature, givenUp } =
    step;
  const ends = kinks
    ? `${onKinks} lie on kinks, `
    : atRounding > 0
      ? `${atRounding} were searched for until the risk fell no more, `
      : "";
  return (
    `after the predicted step ${number(remaining)} of the gradient is left, at most ${number(largestRemaining)} ` +
    `(median; pass: below ${auditThresholds.remaining}). Of ${points} minima ${ends}` +
    `${negativeCurvature} lie beyond negative curvature, ${givenUp} were not reached.`
  );
}

const conventions: Readonly<Record<GradientConvention, string>> = {
  loss: "gradients of the losses alone",
  dawid2021: "the penalty in all gradients, as in the published toolbox",
};

const drawn: Readonly<Record<RemovalDraw, string>> = {
  "self-influence":
    "drawn in proportion to √(self-influence), so that each counts by the influence that it can have",
  uniform: "drawn uniformly",
};

function responseWords(
  { rows, draw, share, agreement, other }: ResponseAudit,
  convention: GradientConvention,
): string {
  const [pass] = auditThresholds.response;
  const below = agreement.perTest.filter((value) => value < pass).length;
  const pairs = rows.length * agreement.perTest.length;
  const sample = `${rows.length} points, ${drawn[draw]} (${number(100 * share)} % of all self-influence)`;
  if (agreement.silent === agreement.perTest.length) {
    return `taking away ${sample} changes no test loss beyond rounding for five points or more, so there is nothing to rank.`;
  }
  return (
    `rank correlation of influence (${conventions[convention]}) with the proximal response of ${sample}, median over test points and ` +
    `95 % interval (bootstrap of the points): ${interval(agreement)} (${limits(auditThresholds.response, "above")}); ` +
    `least ${number(agreement.least)}, ${below} of ${agreement.perTest.length} test points below ${pass}; ` +
    `measured changes are ${number(agreement.slope)} times the predicted.` +
    (agreement.ties > 0
      ? ` ${agreement.ties} of ${pairs} pairs tie within rounding and are left out, and with them ${agreement.silent} test points.`
      : "") +
    (other ? ` With ${conventions[other.convention]}: ${interval(other.agreement)}.` : "")
  );
}

function leaveOneOutWords({ method, agreement }: LeaveOneOutAudit): string {
  return method === "stationary"
    ? `rank correlation with the minimum without the point: ${interval(agreement)}.`
    : `rank correlation with training anew without the point: ${interval(agreement)}; ` +
        "such a training also changes the order of samples and where it stops, which influence does not know.";
}

function number(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e6
    ? String(value)
    : String(Number(value.toPrecision(3)));
}

function limits([pass, caution]: readonly [number, number], side: "below" | "above"): string {
  return `pass: ${side} ${number(pass)}${caution > 0 ? `, caution: ${side} ${number(caution)}` : ""}`;
}

function interval({ median, interval: [low, high] }: RankAgreement): string {
  return `${number(median)} [${number(low)}, ${number(high)}]`;
}
