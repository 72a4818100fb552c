import {
  byName,
  callable,
  count,
  list,
  listOf,
  optional,
  record,
  text,
  word,
} from "../../core/arguments/kinds.js";
import type { ArgumentKind } from "../../core/arguments/takes.js";

/** Extents of one sample. */
const extents: ArgumentKind = listOf(count(1));

/** How a model of ONNX is read; that extents fit its inputs is asked where these are known. */
export const onnxOptions: ArgumentKind = record(
  {
    extents: optional(byName(list, "lists of extents by the names of inputs")),
    head: optional(text),
    masks: optional(listOf(text)),
  },
  "options { extents, head, masks }",
);

/** How a model of TensorFlow.js is read. */
export const tfjsOptions: ArgumentKind = record(
  {
    inputShape: optional(extents),
    extents: optional(byName(list, "lists of extents by the names of inputs")),
    head: optional(text),
    masks: optional(listOf(text)),
    end: optional(word(["peel", "keep"])),
    layers: optional(byName(callable, "functions by the names of classes")),
  },
  "options { inputShape, end, layers }",
);

/** Of what is written for TensorFlow.js, beside network and parameters. */
export const tfjsEnd: Readonly<Record<string, ArgumentKind>> = {
  inputShape: optional(extents),
  output: optional(word(["softmax", "sigmoid", "linear"])),
};
