import { delimiter } from "node:path";
import { describe, expect, it } from "vitest";
import { runNode } from "../support/runNode.js";

interface Made {
  readonly node: string;
  readonly hashes: Readonly<Record<string, string>>;
}

const script = new URL("bytes.mjs", import.meta.url);
async function made(options: Parameters<typeof runNode>[2]): Promise<Made> {
  const { stdout, stderr } = await runNode(script, [], options).ended;
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Made;
}

/** Programs of other versions of Node, by their paths; `.ci/run` names those of 22 and 24. */
const others = (process.env.PHASELENS_NODES ?? "").split(delimiter).filter(Boolean);

describe("the bytes of a result", () => {
  const here = made({});

  it("are those of many calculations, each of its own", async () => {
    const { hashes } = await here;
    expect(Object.keys(hashes).length).toBeGreaterThan(25);
    expect(new Set(Object.values(hashes)).size).toBe(Object.keys(hashes).length);
  });

  it.each(others)("are the same from %s", async (program) => {
    const there = await made({ program });
    expect(there.node).not.toBe((await here).node);
    expect(there.hashes).toEqual((await here).hashes);
  });

  it.each(others)(
    "of ensembles and jets are the same with fused products from %s",
    async (program) => {
      const there = await made({ program, env: { PHASELENS_FMA: "on" } });
      const promised = Object.entries((await here).hashes).filter(([name]) =>
        /^(ensemble|report|jets),/.test(name),
      );
      expect(promised.length).toBeGreaterThan(10);
      for (const [name, hash] of promised) expect(there.hashes[name], name).toBe(hash);
    },
  );
});
