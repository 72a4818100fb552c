"use strict";
// Repairs of tslab 1.0.22 that concern what a cell says: each is small, and goes when tslab has it.
const ts = require("typescript");

const parsed = (source) =>
  ts.createSourceFile("cell.ts", `export {};${source}`, ts.ScriptTarget.Latest, true);
const BEFORE = "export {};".length; // as tslab has it: a module, in which `await` is a keyword

/** Calls `visit` for a node and all below it. */
function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/**
 * The cell in words that tslab compiles rightly. It writes `exports.` before each name of an
 * earlier cell, also where the name stands for a property:
 *
 *   { loss }            becomes { loss: loss }, and only the second of them a variable
 *   ({ loss: mine })    becomes ({ "loss": mine }), in which there is none
 *
 * Lines stay where they are.
 * @param {string} source
 */
function rewritten(source) {
  /** @type {{ at: number, end: number, text: string }[]} */
  const edits = [];
  walk(parsed(source), (node) => {
    if (ts.isShorthandPropertyAssignment(node)) {
      const { name } = node;
      edits.push({ at: name.getStart(), end: name.end, text: `${name.text}: ${name.text}` });
    }
    if (ts.isBindingElement(node) && node.propertyName && ts.isIdentifier(node.propertyName)) {
      const { propertyName: name } = node;
      edits.push({ at: name.getStart(), end: name.end, text: JSON.stringify(name.text) });
    }
  });
  let text = source;
  for (const { at, end, text: by } of edits.sort((a, b) => b.at - a.at))
    text = text.slice(0, at - BEFORE) + by + text.slice(end - BEFORE);
  return text;
}

/**
 * Whether the cell waits outside of functions. tslab looks for one form of it and misses
 * `await (…)` and `for await`.
 * @param {string} source
 */
function waits(source) {
  let found = false;
  const look = (node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))
      found = true;
    ts.forEachChild(node, look);
  };
  look(parsed(source));
  return found;
}

/**
 * The script of a cell with `__tslab__.wait` around what it awaits outside of functions: where an
 * interrupt can break it off. Lines stay where they are.
 * @param {string} script
 */
function breakable(script) {
  /** @type {{ at: number, text: string }[]} */
  const inserts = [];
  const file = parsed(script);
  const wrap = (name, { pos, end }) => {
    const line = file.getLineAndCharacterOfPosition(pos).line + 1;
    inserts.push({ at: pos, text: ` __tslab__.${name}(` }, { at: end, text: `, ${line})` });
  };
  const look = (node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isAwaitExpression(node)) wrap("wait", node.expression);
    if (ts.isForOfStatement(node) && node.awaitModifier) wrap("each", node.expression);
    ts.forEachChild(node, look);
  };
  look(file);
  let text = script;
  for (const { at, text: by } of inserts.sort((a, b) => b.at - a.at))
    text = text.slice(0, at - BEFORE) + by + text.slice(at - BEFORE);
  return text;
}

/**
 * Names of values that a cell declares.
 * @param {string} source  @returns {Set<string>}
 */
function declaredNames(source) {
  const names = new Set();
  const add = (name) => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (element.name) add(element.name);
  };
  for (const statement of parsed(source).statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) add(name);
    const named =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    if (named && statement.name) add(statement.name);
  }
  return names;
}

/**
 * Declarations without those of some names.
 * @param {string} declarations  as tslab keeps them between cells, one statement a name
 * @param {(name: string) => boolean} dropped
 */
function withoutNames(declarations, dropped) {
  const file = ts.createSourceFile("kept.d.ts", declarations, ts.ScriptTarget.Latest, true);
  const kept = file.statements.filter((statement) => {
    if (ts.isVariableStatement(statement))
      return !statement.declarationList.declarations.some(({ name }) => dropped(name.getText()));
    return !(statement.name && !isType(statement) && dropped(statement.name.getText()));
  });
  return kept.map((statement) => statement.getFullText()).join("");
}

const isType = (statement) =>
  ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);

/**
 * A converter of tslab that takes cells as they are written.
 * @template {{ convert(previous: string, source: string): any }} Converter
 * @param {Converter} converter  @returns {Converter}
 */
function repairedConverter(converter) {
  return {
    ...converter,
    convert: (previous, source) => {
      const result = converter.convert(previous, rewritten(source));
      return result.output === undefined
        ? result
        : { ...result, hasToplevelAwait: result.hasToplevelAwait || waits(source) };
    },
  };
}

module.exports = { breakable, declaredNames, repairedConverter, rewritten, waits, withoutNames };
