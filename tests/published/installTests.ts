import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Installed } from "../support/installed.js";
import { compute } from "./compute.mjs";

const manifest = createRequire(import.meta.url)("phaselens/package.json") as {
  readonly exports: Readonly<Record<string, string | { types: string; default: string }>>;
};
const subpaths = Object.keys(manifest.exports)
  .filter((name) => name !== "./package.json" && !name.includes("*"))
  .map((name) => name.replace(".", "phaselens"));
const typescript = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Bill {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes?: readonly unknown[];
    readonly licenses?: readonly unknown[];
  }[];
}

/** What is packed, and whether an empty project can use it. */
export function installTests(installed: Installed): void {
  describe("the package in an empty project", () => {
    it("brings the schemas of its documents", () => {
      const names = readdirSync(here("../../lib/schemas"));
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        const path = join(installed.folder, "node_modules", "phaselens", "schemas", name);
        expect(existsSync(path), name).toBe(true);
      }
    });

    /** A program of the project, by its name and text; prints of every kind count. */
    const run = (
      name: string,
      text: string,
      args: readonly string[] = [],
    ): { stdout: string; stderr: string; status: number | null } => {
      const file = join(installed.folder, name);
      writeFileSync(file, text);
      return spawnSync(process.execPath, [...args, file], {
        cwd: installed.folder,
        encoding: "utf8",
        timeout: 60_000,
      });
    };

    it("has everything that its files point at, and nothing of ours beside", () => {
      const { packed, folder } = installed;
      const paths = new Set(packed.files.map(({ path }) => path));
      for (const needed of [
        "README.md",
        "LICENSE",
        "package.json",
        "bin/phaselens.mjs",
        "dist/core/tasks/parallelWorker.js",
        "dist/interop/tables/thread/readingWorker.js",
        "page/explain.html",
        "schemas/audit-1.schema.json",
        "schemas/explain-1.schema.json",
      ])
        expect(paths).toContain(needed);
      expect(
        [...paths].filter(
          (path) =>
            !/^(README\.md|LICENSE|package\.json|page\/explain\.html$|schemas\/|bin\/|dist\/|src\/)/.test(
              path,
            ) || /\btests?\b|\.tgz$/.test(path),
        ),
      ).toEqual([]);
      const root = join(folder, "node_modules", "phaselens");
      for (const path of [...paths].filter((one) => one.endsWith(".map"))) {
        const { sources } = JSON.parse(readFileSync(join(root, path), "utf8")) as {
          sources: string[];
        };
        for (const source of sources)
          expect(existsSync(join(root, dirname(path), source)), `${source} of ${path}`).toBe(true);
      }
      for (const [name, target] of Object.entries(manifest.exports)) {
        if (name.includes("*")) continue;
        for (const path of typeof target === "string" ? [target] : [target.types, target.default])
          expect(paths).toContain(path.slice(2));
      }
    });

    it("has a list of what it brings along (SBOM, RELEASING.md): what is installed, each with licence and hash", () => {
      const { stdout, status } = spawnSync("npm", ["sbom", "--sbom-format", "cyclonedx"], {
        cwd: installed.folder,
        encoding: "utf8",
        shell: process.platform === "win32",
      });
      expect(status).toBe(0);
      const { bomFormat, components } = JSON.parse(stdout) as Bill;
      expect(bomFormat).toBe("CycloneDX");
      const { packages } = JSON.parse(
        readFileSync(join(installed.folder, "package-lock.json"), "utf8"),
      ) as {
        packages: Record<string, { version: string }>;
      };
      const brought = Object.entries(packages).filter(([path]) => path !== "");
      expect(components.map(({ purl }) => purl).sort()).toEqual(
        brought
          .map(([path, { version }]) => `pkg:npm/${path.replace("node_modules/", "")}@${version}`)
          .sort(),
      );
      for (const { name, hashes, licenses } of components)
        expect([hashes?.length, licenses?.length], name).toEqual([1, 1]);
    });

    // npm and the compiler, each a process over the whole package: a busy machine takes minutes
    const patience = 240_000;

    it("is published as it is: npm corrects nothing in package.json", { timeout: patience }, () => {
      // npm looks at package.json and what its "bin" names; the rest, which it packs, is left out
      const root = join(installed.folder, "node_modules", "phaselens");
      const slim = mkdtempSync(join(tmpdir(), "phaselens-publish-"));
      for (const name of ["package.json", "README.md", "LICENSE", "bin"])
        cpSync(join(root, name), join(slim, name), { recursive: true });
      const { status, stderr } = spawnSync("npm", ["publish", "--dry-run", "--ignore-scripts"], {
        cwd: slim,
        encoding: "utf8",
      });
      expect(
        stderr.split("\n").filter((line) => /auto-corrected|errors corrected|invalid/.test(line)),
      ).toEqual([]);
      expect(status).toBe(0);
      rmSync(slim, { recursive: true });
    });

    it("has no way to what only the tests of the project import", () => {
      const path = join(installed.folder, "node_modules", "phaselens", "package.json");
      expect(readFileSync(path, "utf8")).not.toMatch(/internal|private|scripts/);
      const inside = `import("phaselens/internal/core/tensor")`;
      const { stdout } = run("internal.mjs", `${inside}.catch(({ code }) => console.log(code));`);
      expect(stdout.trim()).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED");
    });

    it("gives every folder to import, with the numbers of this tree", async () => {
      cpSync(here("compute.mjs"), join(installed.folder, "compute.mjs"));
      const imports = subpaths.map((name, k) => `import * as m${k} from "${name}";`).join("\n");
      const program = `${imports}
      import { compute } from "./compute.mjs";
      console.log(JSON.stringify({ counts: [${subpaths.map((_, k) => `Object.keys(m${k}).length`).join(", ")}], result: await compute() }));`;
      const { stdout, stderr, status } = run("import.mjs", program);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const { counts, result } = JSON.parse(stdout) as { counts: number[]; result: unknown };
      expect(Math.min(...counts)).toBeGreaterThan(0);
      expect(result).toEqual(JSON.parse(JSON.stringify(await compute())));
      expect(result).toMatchObject({
        file: expect.stringMatching(/^DataError: nowhere\.npy: cannot be read \(ENOENT\)/),
      });
    });

    it("gives every folder to require, without a warning, as the very same modules that import gives", () => {
      const program = `const names = ${JSON.stringify(subpaths)};
      const { nn, core } = require("phaselens");
      const { theta } = nn.train(nn.sequential([nn.dense(1, 1)]), { x: core.tensor([4, 1], [0, 1, 2, 3]), target: core.tensor([4, 1], [1, 3, 5, 7]) },
        { loss: nn.meanSquaredError, epochs: 400, rng: core.makeRng(1), optimiser: nn.sgd({ learningRate: 0.1 }) });
      Promise.all(names.map((name) => import(name))).then((all) => {
        const same = all.every((one, k) => Object.keys(one).every((key) => one[key] === require(names[k])[key]));
        console.log(JSON.stringify({ same, theta: [...theta] }));
      });`;
      const { stdout, stderr, status } = run("require.cjs", program);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const { same, theta } = JSON.parse(stdout) as { same: boolean; theta: number[] };
      expect(same).toBe(true);
      expect(theta[0]).toBeCloseTo(2, 6); // y = 2 x + 1
      expect(theta[1]).toBeCloseTo(1, 6);
    });

    it("runs the example of its README", () => {
      const [, code] =
        /```ts\n([^]*?)```/.exec(
          readFileSync(join(installed.folder, "node_modules", "phaselens", "README.md"), "utf8"),
        ) ?? [];
      const { stdout, stderr, status } = run("readme.mjs", code);
      expect({ stdout, stderr, status }).toEqual({ stdout: "[ 40, 40 ]\n", stderr: "", status: 0 });
    });

    it("trains in worker threads from inside node_modules what it trains in one", () => {
      const program = `import { parallelMap, tensor } from "phaselens/core";
      import { dense, sequential, trainMany } from "phaselens/nn";
      const samples = { x: tensor([6, 2], Array.from({ length: 12 }, (_, k) => Math.sin(k))), target: tensor([6, 1], [0, 1, 0, 1, 0, 1]) };
      const recipe = { module: new URL("recipe.mjs", import.meta.url), name: "recipe" };
      const runs = [{ seed: 1 }, { seed: 2 }];
      const both = await Promise.all([1, 2].map((jobs) => trainMany(sequential([dense(2, 1)]), samples, recipe, runs, { jobs })));
      const squares = await parallelMap({ module: new URL("recipe.mjs", import.meta.url), name: "square" }, [1, 2, 3], { jobs: 2 });
      const parameters = { hoppingParameter: 0.1, quarticCoupling: 1.1, fermionMass: 20, yukawaCoupling: 0 };
      const specs = runs.map((run) => ({ ...run, shape: [4, 4, 4], fermions: "quenched", algorithm: "hmc", start: "ordered", set: "training", parameters, configurations: 3, stride: 1, thermalisation: 2 }));
      const ensembles = await parallelMap({ module: "phaselens/physics", name: "sampleEnsemble" }, specs, { jobs: 2 });
      console.log(JSON.stringify({ thetas: both.map((results) => results.map(({ theta }) => [...theta])), squares, shapes: ensembles.map(({ fields }) => fields.shape) }));`;
      writeFileSync(
        join(installed.folder, "recipe.mjs"),
        `import { meanSquaredError } from "phaselens/nn";
      export const recipe = { risk: { loss: meanSquaredError }, options: { loss: meanSquaredError, epochs: 5, stuck: false } };
      export const square = (x) => x * x;`,
      );
      const { stdout, stderr, status } = run("workers.mjs", program);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const { thetas, squares, shapes } = JSON.parse(stdout) as {
        thetas: number[][][];
        squares: number[];
        shapes: number[][];
      };
      expect(thetas[0]).toEqual(thetas[1]);
      expect(thetas[0][0]).not.toEqual(thetas[0][1]);
      expect(squares).toEqual([1, 4, 9]);
      expect(shapes).toEqual(Array(2).fill([3, 4, 4, 4]));
    });

    it.each([
      [
        "vega",
        `import * as figures from "phaselens/figures"; await figures.renderSvg(figures.scatter({ id: "report-a", title: "t", rows: [{ a: 1 }], x: { field: "a", title: "a" }, y: { field: "a", title: "a" } }))`,
      ],
      [
        "@resvg/resvg-js",
        `import { rasterise } from "./node_modules/phaselens/dist/figures/output/rasterise.js"; await rasterise("<svg/>")`,
      ],
      [
        "h5wasm",
        `import * as interop from "phaselens/interop"; await interop.readHdf5("a.h5", ["x"])`,
      ],
      [
        "jsroot",
        `import * as interop from "phaselens/interop"; await interop.readRootTree("a.root", { tree: "t", branches: ["b"] })`,
      ],
    ])("without %s says which package is missing and how to install it", (name, call) => {
      const { stderr, status } = run("absent.mjs", call);
      expect(status).toBe(1);
      expect(stderr).toContain("MissingPackageError");
      expect(stderr).toContain(
        `the package ${name}, which is not installed. Run: npm install ${name}`,
      );
    });

    it("has a command that samples and merges, and says its version", () => {
      const command = join(
        installed.folder,
        "node_modules",
        ".bin",
        process.platform === "win32" ? "phaselens.cmd" : "phaselens",
      );
      const call = (...args: string[]): ReturnType<typeof spawnSync> =>
        spawnSync(command, args, { cwd: installed.folder, encoding: "utf8", timeout: 60_000 });
      expect(String(call("--version").stdout).trim()).toMatch(/^\d+\.\d+\.\d+$/);
      const small = {
        version: 1,
        name: "small",
        seed: 1,
        lattice: [4, 4, 4],
        quarticCoupling: 1.1,
        fermionMass: 20,
        yukawaCoupling: 0,
        fermions: "quenched",
        hoppingParameters: [0.1, 0.2],
        sampling: { algorithm: "hmc", start: "ordered", stride: 1, thermalisation: 2 },
        sets: { training: { configurations: 3 } },
      };
      writeFileSync(join(installed.folder, "small.json"), JSON.stringify(small));
      const { status, stderr } = call(
        "generate",
        "--manifest",
        "small.json",
        "--out",
        "ensembles",
        "--jobs",
        "2",
      );
      expect(status, String(stderr)).toBe(0);
      expect(existsSync(join(installed.folder, "ensembles"))).toBe(true);
      expect(call("nothing").status).toBe(2);
    });

    // declarations themselves are checked once (`true`); it takes most of the time
    it.each([
      ["node16", "app.mts", { module: "node16", moduleResolution: "node16" }, true],
      [
        "nodenext, CommonJS",
        "app.cts",
        { module: "nodenext", moduleResolution: "nodenext" },
        false,
      ],
      ["bundler", "app.ts", { module: "esnext", moduleResolution: "bundler" }, false],
      [
        "node10 (typesVersions)",
        "app.ts",
        { module: "commonjs", moduleResolution: "node10" },
        false,
      ],
    ])(
      "has types under moduleResolution %s, and they refuse what is wrong",
      { timeout: patience },
      (_, file, options, checked) => {
        const text = `${subpaths.map((name, k) => `import * as m${k} from "${name}";`).join("\n")}
      import { makeRng, type Tensor } from "phaselens/core";
      import { nn } from "phaselens";
      export const all = [${subpaths.map((_name, k) => `m${k}`).join(", ")}];
      export const draw: number = makeRng(1).uniform();
      export const predict: (n: nn.Network, theta: Float64Array, x: Tensor) => Tensor = nn.predict;
      // @ts-expect-error a seed is a number
      makeRng("one");\n`;
        writeFileSync(join(installed.folder, file), text);
        const compilerOptions = {
          ...options,
          target: "es2022",
          lib: ["es2022", "dom"],
          strict: true,
          noEmit: true,
          skipLibCheck: !checked,
          esModuleInterop: true,
          types: [] as string[],
        };
        writeFileSync(
          join(installed.folder, "tsconfig.json"),
          JSON.stringify({ compilerOptions, files: [file] }),
        );
        const { stdout, status } = spawnSync(
          process.execPath,
          [typescript, "-p", ".", "--pretty", "false"],
          { cwd: installed.folder, encoding: "utf8" },
        );
        expect(stdout).toBe("");
        expect(status).toBe(0);
      },
    );
  });
}
