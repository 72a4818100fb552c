import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { AttributeMessage, GraphMessage, NodeMessage, TensorMessage } from "./messages.js";

/** A node of an ONNX graph: an operator, the names of what it reads and writes, its settings. */
export interface OnnxNode {
  readonly operator: string;
  /** As an error names it: Conv "block1/conv". */
  readonly title: string;
  /** "" stands for an input that was left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Settings of a node by their names. */
export interface Attributes {
  has(name: string): boolean;
  integer(name: string, usual: number): number;
  float(name: string, usual: number): number;
  text(name: string, usual: string): string;
  /** Undefined where it was left out. */
  integers(name: string): readonly number[] | undefined;
  floats(name: string): readonly number[] | undefined;
  texts(name: string): readonly string[] | undefined;
  tensor(name: string): TensorMessage | undefined;
  graph(name: string): GraphMessage | undefined;
}

/** @param domain  the operator's, where it is not ONNX itself: it belongs to the name */
export function onnxNode(message: NodeMessage, number: number): OnnxNode {
  const { operator = "", name, domain = "", inputs, outputs } = message;
  const own = domain === "" || domain === "ai.onnx" ? operator : `${domain}.${operator}`;
  const called = name ? quoted(name) : outputs[0] ? `of ${quoted(outputs[0])}` : `${number}`;
  const title = `${quoted(own).slice(1, -1)} ${called}`;
  return { operator: own, title, inputs, outputs, attributes: attributesOf(message, title) };
}

function attributesOf({ attributes }: NodeMessage, title: string): Attributes {
  const held = new Map(attributes.map((attribute) => [attribute.name ?? "", attribute]));
  const entry = <K extends keyof AttributeMessage>(
    name: string,
    kind: K,
  ): NonNullable<AttributeMessage[K]> | undefined => {
    const found = held.get(name);
    if (!found) return undefined;
    if (found.reference !== undefined)
      throw new DataError(
        `${title}: its ${name} is that of a function around it, and there is none. The file is damaged; export it again.`,
        { name },
      );
    // proto3 leaves out what is 0, and lists that are empty
    return found[kind] ?? undefined;
  };
  const present = (name: string): boolean => held.has(name);
  return {
    has: present,
    integer: (name, usual) => (present(name) ? (entry(name, "integer") ?? 0) : usual),
    float: (name, usual) => (present(name) ? (entry(name, "float") ?? 0) : usual),
    text: (name, usual) => (present(name) ? (entry(name, "text") ?? "") : usual),
    integers: (name) => entry(name, "integers"),
    floats: (name) => entry(name, "floats"),
    texts: (name) => entry(name, "texts"),
    tensor: (name) => entry(name, "tensor"),
    graph: (name) => entry(name, "graph"),
  };
}
