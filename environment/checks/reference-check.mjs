// Fails when the folder of reference files is present and a test that needs it was skipped all the
// same: node environment/checks/reference-check.mjs REPORT.json …
// (the reports are those of `npm test`, in .cache/)
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { runCommand } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { inProject, root } from "../base/project.mjs";

/** As in tests/support/reference.ts. */
const folder = process.env.PHASELENS_REFERENCE ?? inProject("..", "shared", "reference");

runCommand(
  { usage: "node environment/checks/reference-check.mjs REPORT.json …" },
  async (_options, reports) => {
    if (!existsSync(resolve(folder, "dawid2021", "README.md"))) {
      console.log("Reference files: none here, the tests that need them were skipped.");
      return;
    }
    const results = reports.flatMap((path) => JSON.parse(readFileSync(path, "utf8")).testResults);
    const needing = results.filter(
      ({ name }) =>
        existsSync(name) && /describeWithReference|referencePath/.test(readFileSync(name, "utf8")),
    );
    const skipped = needing.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter((test) => test.status !== "passed" && test.status !== "failed")
        .map((test) => `${relative(root, name)}: ${test.fullName}`),
    );
    if (skipped.length > 0)
      throw new Failure(
        `The reference files are here, but these tests that need them were skipped:\n${skipped.join("\n")}`,
      );
    console.log(
      `Reference files: present, and no test that needs them was skipped (${needing.length} files).`,
    );
  },
);
