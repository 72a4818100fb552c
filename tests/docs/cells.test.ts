import ts from "typescript";
import { describe, expect, it } from "vitest";
import { blocks, pages, type Block } from "./markdown.js";

const codePages = pages()
  .map(({ path, text }) => ({
    path,
    code: blocks(text).filter(({ language }) => language === "ts"),
  }))
  .filter(({ code }) => code.length > 0);

/** Names that a block declares for the blocks after it. */
function declared(source: ts.SourceFile): string[] {
  const names: string[] = [];
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) bind(name);
    if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
      names.push(statement.name.text);
  }
  return names;
}

/** What a notebook cell cannot do, by line of the page; see docs/how-to/charts.md. */
function impossible(code: readonly Block[]): string[] {
  const earlier = new Set<string>();
  return code.flatMap((block) => {
    const source = ts.createSourceFile("cell.ts", block.code, ts.ScriptTarget.ES2022, true);
    const own = declared(source);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const line = block.line + source.getLineAndCharacterOfPosition(node.getStart()).line;
      if (
        ts.isShorthandPropertyAssignment(node) &&
        earlier.has(node.name.text) &&
        !own.includes(node.name.text)
      )
        found.push(`${line}: { ${node.name.text} }`);
      if (ts.isForOfStatement(node) && node.awaitModifier) found.push(`${line}: for await`);
      if (ts.isAwaitExpression(node) && ts.isParenthesizedExpression(node.expression))
        found.push(`${line}: await (…)`);
      ts.forEachChild(node, visit);
    };
    visit(source);
    own.forEach((name) => earlier.add(name));
    return found;
  });
}

describe("the blocks of a page", () => {
  it.each(codePages.map(({ path, code }) => [path, code] as const))(
    "%s can be pasted into notebook cells one after the other",
    (_, code) => {
      expect(impossible(code)).toEqual([]);
    },
  );
});
