import { describe, expect, it } from "vitest";
import { pages } from "./markdown.js";
import { onnxOperators } from "phaselens/internal/interop/models/onnx/operators/table";

const path = "docs/how-to/models-from-elsewhere.md";
const text = pages().find((page) => page.path === path)?.text ?? "";
const between = /<!-- onnxOperators -->\n([^]*)<!-- onnxOperators end -->/.exec(text)?.[1] ?? "";

describe("the table of operators of ONNX", () => {
  it("is what the code reads", () => {
    const kinds = new Map<string, string[]>();
    for (const [name, { becomes, without = "" }] of Object.entries(onnxOperators)) {
      const kind = `${becomes.replaceAll("|", "\\|")} | ${without}`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), `\`${name}\``]);
    }
    const rows = Array.from(kinds, ([kind, names]) => `| ${names.join(", ")} | ${kind} |`);
    const wanted = ["| operators | here | refused |", "|---|---|---|", ...rows];
    expect(between.trimEnd().split("\n")).toEqual(wanted);
  });
});
