import { count, listOf, optional, record, text, word } from "../../../../core/arguments/kinds.js";
import type { ArgumentKind } from "../../../../core/arguments/takes.js";
import type { Shape } from "../../../../core/tensor.js";
import type { OutputFunction } from "../../savedNetwork.js";

/** How a network is written as ONNX. */
export interface ToOnnxOptions {
  /**
   * Of one sample; needed unless the network has named inputs or begins with a dense layer
   * (default: theirs).
   */
  readonly inputShape?: Shape;
  /** A function put behind the network's outputs (default "linear": none). */
  readonly output?: OutputFunction;
  /** Name of the input, of a network whose inputs have no names (default "input"). */
  readonly input?: string;
  /** Name of the output (default "output"). */
  readonly head?: string;
}

/** What options may hold. */
export const toOnnxOptions: ArgumentKind = record(
  {
    inputShape: optional(listOf(count(1))),
    output: optional(word(["softmax", "sigmoid", "linear"])),
    input: optional(text),
    head: optional(text),
  },
  "options { inputShape, output, input, head }",
);
