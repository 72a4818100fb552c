import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

// The authors' files stay outside the repository; tests that need them skip where the folder is
// absent.
const root =
  process.env.PHASELENS_REFERENCE ??
  fileURLToPath(new URL("../../../shared/reference", import.meta.url));

export const hasReference: boolean = existsSync(`${root}/dawid2021/README.md`);

/** Path of a file of the reference folder, e.g. `dawid2021/author_cnn740_weights.json`. */
export const referencePath = (name: string): string => `${root}/${name}`;

/**
 * A suite that compares with the reference folder; where that is absent, one skipped line. (The
 * body of a suite skipped by
 * `describe.skipIf` would still run, and read files that are not there.)
 */
export function describeWithReference(title: string, body: () => void): void {
  if (hasReference) describe(title, body);
  else
    describe(title, () =>
      it.skip("needs the papers' published files: name their folder in PHASELENS_REFERENCE", () => {}),
    );
}
