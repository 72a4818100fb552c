// npm run docs: the API reference as HTML in docs/api, from the docstrings of lib/src; a link that
// leads nowhere fails it.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { runCommand } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { inProject, root } from "./base/project.mjs";
import { build } from "./build.mjs";

const usage = `
npm run docs [-- --check]    writes the API reference to docs/api (open docs/api/index.html)
  --check      only check the docstrings and their links, write nothing

Exit code: 0 all is well, 1 a docstring is missing or a link in one leads nowhere.`;

runCommand({ usage, options: { check: { type: "boolean" } } }, async ({ check }) => {
  ensureInstalled();
  if (!existsSync(inProject("lib", "src", "kernels", "module.generated.ts"))) await build();
  const typedoc = inProject("node_modules", "typedoc", "bin", "typedoc");
  const args = [
    "--options",
    inProject("environment", "typedoc.json"),
    ...(check ? ["--emit", "none"] : []),
  ];
  try {
    await promisify(execFile)(process.execPath, [typedoc, ...args], {
      cwd: root,
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    throw new Failure(
      `The API reference could not be made:\n${`${error.stdout ?? ""}${error.stderr ?? error.message}`.trim()}`,
      { cause: error },
    );
  }
  console.log(
    check ? "Docstrings and their links are sound." : "API reference: docs/api/index.html",
  );
});
