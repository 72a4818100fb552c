import { describe, expect, test } from "vitest";
import { sourceLine } from "../../environment/run/locate.mjs";

describe("the line of a cell is found from the line of its JavaScript", () => {
  const source = [
    "// prepares the rows",
    'import { core } from "phaselens";',
    "",
    "interface Row {",
    "  value: number;",
    "}",
    "const rows: Row[] = [{ value: 1 }];",
    "core.mean([1]);",
    "core.mean([1]);",
    "const total: number = rows[1].value;",
  ].join("\n");
  const compiled = [
    'Object.defineProperty(exports, "__esModule", { value: true });',
    "exports.total = exports.rows = exports.core = void 0;",
    "// prepares the rows",
    'const phaselens_1 = require("phaselens");',
    'Object.defineProperty(exports, "core", { enumerable: true, get: function () { return phaselens_1.core; } });',
    "const rows = [{ value: 1 }];",
    "exports.rows = rows;",
    "phaselens_1.core.mean([1]);",
    "phaselens_1.core.mean([1]);",
    "const total = rows[1].value;",
    "exports.total = total;",
  ].join("\n");

  test.each([
    ["a declaration that lost its type", 6, 7],
    ["the first of two equal lines", 8, 8],
    ["the second of two equal lines", 9, 9],
    ["a line after dropped ones", 10, 10],
  ])("%s", (_name, compiledLine, line) => {
    expect(sourceLine(source, compiled, compiledLine)).toBe(line);
  });

  test("nothing alike gives null, not a guess", () => {
    expect(sourceLine("alpha();", "beta[0] = 1;", 1)).toBeNull();
  });
});
