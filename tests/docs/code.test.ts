import { writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { codePages, isLong, longPages, makeFolders, moduleOf, runAndPrint } from "./pageCode.js";

describe("the code of the pages", () => {
  it("is right in its types", () => {
    const long = codePages.filter(isLong);
    expect(long.length, "pages of tests/slow/pages that are not there").toBe(longPages.length);
    makeFolders(long);
    const files = codePages
      .filter(({ code }) => code.length > 0)
      .map((page) => {
        const file = join(page.folder, "types.mts");
        writeFileSync(
          file,
          moduleOf(page, ({ code }) => code),
        );
        return file;
      });
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      types: ["node"],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    });
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const line =
        file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
      return `${codePages.find(({ folder }) => file?.fileName.startsWith(folder))?.path}:${line} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
    expect(problems).toEqual([]);
  }, 120_000);

  runAndPrint(codePages.filter((page) => !isLong(page)));
});
