import { DataError } from "../../../core/errors.js";
import {
  integerReader,
  type IntegerReader,
  type LargeIntegers,
} from "../../../core/files/largeIntegers.js";
import { numberTypes } from "../../../core/files/numberTypes.js";
import { quoted } from "../../../core/printable.js";
import { size, type Tensor } from "../../../core/tensor.js";
import {
  notInside,
  putNamed,
  type NamedTensors,
  type TensorsOptions,
  type WholeFile,
} from "../tensors/namedTensors.js";
import { checkpointFile } from "./checkpointFile.js";
import { heldTensors, kindOf, type HeldTensor } from "./heldTensors.js";
import type { OpenedFile } from "./openedFile.js";
import type { PickleValue } from "./pickleValue.js";
import { lastNumber, stridedNumbers } from "./stridedNumbers.js";
import { tensorNames } from "./tensorNames.js";
import type { TensorPlan } from "./tensorPlan.js";

/**
 * The tensors of a file of `torch.save`, and what was left out and why.
 * @throws DataError for a file that is truncated or damaged, is of another kind, asks for a
 *   program, or holds nothing that has numbers
 */
export function openPytorchCheckpoint(
  { bytes, limit }: WholeFile,
  path: string,
  { inside, integers = "exact" }: TensorsOptions = {},
): NamedTensors {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const file = checkpointFile(whole, path, limit);
  const held = heldTensors(part(file.value, inside, path), path);
  const { names, shared } = tensorNames(held.map((own) => own.path));
  const tensors: Record<string, Tensor> = {};
  const leftOut: Record<string, string> = {};
  const make = tensorMaker(file, path, limit, integers);
  held.forEach(({ plan }, k) => {
    const made = make(plan, names[k]);
    if (typeof made === "string") putNamed(leftOut, names[k], made);
    else putNamed(tensors, names[k], made);
  });
  for (const [name, own] of shared) {
    const fact = `${quoted(name)} is the name of ${own.length} tensors`;
    putNamed(leftOut, name, `${fact}. Ask for ${own.join(" or ")}.`);
  }
  if (held.length === 0) throw noTensors(path, file);
  return { tensors, leftOut };
}

/** What lies under a key of the outermost dictionary. */
function part(whole: PickleValue, key: string | undefined, path: string): PickleValue {
  if (key === undefined) return whole;
  const found = whole instanceof Map ? whole.get(key) : undefined;
  if (found !== undefined) return found;
  const keys =
    whole instanceof Map ? [...whole.keys()].filter((own) => typeof own === "string") : [];
  throw notInside(path, key, keys.length > 0 ? keys : kindOf(whole));
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

function noTensors(path: string, { value }: OpenedFile): DataError {
  const cure = 'Save a state dictionary: torch.save(model.state_dict(), "tensors.pt").';
  const fact = `It holds ${kindOf(value)}.`;
  return new DataError(`${path}: holds no tensors that can be read. ${fact} ${cure}`, { path });
}
