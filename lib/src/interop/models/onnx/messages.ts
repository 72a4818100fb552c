import { message, wire, type MessageReader } from "./wire.js";

/**
 * The messages of ONNX that a reader needs, with the numbers of their fields from onnx.proto
 * (github.com/onnx/onnx, onnx/onnx.proto, version IR 13).
 */
export interface TensorMessage {
  readonly name: string | undefined;
  readonly dims: number[];
  readonly dataType: number | undefined;
  readonly floats: ArrayLike<number>;
  readonly int32s: number[];
  readonly int64s: number[];
  readonly doubles: ArrayLike<number>;
  readonly uint64s: number[];
  readonly raw: Uint8Array | undefined;
  readonly external: EntryMessage[];
  /** 1 if the numbers are in another file. */
  readonly location: number | undefined;
}

export interface EntryMessage {
  readonly key: string | undefined;
  readonly value: string | undefined;
}

export interface AttributeMessage {
  readonly name: string | undefined;
  readonly float: number | undefined;
  readonly integer: number | undefined;
  readonly text: string | undefined;
  readonly tensor: TensorMessage | undefined;
  readonly graph: GraphMessage | undefined;
  readonly floats: number[];
  readonly integers: number[];
  readonly texts: string[];
  /** Attribute of the function around the node that this one stands for. */
  readonly reference: string | undefined;
}

export interface NodeMessage {
  readonly inputs: string[];
  readonly outputs: string[];
  readonly name: string | undefined;
  readonly operator: string | undefined;
  readonly attributes: AttributeMessage[];
  readonly domain: string | undefined;
  readonly overload: string | undefined;
}

/** An input or output of a graph; an extent has a value or a name. */
export interface ValueMessage {
  readonly name: string | undefined;
  readonly type:
    | {
        readonly tensor:
          | {
              readonly elementType: number | undefined;
              readonly shape: { readonly dims: DimensionMessage[] } | undefined;
            }
          | undefined;
      }
    | undefined;
}

export interface DimensionMessage {
  readonly value: number | undefined;
  readonly parameter: string | undefined;
}

export interface GraphMessage {
  readonly nodes: NodeMessage[];
  readonly name: string | undefined;
  readonly initializers: TensorMessage[];
  readonly inputs: ValueMessage[];
  readonly outputs: ValueMessage[];
  readonly sparse: Uint8Array | undefined;
}

export interface ModelMessage {
  readonly irVersion: number | undefined;
  readonly producer: string | undefined;
  readonly producerVersion: string | undefined;
  readonly graph: GraphMessage | undefined;
  readonly opsets: OpsetMessage[];
  readonly functions: FunctionMessage[];
}

/** An operator that the file defines itself, of others. */
export interface FunctionMessage {
  readonly name: string | undefined;
  readonly domain: string | undefined;
  readonly overload: string | undefined;
  readonly inputs: string[];
  readonly outputs: string[];
  /** Attributes with the values that they have where a node says nothing. */
  readonly defaults: AttributeMessage[];
  readonly nodes: NodeMessage[];
  readonly opsets: OpsetMessage[];
}

export interface OpsetMessage {
  readonly domain: string | undefined;
  readonly version: number | undefined;
}

const entry: MessageReader<EntryMessage> = message({ key: [1, wire.text], value: [2, wire.text] });

const tensor: MessageReader<TensorMessage> = message({
  name: [8, wire.text],
  dims: [1, wire.integers],
  dataType: [2, wire.integer],
  floats: [4, wire.manyFloats],
  int32s: [5, wire.integers],
  int64s: [7, wire.integers],
  doubles: [10, wire.manyDoubles],
  uint64s: [11, wire.integers],
  raw: [9, wire.bytes],
  external: [13, wire.many(entry)],
  location: [14, wire.integer],
});

const attribute: MessageReader<AttributeMessage> = message({
  name: [1, wire.text],
  float: [2, wire.float],
  integer: [3, wire.integer],
  text: [4, wire.text],
  tensor: [5, wire.one(tensor)],
  // a graph has nodes, which have attributes: the name stands for what is made below
  graph: [6, wire.one<GraphMessage>((bytes, where) => graph(bytes, where))],
  floats: [7, wire.floats],
  integers: [8, wire.integers],
  texts: [9, wire.texts],
  reference: [21, wire.text],
});

const node: MessageReader<NodeMessage> = message({
  inputs: [1, wire.texts],
  outputs: [2, wire.texts],
  name: [3, wire.text],
  operator: [4, wire.text],
  attributes: [5, wire.many(attribute)],
  domain: [7, wire.text],
  overload: [8, wire.text],
});

const opset: MessageReader<OpsetMessage> = message({
  domain: [1, wire.text],
  version: [2, wire.integer],
});

const ownFunction: MessageReader<FunctionMessage> = message({
  name: [1, wire.text],
  inputs: [4, wire.texts],
  outputs: [5, wire.texts],
  nodes: [7, wire.many(node)],
  opsets: [9, wire.many(opset)],
  domain: [10, wire.text],
  defaults: [11, wire.many(attribute)],
  overload: [13, wire.text],
});

const dimension: MessageReader<DimensionMessage> = message({
  value: [1, wire.integer],
  parameter: [2, wire.text],
});

const value: MessageReader<ValueMessage> = message({
  name: [1, wire.text],
  type: [
    2,
    wire.one(
      message({
        tensor: [
          1,
          wire.one(
            message({
              elementType: [1, wire.integer],
              shape: [2, wire.one(message({ dims: [1, wire.many(dimension)] }))],
            }),
          ),
        ],
      }),
    ),
  ],
});

const graph: MessageReader<GraphMessage> = message({
  nodes: [1, wire.many(node)],
  name: [2, wire.text],
  initializers: [5, wire.many(tensor)],
  inputs: [11, wire.many(value)],
  outputs: [12, wire.many(value)],
  sparse: [15, wire.bytes],
});

/** Reads a whole file. */
export const readModelMessage: MessageReader<ModelMessage> = message({
  irVersion: [1, wire.integer],
  producer: [2, wire.text],
  producerVersion: [3, wire.text],
  graph: [7, wire.one(graph)],
  opsets: [8, wire.many(opset)],
  functions: [25, wire.many(ownFunction)],
});
