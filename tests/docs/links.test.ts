import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchors, linkedFile, links, pages, projectRoot, prose } from "./markdown.js";

const all = pages();
const external = /^[a-z]+:/;

describe("the pages", () => {
  it.each(all.map((page) => [page.path, page] as const))(
    "%s links to files and headings that exist",
    (path, { text }) => {
      const broken = links(text)
        .filter(({ target }) => !external.test(target))
        .filter(({ target }) => {
          const [file, anchor] = target.split("#");
          const linked = linkedFile(path, file);
          // generated; tests/slow/api.test.ts asks whether it can be made
          if (linked.startsWith("docs/api/")) return false;
          if (linked.startsWith("..") || !existsSync(join(projectRoot, linked))) return true;
          return (
            anchor !== undefined &&
            !anchors(readFileSync(join(projectRoot, linked), "utf8")).has(anchor)
          );
        });
      expect(broken).toEqual([]);
    },
  );

  it.each(all.map((page) => [page.path, page] as const))(
    "%s has no bare URL and none without https",
    (_, { text }) => {
      const bare = [
        ...prose(text)
          .replace(/\]\([^)]*\)/g, "]")
          .matchAll(/https?:\/\/\S+/g),
      ].map(([url]) => url);
      const plain = links(text).filter(
        ({ target }) => external.test(target) && !/^(https|mailto):/.test(target),
      );
      expect([...bare, ...plain.map(({ target }) => target)]).toEqual([]);
    },
  );

  it("are all reached from the README", () => {
    const reached = new Set(["README.md"]);
    for (const path of reached) {
      // a set hands out what is added while it is walked
      for (const { target } of links(all.find((page) => page.path === path)?.text ?? "")) {
        if (!external.test(target)) reached.add(linkedFile(path, target.split("#")[0]));
      }
    }
    expect(all.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it("show pictures of less than 600 kB together", () => {
    const pictures = new Set(
      all.flatMap(({ path, text }) =>
        links(text)
          .filter(({ target }) => target.endsWith(".png"))
          .map(({ target }) => linkedFile(path, target)),
      ),
    );
    const bytes = [...pictures].reduce(
      (sum, file) => sum + statSync(join(projectRoot, file)).size,
      0,
    );
    expect(pictures.size).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(600_000);
  });

  it("leave the README readable in one go: fewer than 250 lines", () => {
    expect(all.find(({ path }) => path === "README.md")?.text.split("\n").length).toBeLessThan(250);
  });
});
