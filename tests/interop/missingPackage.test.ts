import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { libraryAlone } from "../support/libraryAlone.js";

const folder = mkdtempSync(join(tmpdir(), "alone-"));
afterAll(() => rmSync(folder, { recursive: true }));

const calls = [
  {
    name: "jsroot",
    call: `readRootTree("a.root", { tree: "t", branches: ["b"] })`,
    what: "Reading a ROOT file",
  },
  {
    name: "hyparquet",
    call: `readArray(fs.writeFileSync("a.parquet", "PAR1") ?? "a.parquet")`,
    what: "Reading a Parquet file",
  },
  { name: "h5wasm", call: `readHdf5("a.h5", ["x"])`, what: "Reading an HDF5 file" },
];
let printed: string[];

// one process for all: it loads the library, and then each call misses a package of its own
beforeAll(() => {
  libraryAlone(folder, { missing: calls.map(({ name }) => name) });
  const script = `import fs from "node:fs";
    import * as interop from "./dist/interop/index.js";
    const calls = [${calls.map(({ call }) => `() => interop.${call}`).join(", ")}];
    for (const call of calls)
      await call().then(() => console.log("read"), (error) => console.log(error.name + ": " + error.message));`;
  printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
    encoding: "utf8",
  })
    .trim()
    .split("\n");
});

it.each(calls.map(({ name, what }, k) => ({ name, what, k })))(
  "without $name the library loads, and reading names it with the command that installs it",
  ({ name, what, k }) => {
    expect(printed[k]).toBe(
      `MissingPackageError: ${what} needs the package ${name}, which is not installed. Run: npm install ${name}`,
    );
  },
);
