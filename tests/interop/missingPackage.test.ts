import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "alone-"));
afterAll(() => rmSync(folder, { recursive: true }));
const root = dirname(createRequire(import.meta.url).resolve("phaselens/package.json"));

it.each([
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
])(
  "without $name the library loads, and reading names it with the command that installs it",
  ({ name, call, what }) => {
    // The library by itself, with its own dependencies only.
    const alone = mkdtempSync(join(folder, "library-"));
    cpSync(join(root, "dist"), join(alone, "dist"), { recursive: true });
    writeFileSync(join(alone, "package.json"), '{ "type": "module" }');
    // empty: Node looks no further up
    mkdirSync(join(alone, "node_modules", name), { recursive: true });
    for (const own of ["zod", "fzstd"]) {
      symlinkSync(
        fileURLToPath(new URL(`../../node_modules/${own}`, import.meta.url)),
        join(alone, "node_modules", own),
        "dir",
      );
    }
    const script = `import fs from "node:fs";
    import * as interop from "./dist/interop/index.js";
    await interop.${call}.then(() => console.log("read"), (error) => console.log(error.name + ": " + error.message));`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: alone,
      encoding: "utf8",
    });
    expect(printed.trim()).toBe(
      `MissingPackageError: ${what} needs the package ${name}, which is not installed. Run: npm install ${name}`,
    );
  },
);
