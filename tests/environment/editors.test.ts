import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { complaintAboutNode } from "../../environment/base/command.mjs";

// Nothing here opens an editor or builds a container: files are held against the parts of the
// public schemas that they use, and a property that is not listed here is refused.
const text = { type: "string", minLength: 1 };
const command = { type: ["string", "array", "object"], items: text };
const object = (properties: object, required: readonly string[] = []): object => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const extension = { type: "string", pattern: "^[a-z0-9][a-z0-9-]*\\.[a-z0-9][a-z0-9-]*$" };
const extensions = { type: "array", items: extension, uniqueItems: true };
const globs = { type: "object", additionalProperties: { type: "boolean" } };
const formatter = object({ "editor.defaultFormatter": extension });

const schemas = {
  // "Workspace recommended extensions" of VS Code's documentation
  ".vscode/extensions.json": object({ recommendations: extensions }, ["recommendations"]),
  // names and types as VS Code 1.100.3 declares them (contributes.configuration)
  ".vscode/settings.json": object({
    "typescript.tsdk": text,
    "editor.formatOnSave": { type: "boolean" },
    "[typescript]": formatter,
    "[javascript]": formatter,
    "[json]": formatter,
    "search.exclude": globs,
    "files.watcherExclude": globs,
  }),
  // devContainer.base.schema.json of containers.dev, with customizations.vscode of its own schema
  ".devcontainer/devcontainer.json": object(
    {
      name: text,
      image: text,
      features: {
        type: "object",
        propertyNames: { pattern: "^[\\w.-]+(/[\\w.-]+)+:[\\w.-]+$" },
        additionalProperties: { type: "object" },
      },
      forwardPorts: { type: "array", items: { type: "integer", minimum: 0, maximum: 65535 } },
      onCreateCommand: command,
      updateContentCommand: command,
      postCreateCommand: command,
      customizations: object({ vscode: object({ extensions, settings: { type: "object" } }) }),
    },
    ["image"],
  ),
};
const ajv = new Ajv({ allErrors: true });
const read = (name: string): string => readFileSync(inProject(name), "utf8");
const json = <T>(name: string): T => JSON.parse(read(name)) as T;

describe("editors and containers", () => {
  it.each(Object.entries(schemas))("%s is what its schema takes", (name, schema) => {
    const validate = ajv.compile(schema);
    expect(validate(json(name)) ? [] : validate.errors).toEqual([]);
  });

  it("VS Code formats with an extension that is recommended, and takes a compiler that is there", () => {
    const { recommendations } = json<{ recommendations: string[] }>(".vscode/extensions.json");
    const settings = json<Record<string, unknown>>(".vscode/settings.json");
    const formatters = Object.values(settings).flatMap((value) =>
      typeof value === "object" ? Object.values(value as object).filter((one) => one !== true) : [],
    );
    expect(formatters.length).toBeGreaterThan(0);
    expect(recommendations).toEqual(expect.arrayContaining(formatters));
    expect(existsSync(inProject(String(settings["typescript.tsdk"]), "tsserver.js"))).toBe(true);
    const { customizations } = json<{ customizations: { vscode: { extensions: string[] } } }>(
      ".devcontainer/devcontainer.json",
    );
    expect(recommendations).toEqual(expect.arrayContaining(customizations.vscode.extensions));
  });

  it("containers bring a Node that the project takes", () => {
    const { image } = json<{ image: string }>(".devcontainer/devcontainer.json");
    const versions = [
      /:(\d+)-/.exec(image),
      /^ {2}- nodejs=(\d+)$/m.exec(read(".binder/environment.yml")),
    ];
    // a bare major version brings its newest release
    for (const found of versions) expect(complaintAboutNode(`${found![1]}.99.0`)).toBeNull();
  });

  it("Binder's environment lists conda packages with versions, and its script is one that runs", () => {
    const [channels, title, ...dependencies] = read(".binder/environment.yml").trim().split("\n");
    expect([channels, title]).toEqual(["channels: [conda-forge]", "dependencies:"]);
    for (const line of dependencies) expect(line).toMatch(/^ {2}- [a-z0-9-]+=[\d.]+$/);
    const script = inProject(".binder", "postBuild");
    if (process.platform !== "win32") {
      accessSync(script, constants.X_OK);
      expect(spawnSync("bash", ["-n", script], { encoding: "utf8" })).toMatchObject({
        status: 0,
        stderr: "",
      });
    }
  });
});
