import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as phaselens from "phaselens";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../docs/markdown.js";

interface Entry {
  readonly name: string;
  readonly kind: number;
  readonly comment?: { readonly summary: readonly { readonly text: string }[] };
  readonly children?: readonly Entry[];
  readonly signatures?: readonly Entry[];
  readonly parameters?: readonly Entry[];
  readonly readme?: readonly { readonly text: string }[];
}

/** TypeDoc's kind for an export that is described under another name. */
const REFERENCE = 4194304;
/** All entries below one, and the parameters of functions. */
const below = (entry: Entry): Entry[] => [
  entry,
  ...[...(entry.children ?? []), ...(entry.signatures ?? []), ...(entry.parameters ?? [])].flatMap(
    below,
  ),
];

describe("the API reference", () => {
  it("is made without a warning and describes every exported function", async () => {
    const folder = mkdtempSync(join(tmpdir(), "phaselens-api-"));
    try {
      const json = join(folder, "api.json");
      const typedoc = join(projectRoot, "node_modules", "typedoc", "bin", "typedoc");
      // Fails with the warnings, links that lead nowhere among them: treatWarningsAsErrors
      await promisify(execFile)(process.execPath, [
        typedoc,
        "--options",
        join(projectRoot, "environment", "typedoc.json"),
        "--json",
        json,
      ]);
      const api = JSON.parse(readFileSync(json, "utf8")) as Entry;
      const described = new Map<string, boolean>();
      for (const namespace of api.children ?? []) {
        for (const entry of namespace.children ?? []) {
          const own = [entry, ...(entry.signatures ?? [])];
          const there = entry.kind === REFERENCE || own.some(({ comment }) => comment);
          described.set(`${namespace.name}.${entry.name}`, there);
        }
      }
      const functions = Object.entries(phaselens).flatMap(([namespace, members]) =>
        Object.entries(members)
          .filter(([, value]) => typeof value === "function")
          .map(([name]) => `${namespace}.${name}`),
      );
      expect(functions.length).toBeGreaterThan(200);
      expect(functions.filter((name) => !described.get(name))).toEqual([]);
      // a start page, a sentence for each room, and a name for each parameter
      expect(api.readme?.map(({ text }) => text).join("")).toContain("begin with");
      const rooms = api.children?.filter(({ comment }) => !comment).map(({ name }) => name);
      expect(rooms).toEqual([]);
      expect(below(api).filter(({ name }) => name === "__namedParameters")).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 180_000);
});
