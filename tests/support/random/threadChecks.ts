import fc from "fast-check";
import { exactHessian, lossesAt, type ExactHessian } from "phaselens/hessian";
import { parallelMap, row, tensor } from "phaselens/core";
import { describeNetwork } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { build, recipes } from "../randomNetworks.js";
import { agree } from "./agree.js";
import { direction } from "./directions.js";
import type { Sweep } from "./overRandomNetworks.js";
import { describeLoss } from "phaselens/internal/nn/losses/lossTypes";

/** Tests of what worker threads make of random networks. */
export function threadsAgree({ runs, seed }: Sweep): void {
  describe("worker threads with random networks", () => {
    const problems = fc.sample(recipes, { numRuns: runs, seed }).map(build);

    it("make the Hessians that this thread makes", async () => {
      const requests = problems.map(({ network, theta, samples, options: { loss, l2 = 0 } }) => ({
        described: { network: describeNetwork(network), loss: describeLoss(loss) },
        l2,
        theta,
        samples,
      }));
      const module = new URL(
        import.meta.resolve("phaselens/internal/hessian/exact/parallelHessian"),
      );
      const task = { module, name: "hessianOfRequest" };
      const found = await parallelMap<(typeof requests)[0], ExactHessian>(task, requests, {
        jobs: 2,
      });
      problems.forEach(({ network, theta, samples, options: { loss, l2 } }, k) => {
        const wanted = exactHessian(network, theta, samples, { loss, l2 });
        agree(`network ${k}`, found[k].data, wanted.data, 0);
        expect(found[k].route).toBe(wanted.route);
      });
    });

    it("find the losses at other parameters that this thread finds", async () => {
      for (const {
        network,
        theta,
        samples,
        options: { loss },
      } of problems.slice(0, 4)) {
        const P = theta.length;
        const thetas = tensor([70, P], Array.from(direction(70 * P, "thetas")));
        const there = await lossesAt(network, thetas, samples, loss, { jobs: 2 });
        for (let b = 0; b < 70; b++) {
          const here = await lossesAt(
            network,
            tensor([1, P], Array.from(row(thetas, b))),
            samples,
            loss,
            { jobs: 1 },
          );
          agree(`vector ${b}`, row(there, b), here.data, 0);
        }
      }
    });
  });
}
