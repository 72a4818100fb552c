import { bluecher2020 } from "phaselens/papers";
import { describe, expect, it } from "vitest";

const uniform = (size: number): number[] => new Array<number>(8).fill(size);
const alternating = [1, -1, -1, 1, -1, 1, 1, -1];
const paramagnetic = [1, 0, 0, -1, 1, 0, 0, -1];
const fact = (name: "AFM" | "PM" | "FM" | "unused", cosineM = 0) => ({
  class: name,
  share: { AFM: 0, PM: name === "PM" ? 0.6 : 0.1, FM: 0 },
  cosineM,
});
const classes = [fact("PM"), fact("AFM"), fact("FM", 1), fact("FM", -0.9), fact("unused")];
const network = (
  seed: number,
  filters: number[][],
  lasso = 0.001,
): bluecher2020.ScannedNetwork => ({
  scale: "quick",
  steps: 10,
  lasso,
  seed,
  seconds: seed,
  errors: { AFM: 0.01, PM: 0.01 * seed, FM: 0.01 },
  filters: filters.flat(),
  facts: classes,
});

describe("the points of a scan", () => {
  const exact = [paramagnetic, alternating, uniform(1), uniform(-1), uniform(0)];
  const noise = [
    [1, 2, -1, 0, 0, 1, 0, 0],
    [0, 1, 0, 0, 0, 1, 0, 0],
    [2, 0, 0, 0, 1, 0, -1, 0],
    [0, 0, 0, 3, 0, 0, -1, 0],
    uniform(0),
  ];
  it("count sets of filters by their pattern, not by the classes of their relevance", () => {
    const [point, other] = bluecher2020.filterScanPoints([
      network(1, exact),
      network(2, noise),
      network(1, exact, 0.002),
      network(3, exact),
    ]);
    expect(point).toMatchObject({
      lasso: 0.001,
      seeds: 3,
      paper: 2,
      withO: 2,
      bothSigns: 2,
      staggered: 2,
      byClass: 3,
      four: 3,
      used: 4,
      sharePM: 0.6,
      errorPM: 0.02,
      seconds: 2,
    });
    expect(point.cosineM).toBeCloseTo(0.95, 12);
    expect(other).toMatchObject({ lasso: 0.002, seeds: 1, similarPM: NaN });
  });
  it("compare PM filters of different networks, whatever their orientation", () => {
    const turned = [[1, 1, 0, 0, 0, 0, -1, -1], ...exact.slice(1)];
    expect(
      bluecher2020.filterScanPoints([network(1, exact), network(2, turned)])[0].similarPM,
    ).toBeCloseTo(1, 12);
  });
});

describe("the scan that is shipped", () => {
  const networks = bluecher2020.shippedFilterScan() as readonly (bluecher2020.ScannedNetwork & {
    paper: boolean;
  })[];
  it("has each network once, with forty weights and the verdict that they give", () => {
    const places = networks.map(({ scale, steps, lasso, seed }) =>
      [scale, steps, lasso, seed].join(),
    );
    expect(new Set(places).size).toBe(places.length);
    for (const one of networks) {
      expect(one.filters.length).toBe(40);
      expect(bluecher2020.filterScanPoints([one])[0].paper === 1).toBe(one.paper);
    }
  });
});
