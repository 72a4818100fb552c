import { takes } from "../../../core/arguments/takes.js";
import {
  callable,
  filePath,
  limit,
  optional,
  record,
  text,
} from "../../../core/arguments/kinds.js";
import { readFileSync, statSync } from "node:fs";
import { ConfigError, DataError } from "../../../core/errors.js";
import {
  integerReader,
  type IntegerReader,
  type LargeIntegers,
} from "../../../core/files/largeIntegers.js";
import { numberTypes } from "../../../core/files/numberTypes.js";
import { quoted } from "../../../core/printable.js";
import { size, type Tensor } from "../../../core/tensor.js";
import { checkpointFile } from "./checkpointFile.js";
import { heldTensors, kindOf, type HeldTensor } from "./heldTensors.js";
import type { OpenedFile } from "./openedFile.js";
import type { PickleValue } from "./pickleValue.js";
import { lastNumber, stridedNumbers } from "./stridedNumbers.js";
import { tensorNames } from "./tensorNames.js";
import type { TensorPlan } from "./tensorPlan.js";

/** Options of `readPytorchCheckpoint`. */
export interface PytorchCheckpointOptions {
  /**
   * Largest file and largest sum of what it holds that is read, in bytes, tensors counted as
   * doubles (default 1 GiB, and of tensors not more than 64 MiB and 64 times the file).
   */
  readonly maximumBytes?: number;
  /** Only what lies under this key, with names from there on: "state_dict" (default: all). */
  readonly inside?: string;
  /**
   * What becomes of integers that no double equals (default "exact": such a tensor is left out).
   */
  readonly integers?: LargeIntegers;
  /** Told of each tensor that is not read, and why, in a sentence (default nobody is told). */
  readonly onLeftOut?: (name: string, reason: string) => void;
}

/** The tensors of a file of torch.save. */
export interface PytorchCheckpoint {
  /** By name, in the order of the file. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /**
   * Why others were not read, a sentence for each name: complex, quantised, sparse, attributes of
   * an object.
   */
  readonly leftOut: Readonly<Record<string, string>>;
}

/**
 * The tensors of a file of `torch.save`, of any version of PyTorch, by name: of a state dictionary,
 * of dictionaries, lists and tuples inside each other ("state_dict.fc1.weight", "layers.0"), and
 * arrays of NumPy. Where two would have one name they are written as Python would ask for them,
 * `["a.b"]` and `["a"]["b"]`. All real types are read, as doubles; truth values are 0 and 1.
 * Numbers, texts and other objects beside them are left out.
 *
 * The file's pickle is read, never executed: whatever stands in it, nothing is called.
 *
 * @returns tensors by name. What holds numbers and cannot be read (complex, quantised, sparse, …)
 *   is not among the keys; asking for it by its name throws the reason, and `onLeftOut` is told
 *   of all.
 * @throws DataError for a file that is truncated or damaged, is of another kind, asks for a
 *   program, is larger than `maximumBytes`, or has no tensor that can be read
 */
