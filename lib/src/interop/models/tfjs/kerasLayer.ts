import type { Shape } from "../../../core/tensor.js";

/** A layer of Keras as plain data; settings as files have them. */
export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers that it takes from. */
  readonly inputs: readonly string[];
  /** Entry of θ of each entry of its weights. */
  readonly weights?: readonly {
    readonly role: "kernel" | "bias";
    readonly shape: Shape;
    readonly places: Int32Array;
  }[];
}
