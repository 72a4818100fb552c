import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { blocks } from "../docs/markdown.js";
import { describeInstalled } from "../support/installed.js";

const page = readFileSync(inProject("docs", "tutorials", "first-hour.md"), "utf8");
const code = blocks(page)
  .filter(({ language }) => language === "ts")
  .map((block) => block.code)
  .join("\n");
/** What the page says that it prints. */
const printed = Array.from(code.matchAll(/\/\/ → (.*)$/gm), ([, line]) => line);

/** This Node, and those of PHASELENS_NODES, which .ci/run sets: 22 and 24. */
const others = (process.env.PHASELENS_NODES ?? "").split(delimiter).filter(existsSync);
const programs = [process.execPath, ...others].map((program) => {
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return [stdout.trim(), program] as const;
});

describeInstalled("a script in TypeScript, outside of the project", ({ folder }) => {
  const run = (program: string, ...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(program, args, { cwd: folder, encoding: "utf8", shell: program === "npm" });

  it.each(programs)(
    "prints on Node %s what the page says",
    (version, program) => {
      writeFileSync(join(folder, "explain.ts"), code);
      run("npm", "pkg", "set", "type=module");
      const [major, minor] = version.slice(1).split(".").map(Number);
      const own = major > 22 || (major === 22 && minor >= 18);
      if (!own) run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "tsx");
      const flags = own ? [] : ["--import", "tsx"];
      const { stdout, stderr, status } = run(program, ...flags, "explain.ts");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(String(stdout).trim().split("\n")).toEqual(printed);
    },
    240_000,
  );
});
