// The JavaScript of a notebook's cells, as tslab would make it.
import ts from "typescript";
import { commonJs } from "./commonjs.mjs";

/**
 * @typedef {object} Emitted
 * @property {string} output  JavaScript that takes `exports` and `require`
 * @property {string | undefined} lastExpressionVar  under which it exports its last expression
 */

/**
 * The cells up to the first one in which the compiler finds a fault.
 * @param {import("typescript").Program} program
 * @param {readonly import("./program.mjs").CellModule[]} modules  its cells
 * @returns {Emitted[]}
 */
export function emittedCells(program, modules) {
  const sound = [];
  for (const module of modules) {
    const cell = modern(program, module);
    if (cell === undefined) break;
    sound.push(cell);
  }
  const outputs = commonJs(sound.map(({ text }) => text));
  return sound.map(({ lastExpressionVar }, k) => ({ output: outputs[k], lastExpressionVar }));
}

/** A cell with imports and exports; undefined where it has a fault. */
function modern(program, { path, names, beforePath }) {
  const file = program.getSourceFile(path);
  const fault =
    program.getSyntacticDiagnostics(file).length > 0 ||
    program.getSemanticDiagnostics(file).length > 0;
  if (fault) return undefined;
  const before = program.getSourceFile(beforePath);
  const last = nameOfLast(names);
  const checker = program.getTypeChecker();
  let text = "";
  let lastExpressionVar;
  const after = () => (compiled) => {
    const kept = lastKept(throughExports(compiled, checker, before), last);
    lastExpressionVar = kept.found ? last : undefined;
    return kept.file;
  };
  const write = (name, content) => {
    if (name.endsWith(".js")) text = content;
  };
  // what it says of declarations is wrong, the next cell could not take over
  const { diagnostics } = program.emit(file, write, undefined, undefined, { after: [after] });
  return diagnostics.length > 0 ? undefined : { text, lastExpressionVar };
}

/** A name that the cell leaves free. @param {readonly string[]} names */
function nameOfLast(names) {
  if (!names.includes("tsLastExpr")) return "tsLastExpr";
  let k = 0;
  while (names.includes(`tsLastExpr${k}`)) k++;
  return `tsLastExpr${k}`;
}

// @ts-expect-error inner to the compiler, as tslab needs it
const nowhere = ts.nullTransformationContext;

/** The file with `exports.` before each name of an earlier cell. */
function throughExports(file, checker, before) {
  const isEarlier = (node) =>
    checker
      .getSymbolAtLocation(node)
      ?.declarations?.some((declaration) => declaration.getSourceFile() === before) ?? false;
  const isProperty = ({ parent }, node) =>
    parent !== undefined && ts.isPropertyAccessExpression(parent) && parent.name === node;
  const visit = (node) => {
    if (!ts.isIdentifier(node)) return ts.visitEachChild(node, visit, nowhere);
    if (isProperty(node, node) || !isEarlier(node)) return node;
    return ts.factory.createPropertyAccessExpression(ts.factory.createIdentifier("exports"), node);
  };
  return ts.visitEachChild(file, visit, nowhere);
}

/**
 * The file with its last statement, if that is an expression, exported under a name. What the
 * compiler itself exports at the end does not count.
 */
function lastKept(file, name) {
  const { statements } = file;
  const at = statements.findLastIndex((statement) => !ts.isExportDeclaration(statement));
  const statement = statements[at];
  if (!statement || !ts.isExpressionStatement(statement)) return { file, found: false };
  const { factory } = ts;
  const variable = factory.createVariableDeclaration(
    name,
    undefined,
    undefined,
    statement.expression,
  );
  const exported = factory.createVariableStatement(
    [factory.createModifier(ts.SyntaxKind.ExportKeyword)],
    factory.createVariableDeclarationList([variable], ts.NodeFlags.Const),
  );
  const all = [...statements.slice(0, at), exported, ...statements.slice(at + 1)];
  return { file: factory.updateSourceFile(file, all), found: true };
}
