// Which statements of a compiled module ran.
import ts from "typescript";

/**
 * @typedef {{ offset: number, line: number, column: number }} Statement  from 1 and from 0
 *
 * @param {string} text  of a compiled module
 * @returns {Statement[]} all statements except declarations of what other modules bring
 */
export function statementsOf(text) {
  const source = ts.createSourceFile("m.js", text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  /** @type {Statement[]} */
  const statements = [];
  const visit = (node) => {
    const counted =
      ts.isStatement(node) &&
      !ts.isBlock(node) &&
      !ts.isImportDeclaration(node) &&
      !ts.isExportDeclaration(node) &&
      !ts.isFunctionDeclaration(node);
    if (counted || isBody(node)) {
      const offset = node.getStart(source);
      const { line, character } = source.getLineAndCharacterOfPosition(offset);
      statements.push({ offset, line: line + 1, column: character });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return statements;
}

/** The one expression of an arrow function. @param {ts.Node} node */
const isBody = (node) =>
  node.parent && ts.isArrowFunction(node.parent) && node.parent.body === node && !ts.isBlock(node);

/**
 * How often the smallest range around a place was run.
 * @param {[start: number, end: number, count: number][]} ranges  of one run of the module
 * @param {number} offset
 * @returns {number}
 */
export function countAt(ranges, offset) {
  let [width, found] = [Infinity, 0];
  for (const [start, end, count] of ranges) {
    if (start > offset || end <= offset || end - start > width) continue;
    [width, found] = [end - start, count];
  }
  return found;
}
