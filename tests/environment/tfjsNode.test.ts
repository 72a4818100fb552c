import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../environment/tfjs-node/unpack.py", import.meta.url));
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const root = mkdtempSync(join(tmpdir(), "phaselens-wheel-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A zip of these files, each holding its own name. */
function wheel(name: string, files: readonly string[]): string {
  const path = join(root, name);
  const write =
    "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as z:\n  for name in sys.argv[2:]: z.writestr(name, name)";
  execFileSync("python3", ["-c", write, path, ...files]);
  return path;
}

describe.runIf(hasPython)("the wheel of TensorFlow", () => {
  it("gives its two libraries and its headers, and nothing else", () => {
    const path = wheel("whole.whl", [
      "tensorflow/libtensorflow_cc.so.2",
      "tensorflow/libtensorflow_framework.so.2",
      "tensorflow/include/tensorflow/c/c_api.h",
      "tensorflow/include/tensorflow/c/notes.txt",
      "tensorflow/python/other.so",
      "tensorflow/__init__.py",
    ]);
    const folder = join(root, "whole");
    execFileSync("python3", [script, path, folder]);
    expect(readdirSync(join(folder, "lib")).sort()).toEqual([
      "libtensorflow_cc.so.2",
      "libtensorflow_framework.so.2",
    ]);
    expect(readdirSync(folder).sort()).toEqual(["include", "lib"]);
    expect(readdirSync(join(folder, "include", "tensorflow", "c"))).toEqual(["c_api.h"]);
    expect(readFileSync(join(folder, "lib", "libtensorflow_cc.so.2"), "utf8")).toBe(
      "tensorflow/libtensorflow_cc.so.2",
    );
  });

  it("is refused if it leads out of the folder", () => {
    const path = wheel("evil.whl", ["tensorflow/include/../../evil.h"]);
    const { status, stderr } = spawnSync("python3", [script, path, join(root, "inner")], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain("leads out of the folder");
    expect(existsSync(join(root, "evil.h"))).toBe(false);
  });
});
