import { ConfigError } from "phaselens/core";
import { nn } from "phaselens";
import { expect, it } from "vitest";

it("a layer of a graph that is given too little says so, as for a mask that is left out", () => {
  const build = (): unknown =>
    nn.graph({ tracks: [2, 3], mask: [1, 3] }, ({ tracks }, then) => then(nn.maskedMean(), tracks));
  expect(build).toThrow(ConfigError);
  expect(build).toThrow("graph: inputs[1] is undefined; it must be a value of the graph.");
});
