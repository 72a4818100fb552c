import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { readNotebooks } from "../environment/run/notebooks.mjs";
import { presets } from "../environment/run/preset.mjs";

const notebooks = readNotebooks(fileURLToPath(new URL("../notebooks", import.meta.url)));

/** The names of the choices of each `core.preset({ … })` in a piece of code. */
function choices(code: string): string[][] {
  const found: string[][] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      node.expression.getText() === "core.preset" &&
      ts.isObjectLiteralExpression(node.arguments[0])
    ) {
      found.push(node.arguments[0].properties.map((property) => property.name?.getText() ?? "…"));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true));
  return found;
}

test.each(notebooks.map(({ name, code }) => [name, code] as const))(
  "%s says its parameters for each preset, once",
  (_, code) => {
    expect(code.flatMap(choices).map((names) => names.sort())).toEqual([[...presets].sort()]);
  },
);
