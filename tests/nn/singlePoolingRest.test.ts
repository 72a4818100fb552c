import { makeRng, tensor } from "phaselens/core";
import { averagePool, flatten, kaimingNormal, predict, sequential } from "phaselens/nn";
import { expect, it } from "vitest";

it("means over windows that leave a rest start anew with each sample, in single precision too", () => {
  const network = sequential([averagePool([2]), flatten()]);
  const theta = kaimingNormal(network, makeRng(2));
  const x = tensor(
    [3, 1, 7],
    Float64Array.from({ length: 21 }, (_, k) => k),
  );
  const wanted = [0.5, 2.5, 4.5, 7.5, 9.5, 11.5, 14.5, 16.5, 18.5];
  for (const precision of ["float64", "float32"] as const)
    expect(Array.from(predict(network, theta, x, { precision }).data)).toEqual(wanted);
});