export function readPytorchCheckpoint(
  path: string,
  options: PytorchCheckpointOptions = {},
): Record<string, Tensor> {
  takes("readPytorchCheckpoint", {
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
  const { tensors, leftOut } = openPytorchCheckpoint(path, options);
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

/** As `readPytorchCheckpoint`, with what was left out and why. */
export function openPytorchCheckpoint(
  path: string,
  { maximumBytes, inside, integers = "exact" }: PytorchCheckpointOptions = {},
): PytorchCheckpoint {
  const bytes = readFile(path, maximumBytes ?? LARGEST);
  const limit = maximumBytes ?? Math.min(LARGEST, 2 ** 26 + 64 * bytes.length);
  const file = checkpointFile(bytes, path, limit);
  const held = heldTensors(part(file.value, inside, path), path);
  const { names, shared } = tensorNames(held.map((own) => own.path));
  const tensors: Record<string, Tensor> = {};
  const leftOut: Record<string, string> = {};
  const make = tensorMaker(file, path, limit, integers);
  held.forEach(({ plan }, k) => {
    const made = make(plan, names[k]);
    if (typeof made === "string") put(leftOut, names[k], made);
    else put(tensors, names[k], made);
  });
  for (const [name, own] of shared) {
    const fact = `${quoted(name)} is the name of ${own.length} tensors`;
    put(leftOut, name, `${fact}. Ask for ${own.join(" or ")}.`);
  }
  if (Object.keys(tensors).length === 0) throw noTensors(path, file, Object.values(leftOut));
  return { tensors, leftOut };
}

const LARGEST = 2 ** 30;

/** A name may be "__proto__". */
function put<T>(into: Record<string, T>, name: string, value: T): void {
  const own = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(into, name, own);
}

/** What lies under a key of the outermost dictionary. */
function part(whole: PickleValue, key: string | undefined, path: string): PickleValue {
  if (key === undefined) return whole;
  const found = whole instanceof Map ? whole.get(key) : undefined;
  if (found !== undefined) return found;
  const keys =
    whole instanceof Map ? [...whole.keys()].filter((own) => typeof own === "string") : [];
  const fact = `has no ${quoted(key)} in it, but ${
    keys
      .slice(0, 8)
      .map((own) => quoted(own))
      .join(", ") || kindOf(whole)
  }`;
  throw new ConfigError(`${path}: ${fact}. Name one of these as inside, or leave it out.`, { key });
}

type Make = (plan: HeldTensor["plan"], name: string) => Tensor | string;

/** Makes tensors while `limit` bytes last; instead of one that is not read, says why. */
function tensorMaker(file: OpenedFile, path: string, limit: number, large: LargeIntegers): Make {
  let left = limit;
  return (plan, name) => {
    const what = name === "" ? "It" : quoted(name);
    const fail = (fact: string, cure: string): never => {
      throw new DataError(`${path}: ${what} ${fact}. ${cure}.`, { name });
    };
    if ("damaged" in plan) return fail(plan.damaged, DAMAGED);
    if ("refused" in plan) return `${what} ${plan.refused}.`;
    left -= 8 * size(plan.shape);
    if (!(left >= 0)) {
      fail(
        `of shape [${plan.shape}] exceeds what may be read`,
        "Raise maximumBytes if you trust it",
      );
    }
    const bytes = typeof plan.storage === "string" ? file.storage(plan.storage) : plan.storage;
    const type = numberTypes[plan.type];
    const last = lastNumber(plan);
    if (!((last + 1) * type.bytes <= bytes.length)) {
      fail(`reaches number ${last} of a storage of ${bytes.length / type.bytes}`, DAMAGED);
    }
    const integers = integerReader(large, () => `An entry of ${what}`);
    try {
      return {
        shape: plan.shape,
        data: numbersOf(bytes, plan, plan.little ?? file.little, integers),
      };
    } catch (error) {
      if (error instanceof DataError) return error.message;
      throw error;
    }
  };
}

const DAMAGED = "The file is damaged; fetch it again";

function numbersOf(
  bytes: Uint8Array,
  plan: TensorPlan,
  little: boolean,
  integers: IntegerReader,
): Float64Array {
  const data = stridedNumbers(bytes, numberTypes[plan.type], plan, little, integers);
  if (plan.negative) for (let p = 0; p < data.length; p++) data[p] = -data[p];
  return data;
}

function readFile(path: string, maximumBytes: number): Buffer {
  try {
    const { size: length } = statSync(path);
    if (length > maximumBytes) {
      throw new DataError(
        `${path}: has ${length} bytes, ${maximumBytes} are allowed. ` +
          "Raise maximumBytes if you trust it.",
        { path, length },
      );
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(
      `${path}: cannot be read (${(error as Error).message}). ` +
        "Name a file that torch.save has written.",
      { path },
    );
  }
}

function noTensors(path: string, { value }: OpenedFile, reasons: readonly string[]): DataError {
  const cure = 'Save a state dictionary: torch.save(model.state_dict(), "tensors.pt").';
  const facts = reasons.length > 0 ? reasons.slice(0, 5) : [`It holds ${kindOf(value)}.`, cure];
  return new DataError(`${path}: holds no tensors that can be read. ${facts.join(" ")}`, { path });
}
