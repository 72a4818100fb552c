import { core } from "phaselens";
import { describe, expect, it } from "vitest";
import {
  halfWidth,
  oneNetwork,
  studentFactor,
  twoWay,
} from "../../environment/studies/bluecher2020-coverage/twoWay.mjs";
import {
  covered,
  drawn,
  mixes,
} from "../../environment/studies/bluecher2020-coverage/synthetic.mjs";

const networks = 5;
const n = 200;

describe("the error of a mean over networks asked about the same configurations", () => {
  // 200 intervals each: one of 1000 runs of the test lies further than 3.3 standard deviations off
  const repeats = 200;
  const away = (hits: number) => (hits - 0.6827 * repeats) / Math.sqrt(0.6827 * 0.3173 * repeats);
  const found = (["networks", "configurations", "both"] as const).map((mix) =>
    covered(mixes[mix], { repeats, networks, n, rng: core.makeRng(3, mix) }),
  );

  it("covers in 68 % of cases, whether networks, configurations or both vary", () => {
    for (const { both } of found) expect(Math.abs(away(both))).toBeLessThan(3.3);
  });

  it("is not what networks or configurations alone say where the other one varies", () => {
    const [byNetworks, byConfigurations] = found;
    expect(away(byNetworks.chain)).toBeLessThan(-10);
    expect(away(byConfigurations.seeds)).toBeLessThan(-10);
    // τ_int = 1.5: independent configurations would have errors smaller by √3
    expect(away(byConfigurations.independent)).toBeLessThan(-5);
    expect(Math.abs(away(byConfigurations.chain))).toBeLessThan(3.3);
  });

  it("consists of the variances that the tables were drawn with", () => {
    const rng = core.makeRng(5, "components");
    const [network, configuration, interaction] = mixes.both;
    const all = Array.from({ length: 60 }, (_, r) =>
      twoWay(drawn(mixes.both, { networks, n, rng: rng.fork(`${r}`) })),
    ).map(([share]) => share);
    const square = (name: "between" | "along" | "crossed") =>
      core.mean(all.map((one) => one[name] ** 2));
    const chain = 3 / n; // 2 τ_int / n
    const crossed = (interaction ** 2 * chain) / networks;
    // relative errors: χ² of 4 and some 60 degrees of freedom, 60 times; three of them and 10 %
    // for the small-sample corrections of the errors along the chain
    const between = square("between") / (network ** 2 / networks + crossed);
    expect(Math.abs(between - 1)).toBeLessThan(0.27);
    const along = square("along") / (configuration ** 2 * chain + crossed);
    expect(Math.abs(along - 1)).toBeLessThan(0.25);
    expect(Math.abs(square("crossed") / crossed - 1)).toBeLessThan(0.5);
  });
});

it("one network is the mean of one, and errors of independent configurations are blocks of one", () => {
  const [table] = drawn(mixes.both, { networks: 1, n: 100, rng: core.makeRng(1) });
  const [share, complement] = oneNetwork(table);
  expect(share.mean + complement.mean).toBeCloseTo(1, 12);
  expect(share.error).toBeCloseTo(complement.error, 10);
  const both = twoWay([table, table]);
  expect(both[0].mean).toBeCloseTo(share.mean, 12);
  expect(both[0].between).toBeCloseTo(0, 12);
  expect(halfWidth(both[0], 2)).toBeCloseTo(both[0].along, 12);
});

it("Student's factor is that of the exact quantiles", () => {
  const exact = [
    [1, Math.tan(0.341345 * Math.PI), 0.02],
    [2, Math.sqrt((2 * 0.68269 ** 2) / (1 - 0.68269 ** 2)), 0.002],
    [4, 1.14165, 0.001],
    [1e9, 1, 1e-9],
  ];
  for (const [freedom, factor, within] of exact)
    expect(Math.abs(studentFactor(freedom) / factor - 1)).toBeLessThan(within);
});
