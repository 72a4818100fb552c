import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { phaselensIn, scratch } from "./folder.js";
import { treeMethods } from "phaselens/internal/report/trees/treeMethods";
import { methods } from "phaselens/internal/report/methods";

const folder = scratch();
const phaselens = phaselensIn(folder);
const has = (shell: string): boolean =>
  spawnSync(shell, ["-c", ""], { stdio: "ignore" }).status === 0;

beforeAll(async () => {
  for (const shell of ["bash", "zsh", "fish"])
    writeFileSync(join(folder, shell), (await phaselens("completion", shell)).stdout);
  mkdirSync(join(folder, "files"));
  for (const name of ["model.json", "my model.json"])
    writeFileSync(join(folder, "files", name), "{}");
  mkdirSync(join(folder, "files", "out"));
});

/** What bash offers after these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const script = `source ../bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _phaselens; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, status, stderr } = spawnSync(
    "bash",
    ["-c", script, "bash", "phaselens", ...words],
    { cwd: join(folder, "files"), encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  return stdout.split("\n").filter((line) => line !== "");
}

describe.skipIf(!has("bash"))("the completion of bash", () => {
  it("offers the commands, and every option that the command's help lists", async () => {
    expect(offered("")).toEqual([
      "explain",
      "audit",
      "new",
      "generate",
      "study",
      "merge",
      "completion",
      "--help",
      "--version",
    ]);
    expect(offered("ex")).toEqual(["explain"]);
    for (const name of ["explain", "audit", "new", "generate", "merge"]) {
      const { stdout } = await phaselens(name, "--help");
      const listed = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map((match) => match[1]);
      expect(listed.length).toBeGreaterThan(2);
      expect(offered(name, "--"), name).toEqual(listed);
    }
    expect(offered("explain", "--tr")).toEqual(["--train", "--train-target", "--train-limit"]);
  });

  it("offers values where they can be listed, files and folders where they are named, and nothing where a number is wanted", () => {
    expect(offered("explain", "--method", "")).toEqual([...Object.keys(methods), ...treeMethods]);
    expect(offered("explain", "--method", "lrp-e")).toEqual(["lrp-epsilon"]);
    const losses = ["cross-entropy", "logistic", "squared-error", "huber"];
    expect(offered("audit", "--loss", "").sort()).toEqual(losses.sort());
    expect(offered("explain", "--model", "m").sort()).toEqual(["model.json", "my model.json"]);
    expect(offered("explain", "--out", "")).toEqual(["out"]);
    expect(offered("explain", "--seed", "")).toEqual([]);
    expect(offered("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });
});

describe("completion of other shells", () => {
  it.skipIf(!has("zsh"))("zsh reads its script", () => {
    expect(spawnSync("zsh", ["-n", join(folder, "zsh")], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });
  it.skipIf(!has("fish"))("fish offers options with their words", () => {
    const { stdout, stderr } = spawnSync(
      "fish",
      ["--no-config", "-c", `source ${join(folder, "fish")}; complete -C "phaselens audit --str"`],
      { encoding: "utf8" },
    );
    expect([stdout, stderr]).toEqual(["--strict\texit code 1 for the verdict caution too\n", ""]);
  });
  it("a shell that is not known is a wrong call", async () => {
    const { code, stderr } = await phaselens("completion", "tcsh");
    expect([code, stderr]).toEqual([
      2,
      "phaselens completion: Name a shell: bash, zsh, fish. phaselens completion --help lists the options.\n",
    ]);
  });
});
