import { bluecher2020 } from "phaselens/papers";
import { readFileSync } from "node:fs";
import { tensor } from "phaselens/core";
import {
  alphaBeta,
  epsilon,
  filterRelevance,
  flat,
  relevance,
  uniform,
  withoutBias,
  zPlus,
  type Composite,
} from "phaselens/lrp";
import { conv3d, dense, flatten, leakyRelu, maxPool, relu, sequential } from "phaselens/nn";
import { expect, it } from "vitest";
import { relativeToMaximum } from "../support/allclose.js";
import { describeWithReference, referencePath } from "../support/reference.js";

type Nested = readonly (number | Nested)[];
interface Fixture {
  weights: Record<string, Nested>;
  x: Nested;
  out: Nested;
  filter_relevance: Nested;
  R: Record<string, Nested>;
}
const flatten1 = (values: Nested): number[] => values.flat(9) as number[];

describeWithReference("a small network like Table III's, computed by zennit 0.5.1", () => {
  const fixture = JSON.parse(
    readFileSync(referencePath("bluecher2020/lrp_zennit_fixture.json"), "utf8"),
  ) as Fixture;
  const network = sequential([
    conv3d(1, 3, 2),
    relu(),
    maxPool(2),
    flatten(),
    dense(24, 7),
    relu(),
    dense(7, 5),
    leakyRelu(0.01),
  ]);
  const theta = Float64Array.from(
    ["0", "4", "6"].flatMap((k) => [
      ...flatten1(fixture.weights[`${k}.weight`]),
      ...flatten1(fixture.weights[`${k}.bias`]),
    ]),
  );
  const x = tensor([2, 1, 5, 5, 5], flatten1(fixture.x));
  const composites: Record<string, Composite> = {
    "w2_z+": bluecher2020.tableIII,
    "eps1e-6": uniform(epsilon(1e-6)),
    alpha2beta1_nobias: uniform(withoutBias(alphaBeta(2, 1))),
    "flat_then_z+": uniform(zPlus, { first: flat }),
  };

  it.each(Object.keys(composites))("%s agrees to 1e-10", (name) => {
    const found = relevance(network, theta, x, composites[name]);
    expect(relativeToMaximum(found.output.data, flatten1(fixture.out))).toBeLessThan(1e-13);
    expect(relativeToMaximum(found.at[0].data, flatten1(fixture.R[name]))).toBeLessThan(1e-10);
  });

  it("so does the relevance of the filters", () => {
    expect(
      relativeToMaximum(
        filterRelevance(network, theta, x, bluecher2020.tableIII).filters.data,
        flatten1(fixture.filter_relevance),
      ),
    ).toBeLessThan(1e-10);
  });
});
