import { core, hessian, nn, papers } from "phaselens";
import { beforeAll, describe, expect, it } from "vitest";
import { authorSetup } from "../support/dawid.js";
import { describeWithReference } from "../support/reference.js";
import type { ProximalProblem } from "phaselens/internal/hessian/removal/proximalResponse";
import { cnnRecipe } from "phaselens/internal/papers/dawid2021/cnnRecipes";

// Influence must follow the proximal response on every kind of model: rank correlation at least .9,
// median over the test points.
const training = papers.dawid2021.data({ sites: 12, set: "training" });
const test = papers.dawid2021.data({ sites: 12, set: "even" });
const POINTS = 16;
/**
 * Damping beyond |E₀|. That of the notebooks, 0.2, is enough for the authors' network, but not for
 * all of ours (two of four in data/studies/dawid2021-recipes.json); 5 holds those below over their
 * kinks.
 */
const MARGIN = 0.2;
const FIRM = 5;

interface Subject {
  readonly network: nn.Network;
  readonly theta: Float64Array;
  readonly data: nn.Samples;
  readonly options: nn.RiskOptions;
}

async function examine(
  { network, theta, data, options }: Subject,
  seed: number,
  margin: number,
  leaveOneOut: boolean,
): Promise<{
  report: hessian.AuditReport;
  problem: ProximalProblem & { hessian: core.Tensor };
}> {
  const H = hessian.exactHessian(network, theta, data, options);
  const lowest = hessian.spectrum(H).values[0];
  const damping = lowest > 0 ? 0.01 : margin - lowest;
  const report = await hessian.audit(network, theta, data, {
    options,
    test,
    hessian: H,
    // drawn alike, as when the thresholds below were set: by self-influence the points are few and
    // strong, which is another statistic
    damping,
    retrain: {
      points: POINTS,
      draw: "uniform",
      rng: core.makeRng(seed, "audit"),
      stall: 1e-2,
      leaveOneOut,
    },
  });
  console.log(report.text);
  return { report, problem: { network, theta, training: data, options, damping, hessian: H } };
}

/** Removing 10⁻⁵ of a point stays within the activation pattern whose Hessian it is. */
async function withinPattern(
  problem: ProximalProblem & { hessian: core.Tensor },
  response: hessian.ResponseAudit,
): Promise<hessian.RankAgreement> {
  const weight = 1e-5;
  const { changes } = await hessian.removals(
    problem,
    test,
    response.rows.map((r) => [r]),
    { weight },
  );
  return hessian.rankAgreement(response.predicted, changes, { rng: core.makeRng(1, "within") });
}

function earlyStopped(name: string, margin: number, subject: () => Subject): void {
  describe(name, () => {
    let report: hessian.AuditReport;
    let within: hessian.RankAgreement;
    beforeAll(async () => {
      const examined = await examine(subject(), 1, margin, false);
      report = examined.report;
      within = await withinPattern(examined.problem, report.response as hessian.ResponseAudit);
    }, 300_000);
    it("is not stationary, by far, and does not pass", () => {
      expect(report.stationarity.verdict).toBe("fail");
      expect(report.stationarity.drift).toBeGreaterThan(30);
      expect(report.verdict).not.toBe("pass");
    });
    it("influence follows the proximal response: rank correlation ≥ .9", () => {
      expect(report.response?.agreement.median).toBeGreaterThanOrEqual(0.9);
    });
    it("within the activation pattern it does so for every test point, and in size", () => {
      expect(within.least).toBeGreaterThan(0.97);
      expect(within.slope / 1e-5).toBeGreaterThan(0.99);
      expect(within.slope / 1e-5).toBeLessThan(1.01);
    });
    it("almost all minima lie on kinks: what full removal adds is the switching of patterns", () => {
      expect(report.step?.onKinks).toBeGreaterThan(POINTS / 2);
    });
  });
}

describeWithReference("with the authors' files", () => {
  earlyStopped("the authors' checkpoint", MARGIN, () => {
    const { network, theta, training: data, options } = authorSetup();
    return { network, theta, data, options };
  });
});

// one of the two that hold at the notebooks' damping as well, and one of those that do not
describe.each([1, 4])("our network, seed %i", (seed) => {
  earlyStopped("stopped at a cross-entropy of 0.1", FIRM, () => {
    const network = papers.dawid2021.cnn();
    const { options, risk } = cnnRecipe;
    return {
      network,
      theta: nn.train(network, training, { ...options, rng: core.makeRng(seed, network.name) })
        .theta,
      data: training,
      options: risk,
    };
  });
});

describe.each([1, 2])("a converged smooth network, seed %i", (seed) => {
  const network = nn.sequential(
    [
      nn.conv1d(1, 5, 15, { padding: 1 }),
      nn.averagePool(4),
      nn.tanh(),
      nn.conv1d(5, 8, 5),
      nn.averagePool(8),
      nn.tanh(),
      nn.flatten(),
      nn.dense(224, 2),
    ],
    "smooth738",
  );
  const data = core.subset(
    training,
    Array.from({ length: 250 }, (_, r) => 4 * r + 1),
  );
  const options = { loss: nn.softmaxCrossEntropy, l2: 0.01 };
  let report: hessian.AuditReport;
  beforeAll(async () => {
    const start = nn.train(network, data, {
      ...options,
      rng: core.makeRng(seed, network.name),
      epochs: 80,
      optimiser: nn.adam({ learningRate: 3e-3 }),
      schedule: nn.cosineSchedule,
      stuck: { patience: 20 },
    });
    const { theta } = hessian.polish(network, start.theta, data, { ...options, tolerance: 1e-8 });
    ({ report } = await examine({ network, theta, data, options }, seed, MARGIN, true));
  }, 300_000);
  it("passes", () => expect(report.verdict).toBe("pass"));
  it("influence follows the proximal response and plain leave-one-out, for every test point", () => {
    expect(report.response?.agreement.least).toBeGreaterThan(0.97);
    expect(report.leaveOneOut?.agreement.median).toBeGreaterThan(0.95);
  });
  it("the L2 term in the gradients, as published, costs the agreement where the penalty is strong", () => {
    expect(report.response?.other?.agreement.median).toBeLessThan(0.9);
  });
});
