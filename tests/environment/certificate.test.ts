import { core, hessian, nn } from "phaselens";
import { expect, test } from "vitest";
import { agreement, certify, updated } from "../../environment/studies/certificate/certify.mjs";

/** y = w x + b at x = 0, where b alone acts. */
function constant(): { problem: Parameters<typeof certify>[0]; test: nn.Samples } {
  const rng = core.makeRng(1);
  const network = nn.sequential([nn.dense(1, 1)]);
  const drawn = (n: number): nn.Samples => ({
    x: core.tensor([n, 1]),
    target: core.tensor(
      [n, 1],
      Float64Array.from({ length: n }, () => rng.normal()),
    ),
  });
  const [training, options] = [drawn(12), { loss: nn.meanSquaredError }];
  const theta = Float64Array.of(0, 0.3);
  const H = hessian.exactHessian(network, theta, training, options);
  const problem = { network, theta, training, options, hessian: H, damping: 0.1 };
  return { problem, test: drawn(6) };
}

test("with one parameter that acts and a quadratic risk the corrected step is the response itself", async () => {
  const { problem, test: points } = constant();
  const groups = [[0], [3], [1, 2, 4, 5], [6, 7, 8, 9, 10, 11]];
  const { corrected, moved, facts } = certify(problem, points, groups);
  const { changes } = await hessian.removals(problem, points, groups, { jobs: 1 });
  const furthest = (table: core.Tensor) =>
    Math.max(...table.data.map((v, k) => Math.abs(v - changes.data[k])));
  expect(furthest(corrected)).toBeLessThan(1e-9);
  expect(furthest(moved)).toBeGreaterThan(1e-3); // what is removed takes its curvature with it
  expect(facts.every(({ left }) => left > 0)).toBe(true);
});

test("agreement is the median over test points, without those that do not vary", () => {
  const predicted = core.tensor([3, 3], [1, 1, 5, 2, 2, 5, 3, 3, 5]);
  const measured = core.tensor([3, 3], [1, 3, 1, 2, 2, 2, 3, 1, 3]);
  expect(agreement(predicted, measured)).toBe(0); // of 1 and −1
  expect(agreement(core.tensor([3, 1]), core.tensor([3, 1]))).toBeNull();
});

test("the updated inverse maps y on s and is symmetric", () => {
  const matrix = core.tensor([3, 3], [4, 1, 0, 1, 3, 1, 0, 1, 2]);
  const solver = hessian.solvers.exact(matrix, { damping: 0 });
  const [s, y] = [Float64Array.of(1, -1, 2), Float64Array.of(2, 1, 3)];
  const [u, v] = [Float64Array.of(1, 0, 2), Float64Array.of(-1, 3, 1)];
  const onto = updated(solver, s, y, y);
  s.forEach((value, p) => expect(onto[p]).toBeCloseTo(value, 12));
  const [uBv, vBu] = [core.dot(u, updated(solver, s, y, v)), core.dot(v, updated(solver, s, y, u))];
  expect(uBv).toBeCloseTo(vBu, 12);
});
