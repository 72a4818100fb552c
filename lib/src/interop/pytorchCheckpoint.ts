import { readFileSync, statSync } from "node:fs";
import { DataError } from "../core/errors.js";
import { size, tensor, type Tensor } from "../core/tensor.js";
import { readPlainPickle, type PickleCall, type PickleReference, type PickleValue } from "./plainPickle.js";
import { zipEntries, type ZipEntries } from "./zipEntries.js";

/** Storages that can be read: bytes of a number, and how. */
const storages: Readonly<Record<string, { readonly bytes: number; read(view: DataView, at: number): number }>> = {
  FloatStorage: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  DoubleStorage: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  LongStorage: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  IntStorage: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
};
const REBUILD = "torch._utils _rebuild_tensor_v2";
const PARAMETER = "torch._utils _rebuild_parameter";
const allowed = new Set([REBUILD, PARAMETER, "collections OrderedDict", ...Object.keys(storages).map((name) => `torch ${name}`)]);

export interface PytorchCheckpointOptions {
  /** Largest file and largest sum of what it holds that is read (default 1 GiB). */
  readonly maximumBytes?: number;
}

/**
 * The tensors of a PyTorch checkpoint (`torch.save` of a state dictionary, PyTorch ≥ 1.6), by name; those of dictionaries inside
 * dictionaries as "outer.inner", numbers and texts beside them are left out. The file's pickle is read, never executed: only dictionaries,
 * lists and the functions that rebuild plain tensors of float32, float64, int32 and int64 are known, and anything else is refused.
 *
 * @throws DataError for code in the file, for a truncated or damaged one, and for one larger than `maximumBytes`
 */
export function readPytorchCheckpoint(path: string, { maximumBytes = 2 ** 30 }: PytorchCheckpointOptions = {}): Record<string, Tensor> {
  let bytes: Buffer;
  try {
    const { size: length } = statSync(path);
    if (length > maximumBytes) {
      throw new DataError(
        `${path}: has ${length} bytes, ${maximumBytes} are allowed. Raise maximumBytes if you trust it.`,
        { path, length },
      );
    }
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path}: cannot be read (${(error as Error).message}). Name a file that torch.save has written.`, { path });
  }
  const zip = zipEntries(bytes, path, maximumBytes);
  const pickle = zip.names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw new DataError(
      `${path}: holds no data.pkl, so torch.save has not written it. It holds ${zip.names.slice(0, 8).join(", ")}.`,
      { path },
    );
  }
  const root = pickle.slice(0, -"data.pkl".length);
  if (zip.names.includes(`${root}byteorder`) && zip.read(`${root}byteorder`).toString("utf8") !== "little") {
    throw new DataError(`${path}: was written on a big-endian machine. Save it on a little-endian one.`, { path });
  }
  const value = readPlainPickle(zip.read(pickle), allowed, path);
  const tensors: Record<string, Tensor> = {};
  const opened = new Map<string, Buffer>();
  let budget = maximumBytes;
  const collect = (own: PickleValue, name: string, depth: number): void => {
    if (depth > 16) {
      throw new DataError(
        `${path}: dictionaries inside dictionaries beyond 16 levels at "${name}". Save the state dictionary alone.`,
        { name },
      );
    }
    if (own instanceof Map) for (const [key, inner] of own) collect(inner, name === "" ? String(key) : `${name}.${key}`, depth + 1);
    else if (typeof own === "object" && own !== null && "call" in own) {
      const made = rebuild(own, zip, root, `${path}: "${name}"`, opened, (count) => (budget -= 8 * count) >= 0);
      Object.defineProperty(tensors, name, { value: made, enumerable: true, configurable: true, writable: true });
    }
  };
  collect(value, "", 0);
  if (Object.keys(tensors).length === 0) throw new DataError(`${path}: holds no tensors. Save a state dictionary.`, { path });
  return tensors;
}

/** A tensor from its storage, offset, shape and strides. */
function rebuild(
  own: PickleCall, zip: ZipEntries, root: string, what: string, opened: Map<string, Buffer>, afford: (count: number) => boolean,
): Tensor {
  if (own.call === PARAMETER) {
    const [inner] = own.args;
    if (isCall(inner) && inner.call === REBUILD) return rebuild(inner, zip, root, what, opened, afford);
  }
  const [storage, offset, shape, strides] = own.args;
  const wrong = (fact: string): never => {
    throw new DataError(`${what}: ${fact}. The file is damaged; fetch it again.`);
  };
  const plain = own.call === REBUILD && isReference(storage) && isWhole(offset) && isList(shape) && isList(strides);
  if (!plain || shape.length !== strides.length) {
    return wrong("is no plain tensor");
  }
  const [kind, type, key] = storage.reference;
  const typeName = typeof type === "object" && type !== null && "global" in type ? type.global.replace("torch ", "") : "";
  if (kind !== "storage" || typeof key !== "string" || !/^\d+$/.test(key) || !Object.hasOwn(storages, typeName)) {
    return wrong("has a storage of another kind");
  }
  const { bytes, read } = storages[typeName];
  const count = size(shape);
  const last = shape.reduce((at, extent, axis) => at + Math.max(0, extent - 1) * strides[axis], offset);
  let data = opened.get(key);
  if (!data) opened.set(key, (data = zip.read(`${root}data/${key}`)));
  if (count > 0 && !((last + 1) * bytes <= data.length)) return wrong(`reaches number ${last} of a storage of ${data.length / bytes}`);
  if (!afford(count)) throw new DataError(`${what}: its shape [${shape}] exceeds what may be read. Raise maximumBytes if you trust it.`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const made = tensor(shape);
  const place = shape.map(() => 0);
  for (let p = 0; p < count; p++) {
    made.data[p] = read(view, bytes * place.reduce((at, index, axis) => at + index * strides[axis], offset));
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis] === shape[axis]; axis--) place[axis] = 0;
  }
  return made;
}

const isCall = (value: PickleValue): value is PickleCall => typeof value === "object" && value !== null && "call" in value;
const isReference = (value: PickleValue): value is PickleReference => typeof value === "object" && value !== null && "reference" in value;
const isWhole = (value: PickleValue): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;
const isList = (value: PickleValue): value is readonly number[] => Array.isArray(value) && (value as readonly PickleValue[]).every(isWhole);
