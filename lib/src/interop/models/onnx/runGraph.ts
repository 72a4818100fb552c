import { ConfigError, DataError, PhaselensError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { closestNames } from "../closestNames.js";
import type { Importing } from "./importing.js";
import type { GraphMessage } from "./messages.js";
import type { OnnxNode } from "./node.js";
import { onnxOperators } from "./operators/table.js";
import { ordered } from "./order.js";
import { isWhole, tensorOf, type ExternalBytes } from "./tensorData.js";
import { known, type Value } from "./value.js";

/** The names of values that a graph sees: its own, then those of the graph around it. */
export interface Scope {
  readonly path: string;
  readonly external: ExternalBytes;
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
}

/** The scope of a graph: its initialisers are read when they are asked for. */
export function scopeOf(
  graph: GraphMessage,
  path: string,
  external: ExternalBytes,
  outer?: Scope,
): Scope {
  const values = new Map<string, Value>();
  const tensors = new Map(graph.initializers.map((own) => [own.name ?? "", own]));
  const initialiser = (name: string): Value | undefined => {
    const message = tensors.get(name);
    if (!message) return undefined;
    const { shape, type, data } = tensorOf(message, path, external);
    const value = known(shape, data, isWhole(type), isWhole(type) ? undefined : name);
    values.set(name, value);
    return value;
  };
  return {
    path,
    external,
    get: (name) => values.get(name) ?? initialiser(name) ?? outer?.get(name),
    set: (name, value) => void values.set(name, value),
  };
}

/**
 * The values of these names: nodes are read one after the other by `onnxOperators`.
 * @param from  names of inputs, which are in the scope
 */
export function runGraph(
  importing: Omit<Importing, "readers" | "numbersOf" | "inside">,
  graph: GraphMessage,
  scope: Scope,
  wanted: readonly string[],
  from: ReadonlySet<string>,
): Value[] {
  const { nodes, readers } = ordered(graph, wanted, from, scope.path);
  checkOperators(nodes, scope.path);
  const numbersOf: Importing["numbersOf"] = (name) => {
    const value = from.has(name) ? undefined : scope.get(name);
    return value?.kind === "known" ? value : undefined;
  };
  const inside = (branch: GraphMessage): Value[] => {
    const inner = scopeOf(branch, scope.path, scope.external, scope);
    const names = branch.outputs.map(({ name = "" }) => name);
    return runGraph(importing, branch, inner, names, new Set());
  };
  const own = { ...importing, readers, numbersOf, inside };
  for (const node of nodes) {
    const values = withTitle(node, scope.path, () => runNode(own, node, scope));
    node.outputs.forEach((name, k) => {
      const value = values[k];
      if (name !== "" && value !== undefined) scope.set(name, value);
    });
  }
  return wanted.map((name) => valueOf(scope, name, "an output of the graph"));
}

function valueOf(scope: Scope, name: string, reader: string): Value {
  const value = scope.get(name);
  if (value) return value;
  const fact = `${reader} is ${quoted(name)}, which no node makes`;
  throw new DataError(`${scope.path}: ${fact}. The file is damaged; export it again.`, { name });
}

function runNode(importing: Importing, node: OnnxNode, scope: Scope): readonly Value[] {
  const inputs = node.inputs.map((name) =>
    name === "" ? undefined : valueOf(scope, name, `an input of ${node.title}`),
  );
  const made = onnxOperators[node.operator].read({ node, inputs, importing });
  return Array.isArray(made) ? made : [made as Value];
}

/** Says where in the file an error came up. */
function withTitle<T>(node: OnnxNode, path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PhaselensError) || error.message.startsWith(`${path}: `)) throw error;
    const { title } = node;
    const own = error.message.startsWith(title) ? error.message : `${title}: ${error.message}`;
    const Kind = error instanceof DataError ? DataError : ConfigError;
    throw new Kind(`${path}: ${own}`, { ...error.details, node: title });
  }
}

const QUANTISED = /Quantize|QLinear|Integer$|^com\.microsoft\..*(?:Quant|QLinear|NBits)/;

/** @throws ConfigError naming all operators at once that are not read */
function checkOperators(nodes: readonly OnnxNode[], path: string): void {
  const unknown = new Map<string, string[]>();
  for (const { operator, title } of nodes) {
    if (Object.hasOwn(onnxOperators, operator)) continue;
    unknown.set(operator, [...(unknown.get(operator) ?? []), title.slice(operator.length + 1)]);
  }
  if (unknown.size === 0) return;
  const names = [...unknown.keys()];
  const list = names
    .map((name) => {
      const titles = unknown.get(name)!;
      const more = titles.length > 3 ? ` and ${titles.length - 3} more` : "";
      return `${quoted(name).slice(1, -1)} (${titles.slice(0, 3).join(", ")}${more})`;
    })
    .join("; ");
  const cure = names.some((name) => QUANTISED.test(name))
    ? "The model is quantised: export it as it was before, with float32 weights"
    : `Export the model without them; like ${quoted(names[0])} there are ${closestNames(names[0], Object.keys(onnxOperators), 3)}`;
  throw new ConfigError(`${path}: has operators that are not read: ${list}. ${cure}.`, {
    operators: names,
  });
}
