import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const submitScript = fileURLToPath(new URL("../../environment/slurm/submit.sh", import.meta.url));

describe("environment/slurm/submit.sh", () => {
  const called = (...args: string[]): { status: number | null; stdout: string; stderr: string } => {
    const { status, stdout, stderr } = spawnSync(submitScript, args, { encoding: "utf8" });
    return { status, stdout, stderr };
  };

  it("called wrongly ends with exit code 2 and a sentence", () => {
    expect(called()).toEqual({
      status: 2,
      stdout: "",
      stderr: "submit.sh: --manifest and --out are needed. --help describes the options.\n",
    });
    expect(called("--manifest", "none.json", "--out", "x", "--shards", "2").stderr).toContain(
      'there is no manifest "none.json".',
    );
    expect(called("--manifest", submitScript, "--out", "x", "--shards", "0").stderr).toContain(
      '--shards must be a whole number of at least 1, got "0".',
    );
    expect(called("--out").stderr).toContain("--out needs a value.");
    expect(called("--array", "1-4").stderr).toContain('there is no option "--array".');
  });

  it("describes itself with an example", () => {
    const { status, stdout } = called("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("Example, 16 shards");
  });
});
