import { expect, it } from "vitest";
import { runNode } from "../support/runNode.js";

it("gives the same bytes from the interpreter as from the optimising compiler", async () => {
  const script = new URL("../determinism/bytes.mjs", import.meta.url);
  const [optimised, interpreted] = await Promise.all(
    [[], ["--no-opt", "--no-sparkplug", "--no-maglev"]].map(
      (nodeArgs) => runNode(script, [], { nodeArgs }).ended,
    ),
  );
  expect(interpreted.stdout).toBe(optimised.stdout);
  expect(optimised.stdout).toContain("hashes");
}, 300_000);
