// Mutants of one compiled module: small faults, each behind a switch, so that a room is written
// once and every mutant of it is a number.
import ts from "typescript";

/**
 * @typedef {object} Mutant
 * @property {number} id
 * @property {string} file  module, relative to lib/dist
 * @property {number} line  in the compiled module, from 1
 * @property {number} column  from 0
 * @property {string} code  the line in which it begins
 * @property {string} before
 * @property {string} after
 */

const swapped = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "??": ["&&"],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
};
const swappedNames = { max: "min", min: "max", some: "every", every: "some" };

/**
 * The module with its mutants switched off: `mutant(id)` says whether one is on.
 * @param {string} file  relative to lib/dist
 * @param {string} text
 * @param {number} first  the first number that is free
 * @param {string} switchModule  from where `mutant` is imported
 * @returns {{ text: string, mutants: Mutant[] }}
 */
export function mutate(file, text, first, switchModule) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  /** @type {Mutant[]} */
  const mutants = [];

  /** @param {ts.Node} node  @param {string} after */
  const add = (node, after) => {
    const start = node.getStart(source);
    const { line, character } = source.getLineAndCharacterOfPosition(start);
    const before = node.getText(source);
    const id = first + mutants.length;
    const code = text.split("\n")[line].trim();
    mutants.push({ id, file, line: line + 1, column: character, code, before, after });
    return id;
  };

  /** The node's text with the switches of everything inside. @param {ts.Node} node */
  const inside = (node) => {
    let result = "";
    let end = node.getStart(source);
    ts.forEachChild(node, (child) => {
      const start = child.getStart(source);
      result += text.slice(end, start) + written(child);
      end = child.end;
    });
    return result + text.slice(end, node.end);
  };

  /** @param {ts.Node} node */
  const written = (node) => {
    if (ts.isThrowStatement(node) || ts.isImportDeclaration(node)) return node.getText(source);
    const faults = faultsOf(node, source);
    if (faults.length === 0) return inside(node);
    if (ts.isExpressionStatement(node))
      // in a block: an else that follows belongs to the condition around it
      return `{ if (!mutant(${add(node, "(nothing)")})) { ${inside(node)} } }`;
    const switches = faults.map((after) => `mutant(${add(node, after)}) ? (${after}) : `);
    return `(${switches.join("")}(${inside(node)}))`;
  };

  const body = source.statements.map(written).join("\n");
  return { text: `import { mutant } from "${switchModule}";\n${body}\n`, mutants };
}

/**
 * What may stand in place of a node.
 * @param {ts.Node} node  @param {ts.SourceFile} source  @returns {string[]}
 */
function faultsOf(node, source) {
  const shown = (part) => part.getText(source);
  const faults = [];
  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken, right } = node;
    for (const other of swapped[operatorToken.getText(source)] ?? [])
      // a ?? b && c without parentheses is no JavaScript
      faults.push(
        other === "&&" && operatorToken.getText(source) === "??"
          ? `(${shown(left)}) && (${shown(right)})`
          : `${shown(left)} ${other} ${shown(right)}`,
      );
  } else if (ts.isPrefixUnaryExpression(node) && isSign(node.operator)) {
    faults.push(shown(node.operand));
  } else if (ts.isPostfixUnaryExpression(node)) {
    const other = node.operator === ts.SyntaxKind.PlusPlusToken ? "--" : "++";
    faults.push(`${shown(node.operand)}${other}`);
  } else if (ts.isNumericLiteral(node) && !isName(node)) {
    faults.push(String(Number(node.text) + 1));
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
    faults.push("false");
  } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
    faults.push("true");
  } else if (ts.isCallExpression(node)) {
    faults.push(...faultsOfCall(node, source));
  } else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
    if (node.expression.expression.kind !== ts.SyntaxKind.SuperKeyword) faults.push("");
  }
  if (isCondition(node)) faults.push(...(isLoop(node.parent) ? ["false"] : ["true", "false"]));
  return faults;
}

/** @param {ts.CallExpression} node  @param {ts.SourceFile} source */
function faultsOfCall(node, source) {
  const called = node.expression;
  if (!ts.isPropertyAccessExpression(called)) return [];
  const [object, name] = [called.expression.getText(source), called.name.text];
  const given = node.arguments.map((argument) => argument.getText(source));
  if (Object.hasOwn(swappedNames, name))
    return [`${object}.${swappedNames[name]}(${given.join(", ")})`];
  return object === "Math" && given.length === 1 && !given[0].startsWith("...") ? given : [];
}

const isSign = (operator) =>
  operator === ts.SyntaxKind.MinusToken || operator === ts.SyntaxKind.ExclamationToken;

/** A number that names a property. @param {ts.Node} node */
const isName = (node) => ts.isPropertyAssignment(node.parent) && node.parent.name === node;

const isLoop = (node) =>
  ts.isForStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node);

/** @param {ts.Node} node */
function isCondition(node) {
  const { parent } = node;
  if (!ts.isExpression(node) || node.kind === ts.SyntaxKind.TrueKeyword) return false;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent))
    return parent.expression === node;
  if (ts.isConditionalExpression(parent) || ts.isForStatement(parent))
    return parent.condition === node;
  return false;
}
