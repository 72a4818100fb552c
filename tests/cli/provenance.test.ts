import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { reportProvenance } from "phaselens/internal/cli/reportProvenance";
import { describe, expect, it } from "vitest";

const require = createRequire(import.meta.url);

describe("the provenance of reports", () => {
  it.each(["explain-1", "audit-1"])(
    "%s knows every fact, also those that this machine does not have",
    (name) => {
      const { definitions } = JSON.parse(
        readFileSync(require.resolve(`phaselens/schemas/${name}.schema.json`), "utf8"),
      ) as { definitions: { provenance: { properties: object } } };
      // undefined ones too: a library that is not here, arithmetic that this Node does not have
      const facts = Object.keys(reportProvenance("explain", [], 1, [], 0));
      expect(Object.keys(definitions.provenance.properties).sort()).toEqual(facts.sort());
    },
  );
});
