import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** What runs commands of the project or tells people to. */
const files = [
  ...readdirSync(join(root, ".github"), { recursive: true, encoding: "utf8" }).map((name) =>
    join(".github", name),
  ),
  ".devcontainer/devcontainer.json",
  ".binder/postBuild",
  ".binder/environment.yml",
  "RELEASING.md",
  "CONTRIBUTING.md",
  "README.md",
].filter((name) => /\.\w+$|postBuild$/.test(name));

const ofNpm = new Set(["ci", "install", "pack", "publish", "audit", "sbom", "init", "run"]);

it.each(files)("%s names only commands and files that there are", (name) => {
  const text = readFileSync(join(root, name), "utf8");
  const commands = [...text.matchAll(/\bnpm (?:run (?:--silent )?)?([a-z][\w:-]*)/g)].map(
    (match) => match[1],
  );
  expect(
    commands.filter(
      (command) => !ofNpm.has(command) && !(command in scripts) && command !== "test",
    ),
  ).toEqual([]);
  const paths = [
    ...text.matchAll(/(?:^|[\s"'(])((?:\.\/)?(?:environment|tests|\.ci)\/[\w./-]+)/g),
  ].map((match) => match[1]);
  expect(
    paths
      .map((path) => path.replace(/\/$/, ""))
      .filter((path) => !existsSync(join(root, path)) && !/environment\/jupyter/.test(path)),
  ).toEqual([]);
});

it("Binder gets the JupyterLab of npm run lab", () => {
  const version = /jupyterlab==([\d.]+)/;
  const wanted = version.exec(
    readFileSync(join(root, "environment/kernel/requirements.txt"), "utf8"),
  )![1];
  expect(readFileSync(join(root, ".binder/environment.yml"), "utf8")).toContain(
    `jupyterlab=${wanted}`,
  );
});

it("environment/ is one file a command, and rooms that its README names", () => {
  const folder = join(root, "environment");
  const index = readFileSync(join(folder, "README.md"), "utf8");
  const entries = readdirSync(folder, { withFileTypes: true });
  const started = Object.values(scripts).join(" ");
  const loose = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".mjs"))
    .map((entry) => entry.name)
    .filter((name) => !started.includes(`environment/${name}`));
  expect(loose).toEqual([]);
  const rooms = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  // jupyter is written by npm run lab
  expect(rooms.filter((room) => room !== "jupyter" && !index.includes(`\`${room}/\``))).toEqual([]);
});
