import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { denoKernel, outputsSent } from "../../environment/deno/program.mjs";
import { startKernel } from "../../environment/kernel/kernel-client.mjs";
import { describeWithDeno } from "../support/deno.js";

const program = fileURLToPath(new URL("threads.mjs", import.meta.url));

describeWithDeno("worker threads in Deno", (deno) => {
  it("give what they give in Node, and end without a word", () => {
    const options = { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
    const ours = execFileSync(process.execPath, [program], options);
    const { stdout, stderr, status } = spawnSync(deno, ["run", "--allow-all", program], options);
    expect([status, stderr]).toEqual([0, ""]);
    const [theirs, here] = [stdout, ours].map(
      (text) => JSON.parse(text) as Record<string, unknown>,
    );
    expect(here).toMatchObject({ same: true, stopped: "TimeoutError", failed: "out of range" });
    for (const name of ["sum", "measured"])
      expect(Number(theirs[name])).toBeCloseTo(Number(here[name]), 9);
    for (const name of ["same", "verdict", "rows", "stopped", "failed"])
      expect(theirs[name]).toEqual(here[name]);
  }, 120_000);
});

describeWithDeno("a cell in Deno's kernel", (deno) => {
  it("shows all of its claims, and a line of progress in place", async () => {
    const kernel = await startKernel(inProject("notebooks"), process.env, denoKernel(deno));
    const run = async (code: string): Promise<[type: string, text: string][]> => {
      const shown: [string, string][] = [];
      const request = { code, silent: false, store_history: true, allow_stdin: false };
      const reply = (await kernel.request("execute_request", request, ({ header, content }) => {
        const { data } = content as { data?: Record<string, string> };
        if (data) shown.push([header.msg_type, data["text/plain"]]);
      })) as { status: string };
      expect(reply.status).toBe("ok");
      await outputsSent(kernel);
      return shown;
    };
    try {
      await run('import { figures } from "phaselens";\nimport { progress } from "phaselens/core";');
      const claims = await run(
        `for (let k = 0; k < 20; k++)
          figures.claim({
            figure: "report-a", kind: "reported", statement: String(k), value: k as number, expected: "any",
          });`,
      );
      // the value of the loop is its last claim, which has been shown
      expect(claims.pop()).toEqual(["execute_result", undefined]);
      expect(claims.map(([type]) => type)).toEqual(Array(20).fill("display_data"));
      expect(claims.map(([, text]) => text.split(":")[0])).toEqual(
        Array.from({ length: 20 }, (_, k) => `· ${k}`),
      );
      const line = await run('const line = progress("steps", 2);\nline.tick(2);\nline.done();');
      expect(line.map(([type]) => type)).toEqual([
        "display_data",
        "update_display_data",
        "update_display_data",
      ]);
    } finally {
      await kernel.close();
    }
  }, 120_000);
});
