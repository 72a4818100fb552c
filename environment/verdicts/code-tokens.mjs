// What the code of a notebook says at preset `standard`, without its layout: formatting it, cutting
// its cells at other places, or other parameters of other presets leave it the same.
import { createRequire } from "node:module";
import { ofOtherPresets } from "./other-presets.mjs";

/** @typedef {import("typescript").Node} Node */

/** Loaded when it is needed: npm start reads this file before it has installed anything. */
const load = () => createRequire(import.meta.url)("typescript");
/** @type {typeof import("typescript")} */
let ts;
/** Nodes that say nothing at preset `standard`. @type {WeakSet<Node>} */
const idle = new WeakSet();

/**
 * The code as one line of nested brackets, one for each node of its syntax tree. Left out: blanks,
 * comments, the borders of cells, parameters of presets other than `standard`, and what a formatter
 * adds or takes away: parentheses that the tree says already, trailing commas, semicolons, kinds of
 * quotes. Ways to write the same stand as one: `{ a }` and `{ a: a }`, a text and its parts joined
 * with `+`, and a value that is (`x`) or is not (`void x`) shown below its cell.
 * @param {string[]} cells  sources of the code cells, in order
 */
export function codeTokens(cells) {
  ts ??= load();
  const whole = cells.join("\n;\n"); // ends a statement that has no semicolon
  const file = ts.createSourceFile("notebook.ts", whole, ts.ScriptTarget.Latest, true);
  for (const node of ofOtherPresets(ts, file)) idle.add(node);
  return tokensOf(file);
}

/** @param {Node} node  @returns {string} */
function tokensOf(node) {
  const text = textIn(node);
  if (text) return text.map(tokenOfPart).join("+");
  if (ts.isParenthesizedExpression(node)) return tokensOf(node.expression);
  if (ts.isParenthesizedTypeNode(node)) return tokensOf(node.type);
  if (ts.isNumericLiteral(node)) return node.text; // 1e-3 and 0.001 are one number
  if (ts.isShorthandPropertyAssignment(node)) return property(node.name, node.name);
  if (ts.isPropertyAssignment(node)) return property(node.name, node.initializer);
  if (ts.isExpressionStatement(node) && ts.isVoidExpression(node.expression))
    return bracket(node, [node.expression.expression]);
  const children = node.getChildren().filter((child) => !isLayout(child) && !idle.has(child));
  const isToken = node.kind < ts.SyntaxKind.FirstNode;
  return isToken ? node.getText() : bracket(node, children);
}

/** @param {Node} node  @param {Node[]} inside */
const bracket = (node, inside) =>
  `[${[ts.SyntaxKind[node.kind], ...inside.map(tokensOf)].join(" ")}]`;

/** @param {import("typescript").PropertyName} name  @param {Node} value */
function property(name, value) {
  const key = ts.isIdentifier(name) ? JSON.stringify(name.text) : tokensOf(name);
  return `[property ${key} ${tokensOf(value)}]`;
}

/** Punctuation that the tree makes superfluous, or that may stand or not. @param {Node} node */
function isLayout(node) {
  const { SyntaxKind } = ts;
  const { kind, parent } = node;
  if (ts.isEmptyStatement(node)) return ts.isSourceFile(parent);
  if (kind === SyntaxKind.SemicolonToken) return !ts.isForStatement(parent);
  // the operator `,`, and `|` of numbers; a union of types may begin with its sign
  if (kind === SyntaxKind.CommaToken || kind === SyntaxKind.BarToken)
    return !ts.isBinaryExpression(parent);
  return (
    kind === SyntaxKind.OpenParenToken ||
    kind === SyntaxKind.CloseParenToken ||
    kind === SyntaxKind.EndOfFileToken ||
    ts.isJSDoc(node)
  );
}

/**
 * Texts and what is put between them, of a text, a template, or several of them joined with `+`;
 * undefined for anything else.
 * @param {Node} node  @returns {(string | Node)[] | undefined}
 */
function textIn(node) {
  if (ts.isParenthesizedExpression(node)) return textIn(node.expression);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.flatMap((span) => [span.expression, span.literal.text]);
    return [node.head.text, ...spans];
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return;
  const [left, right] = [textIn(node.left), textIn(node.right)];
  if (!left || !right) return;
  return [...left.slice(0, -1), `${left[left.length - 1]}${right[0]}`, ...right.slice(1)];
}

/** @param {string | Node} part  of a text */
const tokenOfPart = (part) =>
  typeof part === "string" ? JSON.stringify(part) : `{${tokensOf(part)}}`;
