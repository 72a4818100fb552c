import { describe, expect, it } from "vitest";
import { pages } from "./markdown.js";
import { kerasLayers } from "phaselens/internal/interop/models/tfjs/layers";

const path = "docs/how-to/models-from-elsewhere.md";
const text = pages().find((page) => page.path === path)?.text ?? "";
const between = /<!-- kerasLayers -->\n([^]*)<!-- kerasLayers end -->/.exec(text)?.[1] ?? "";

/** `Conv1D` to `Conv3D` as one. */
function named(classes: readonly string[]): string {
  const inSpace = (name: string): string | undefined => /^(\w+)1D$/.exec(name)?.[1];
  const shown = classes
    .filter((name) => !/[23]D$/.test(name))
    .map((name) => (inSpace(name) ? `\`${inSpace(name)}1D\` … \`3D\`` : `\`${name}\``));
  return shown.join(", ");
}

describe("the table of layers of Keras", () => {
  it("is what the code reads", () => {
    const rows = kerasLayers.map(({ classes, becomes }) => `| ${named(classes)} | ${becomes} |`);
    const wanted = ["| layers of Keras | here |", "|---|---|", ...rows];
    expect(between.trimEnd().split("\n")).toEqual(wanted);
  });
});
