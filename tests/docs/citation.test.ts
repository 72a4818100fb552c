import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "./markdown.js";

const citation = readFileSync(join(projectRoot, "CITATION.cff"), "utf8");

describe("CITATION.cff", () => {
  it("has the version and licence of the package", () => {
    const { version, license } = JSON.parse(
      readFileSync(join(projectRoot, "lib", "package.json"), "utf8"),
    ) as { version: string; license: string };
    expect(citation).toContain(`\nversion: ${version}\n`);
    expect(citation).toContain(`\nlicense: ${license}\n`);
  });

  it("refers to the three papers that the README reproduces", () => {
    const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
    const papers = [...citation.matchAll(/"arXiv:(\d{4}\.\d{5})"/g)].map(([, id]) => id);
    expect(papers).toHaveLength(3);
    for (const id of papers) expect(readme).toContain(`https://arxiv.org/abs/${id}`);
  });
});
