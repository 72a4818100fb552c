import type { Layer } from "../layers/layer.js";

/** A value inside a graph under construction. */
export interface GraphValue {
  readonly index: number;
}

/**
 * Several layers that are put into a graph like one: `then(block, …)` adds them all and returns
 * what `build` returns. Attention and recurrence are such.
 */
export interface Block {
  readonly kind: "block";
  /** For people alone. */
  readonly name: string;
  build(then: Then, again: Again, ...inputs: GraphValue[]): GraphValue;
}

/** Adds a layer or a block that reads values, and returns what it makes of them. */
export type Then = (layer: Layer | Block, ...inputs: GraphValue[]) => GraphValue;

/** Adds the layer or the block that made `value` once more, with the same parameters. */
export type Again = (value: GraphValue, ...inputs: GraphValue[]) => GraphValue;
