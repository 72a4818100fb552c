import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { found } from "./library.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-native-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a script prints in a process of its own, in which PHASELENS_BLAS is what `wish` says. */
function run(script: string, wish: string, cwd = process.cwd()): string {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", script],
    { cwd, encoding: "utf8", env: { ...process.env, PHASELENS_BLAS: wish }, timeout: 60_000 },
  );
  return status === 0 ? stdout.trim() : stderr;
}

const eigenvalues = `
  import { symmetricEigenvalues } from "phaselens/linalg";
  import { tensor } from "phaselens/core";
  const n = 100, a = tensor([n, n]);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a.data[i * n + j] = 1 / (i + j + 1);
  console.log(symmetricEigenvalues(a)[n - 1].toFixed(12));`;

const name = `
  import { nativeBlas } from "phaselens/internal/core/native/blas";
  console.log(nativeBlas()?.name ?? "none");`;

describe("which library is used", () => {
  it("none where PHASELENS_BLAS is off", () => {
    expect(run(name, "off")).toBe("none");
  });

  it("a file that is no library is refused, with the cure", () => {
    const file = join(folder, "nothing.so");
    writeFileSync(file, "no library");
    for (const path of [file, join(folder, "missing.so")]) {
      const said = run(eigenvalues, path);
      expect(said).toContain(path);
      expect(said).toMatch(/cannot be loaded as a library[\s\S]*PHASELENS_BLAS=off/);
    }
  });

  it.skipIf(process.platform !== "linux")("a library without BLAS is refused", () => {
    expect(run(eigenvalues, "libm.so.6")).toMatch(/libm\.so\.6 has no cblas_dgemm and dsyevd_/);
  });

  it.skipIf(!found)("the one named: the same number as without", () => {
    expect(run(name, found!.path)).not.toBe("none");
    expect(run(eigenvalues, found!.path)).toBe(run(eigenvalues, "off"));
  });

  it.skipIf(!found)("worker threads open it too", () => {
    const script = `
      import { Worker } from "node:worker_threads";
      const code = ${JSON.stringify(`import("node:worker_threads").then(async ({ parentPort }) => {
        const { nativeBlas } = await import("phaselens/internal/core/native/blas");
        parentPort.postMessage(nativeBlas()?.name ?? "none");
      });`)};
      const names = await Promise.all([1, 2].map(() => new Promise((resolve, reject) =>
        new Worker(code, { eval: true }).on("message", resolve).on("error", reject))));
      console.log(names.join());`;
    expect(run(script, found!.path)).toMatch(/^(.+),\1$/);
  });
});

describe.skipIf(!found)("koffi", () => {
  it("needs no install script", { timeout: 240_000 }, () => {
    const args = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, "koffi@3.3.4"];
    const npm = spawnSync("npm", ["install", ...args], { encoding: "utf8", timeout: 200_000 });
    expect(npm.stderr).not.toMatch(/npm error/);
    const script = `
      import koffi from "koffi";
      const library = koffi.load(${JSON.stringify(found!.path)});
      const kinds = ["int", "int", "int", "int", "int", "int", "double", "double*", "int",
        "double*", "int", "double", "double*", "int"];
      const named = ["cblas_dgemm", "scipy_cblas_dgemm"].flatMap((symbol) => {
        try { return [library.func(symbol, "void", kinds)]; } catch { return []; }
      });
      const [a, b, c] = [[1, 2, 3, 4], [5, 6, 7, 8], [0, 0, 0, 0]].map((x) => Float64Array.from(x));
      named[0](101, 111, 111, 2, 2, 2, 1, a, 2, b, 2, 0, c, 2);
      console.log(c.join());`;
    expect(run(script, "off", folder)).toBe("19,22,43,50");
  });
});
