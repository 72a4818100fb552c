import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly bundleDependencies?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);
const manifest = require("phaselens/package.json") as Manifest;
const root = fileURLToPath(new URL("../..", import.meta.url));
const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Readonly<Record<string, Manifest & { license?: string; hasInstallScript?: boolean }>>;
};

describe("the library's dependencies", () => {
  it("are two, without dependencies, install scripts or licences other than MIT", () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(["fzstd", "zod"]);
    for (const name of ["fzstd", "zod"]) {
      const { dependencies, license, hasInstallScript } = lock.packages[`node_modules/${name}`];
      expect({ name, dependencies, license, hasInstallScript }).toEqual({ name, license: "MIT" });
    }
  });

  it("of which every other one may be missing", () => {
    expect(Object.keys(manifest.peerDependencies ?? {}).sort()).toEqual([
      "@resvg/resvg-js",
      "@tensorflow/tfjs",
      "dejavu-fonts-ttf",
      "h5wasm",
      "hyparquet",
      "hyparquet-writer",
      "jsroot",
      "koffi",
      "pdfkit",
      "svg-to-pdfkit",
      "vega",
      "vega-lite",
    ]);
    for (const name of Object.keys(manifest.peerDependencies ?? {}))
      expect(manifest.peerDependenciesMeta?.[name], name).toEqual({ optional: true });
  });

  it("are the only packages that its programs import: the required ones anywhere, the optional ones when they are used", () => {
    const dist = join(root, "lib", "dist");
    const required = new Set<string>();
    const later = new Set<string>();
    for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((one) =>
      one.endsWith(".js"),
    )) {
      const text = readFileSync(join(dist, file), "utf8");
      for (const [, name] of text.matchAll(
        /^(?:import|export)\s(?:[^;"'=]*?\sfrom\s+)?"([^."][^"]*)";/gm,
      ))
        required.add(name);
      for (const [, name] of text.matchAll(/\bimport\("([^."][^"]*)"\)/g)) later.add(name);
    }
    const packageOf = (name: string): string =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/");
    const ours = (names: ReadonlySet<string>): string[] =>
      [...new Set([...names].filter((name) => !name.startsWith("node:")).map(packageOf))].sort();
    expect(ours(required)).toEqual(["fzstd", "zod"]);
    for (const name of ours(later))
      expect([...Object.keys(manifest.peerDependencies ?? {}), "phaselens"]).toContain(name);
  });

  it("run nothing when the library is installed", () => {
    for (const script of ["preinstall", "install", "postinstall", "prepare"])
      expect(manifest.scripts ?? {}).not.toHaveProperty(script);
    expect(manifest.bundleDependencies).toBeUndefined();
  });
});
