import {
  callable,
  filePath,
  limit,
  optional,
  record,
  text,
} from "../../../core/arguments/kinds.js";
import { takes } from "../../../core/arguments/takes.js";
import { DataError } from "../../../core/errors.js";
import { recognise } from "../../../core/files/fileFormat.js";
import type { Tensor } from "../../../core/tensor.js";
import { openPytorchCheckpoint } from "../pytorch/openPytorchCheckpoint.js";
import { readWhole, type NamedTensors, type TensorsOptions } from "./namedTensors.js";
import { openSafetensors } from "./safetensors.js";

/**
 * The tensors of a file of `torch.save`, of any version of PyTorch, or of a `.safetensors` file, by
 * name: of a state dictionary, of dictionaries, lists and tuples inside each other
 * ("state_dict.fc1.weight", "layers.0"), and arrays of NumPy. Where two would have one name they
 * are written as Python would ask for them, `["a.b"]` and `["a"]["b"]`. All real types are read, as
 * doubles; truth values are 0 and 1. Numbers, texts and other objects beside them are left out.
 *
 * A pickle is read, never executed: whatever stands in it, nothing is called.
 *
 * @returns tensors by name. What holds numbers and cannot be read (complex, quantised, sparse, …)
 *   is not among the keys; asking for it by its name throws the reason, and `onLeftOut` is told
 *   of all.
 * @throws DataError for a file that is truncated or damaged, is of another kind, asks for a
 *   program, is larger than `maximumBytes`, or has no tensor that can be read
 */
export function readTensors(path: string, options: TensorsOptions = {}): Record<string, Tensor> {
  takes("readTensors", {
    path: [path, filePath],
    options: [
      options,
      record({
        maximumBytes: optional(limit),
        inside: optional(text),
        onLeftOut: optional(callable),
      }),
    ],
  });
  const { tensors, leftOut } = openTensors(path, options);
  const found = { ...tensors };
  for (const [name, reason] of Object.entries(leftOut)) {
    const refuse = (): never => {
      throw new DataError(`${path}: ${reason}`, { name });
    };
    options.onLeftOut?.(name, reason);
    Object.defineProperty(found, name, { get: refuse, enumerable: false, configurable: true });
  }
  return found;
}

/** As `readTensors`, with what was left out and why. */
export function openTensors(path: string, options: TensorsOptions = {}): NamedTensors {
  const file = readWhole(path, options.maximumBytes);
  const isSafe = recognise(file.bytes)?.format === "safetensors";
  const found = (isSafe ? openSafetensors : openPytorchCheckpoint)(file, path, options);
  if (Object.keys(found.tensors).length > 0) return found;
  const reasons = Object.values(found.leftOut).slice(0, 5).join(" ");
  throw new DataError(`${path}: holds no tensors that can be read. ${reasons}`, { path });
}
