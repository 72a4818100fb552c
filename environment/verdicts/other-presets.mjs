// What of a notebook's code preset `standard`, at which verdicts are shipped, does not read.

/** @typedef {import("typescript").Node} Node */

const others = new Set(["quick", "paper"]);

/**
 * In `core.preset({ quick: …, standard: …, paper: … })` the parameters of the other presets, and
 * the variables of the notebook that stand nowhere but there.
 * @param {typeof import("typescript")} ts  @param {import("typescript").SourceFile} file
 * @returns {Node[]}
 */
export function ofOtherPresets(ts, file) {
  const parameters = within(ts, file, (node) => isOfOtherPreset(ts, node));
  const named = new Set(parameters.flatMap((node) => names(ts, node)));
  const left = new Map();
  for (const name of names(ts, file)) left.set(name, (left.get(name) ?? 0) + 1);
  for (const name of parameters.flatMap((node) => names(ts, node)))
    left.set(name, left.get(name) - 1);
  const variables = file.statements.filter((statement) => {
    const name = onlyName(ts, statement);
    return name !== undefined && named.has(name) && left.get(name) === 1;
  });
  return [...parameters, ...variables];
}

/** @param {typeof import("typescript")} ts  @param {Node} node */
function isOfOtherPreset(ts, node) {
  if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) return false;
  const call = node.parent.parent;
  return (
    ts.isCallExpression(call) &&
    call.expression.getText() === "core.preset" &&
    others.has(node.name.getText())
  );
}

/** The name of a statement that declares one variable. @returns {string | undefined} */
function onlyName(ts, statement) {
  if (!ts.isVariableStatement(statement)) return undefined;
  const { declarations } = statement.declarationList;
  const [{ name }] = declarations;
  return declarations.length === 1 && ts.isIdentifier(name) ? name.text : undefined;
}

/** Names in a piece of code, each as often as it stands there. @returns {string[]} */
const names = (ts, from) => within(ts, from, ts.isIdentifier).map((node) => node.text);

/** The outermost nodes of a kind, in order. @returns {any[]} */
function within(ts, from, wanted) {
  if (wanted(from)) return [from];
  const found = [];
  ts.forEachChild(from, (child) => {
    found.push(...within(ts, child, wanted));
  });
  return found;
}
