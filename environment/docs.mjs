// npm run docs: the API reference as HTML in docs/api, from the docstrings of lib/src; a link that
// leads nowhere fails it.
import { execFile } from "node:child_process";
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
  await build();
  // typedoc empties the folder that it writes to: it is given one of its own
  const { openDraft } = await import("../lib/dist/core/files/ownedFolder.js");
  const into = openDraft(inProject("docs", "api"), "npm run docs", ["index.html"]);
  const typedoc = inProject("node_modules", "typedoc", "bin", "typedoc");
  const args = [
    "--options",
    inProject("environment", "typedoc.json"),
    ...(check ? ["--emit", "none"] : ["--out", into.folder]),
  ];
  try {
    await promisify(execFile)(process.execPath, [typedoc, ...args], {
      cwd: root,
      maxBuffer: 1 << 26,
    });
    if (!check) into.commit();
  } catch (error) {
    into.discard();
    throw new Failure(
      `The API reference could not be made:\n${`${error.stdout ?? ""}${error.stderr ?? error.message}`.trim()}`,
      { cause: error },
    );
  }
  console.log(
    check ? "Docstrings and their links are sound." : "API reference: docs/api/index.html",
  );
});
