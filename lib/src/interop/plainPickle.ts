import { DataError } from "../core/errors.js";

/** A class or function that a pickle names; never called, only compared with an allow-list. */
export interface PickleGlobal {
  readonly global: string;
}
/** A storage that lies in a file of its own: `["storage", type, key, place, count]`. */
export interface PickleReference {
  readonly reference: readonly PickleValue[];
}
/** A call that the pickle asks for and that is on the allow-list, not carried out. */
export interface PickleCall {
  readonly call: string;
  readonly args: readonly PickleValue[];
}
export type PickleValue =
  | null | boolean | number | string | readonly PickleValue[] | Map<string | number, PickleValue> | PickleGlobal | PickleReference | PickleCall;

/** Marks the begin of a list on the stack. */
const MARK = Symbol("mark");
type Item = PickleValue | typeof MARK;

const DEEPEST = 1_000_000;

/**
 * Reads a pickle of plain values without executing anything: numbers, texts, lists, dictionaries, and calls from an allow-list, which are
 * returned as what they are. Everything else that a pickle can ask for is refused, so a file with code in it does nothing.
 *
 * @param allowed  names such as "torch._utils _rebuild_tensor_v2" that may occur
 * @throws DataError naming what was refused, or for a truncated pickle
 */
export function readPlainPickle(bytes: Buffer, allowed: ReadonlySet<string>, what: string): PickleValue {
  const stack: Item[] = [];
  const memo = new Map<number, Item>();
  let at = 0;
  const broken = (fact: string): never => {
    throw new DataError(`${what}: ${fact} at byte ${at}. The file is damaged or truncated; fetch it again.`, { at });
  };
  const take = (count: number): number => {
    if (count < 0 || at + count > bytes.length) broken("the pickle ends early");
    at += count;
    return at - count;
  };
  const pop = (): PickleValue => {
    const item = stack.pop();
    if (item === undefined || item === MARK) broken("a value is missing");
    return item as PickleValue;
  };
  const popList = (): PickleValue[] => {
    const from = stack.lastIndexOf(MARK);
    if (from < 0) broken("the begin of a list is missing");
    return stack.splice(from).slice(1) as PickleValue[];
  };
  const push = (item: Item): void => {
    if (stack.length > DEEPEST) broken("there are too many values");
    stack.push(item);
  };
  const line = (): string => {
    const stop = bytes.indexOf(10, at);
    if (stop < 0) broken("a name does not end");
    const text = bytes.toString("utf8", at, stop);
    at = stop + 1;
    return text;
  };
  const text = (length: number): string => bytes.toString("utf8", take(length), at);
  const named = (module: string, name: string): PickleGlobal => {
    const global = `${module} ${name}`;
    if (!allowed.has(global)) {
      throw new DataError(
        `${what}: asks for ${module}.${name}, which is no plain tensor; nothing was executed. Save the state dictionary alone.`,
        { global },
      );
    }
    return { global };
  };
  const setItems = (pairs: readonly PickleValue[]): void => {
    const target = stack[stack.length - 1];
    if (!(target instanceof Map) || pairs.length % 2 !== 0) broken("entries belong to no dictionary");
    for (let k = 0; k < pairs.length; k += 2) {
      const key = pairs[k];
      if (typeof key !== "string" && typeof key !== "number") broken("a key is neither text nor number");
      (target as Map<string | number, PickleValue>).set(key as string | number, pairs[k + 1]);
    }
  };
  /** A state, e.g. the _metadata of a state dictionary, is left out. */
  const checkOwner = (): void => {
    if (!(stack[stack.length - 1] instanceof Map)) broken("a state belongs to no dictionary");
  };
  const append = (values: readonly PickleValue[]): void => {
    const target = stack[stack.length - 1];
    if (!Array.isArray(target)) broken("items belong to no list");
    for (const value of values) (target as PickleValue[]).push(value);
  };
  const call = (): PickleValue => {
    const [args, callee] = [pop(), pop()];
    if (!isGlobal(callee) || !Array.isArray(args)) broken("a call is not of a name");
    const { global } = callee as PickleGlobal;
    if (global !== "collections OrderedDict") return { call: global, args: args as PickleValue[] };
    if ((args as PickleValue[]).length > 0) broken("a dictionary is made of something");
    return new Map();
  };
  const reference = (names: PickleValue): PickleReference => {
    if (!Array.isArray(names)) broken("a storage is not named by a list");
    return { reference: names as PickleValue[] };
  };
  const recall = (key: number): Item => {
    const item = memo.get(key);
    if (item === undefined) broken("a value is recalled that was not stored");
    return item as Item;
  };

  for (;;) {
    const code = bytes[take(1)];
    switch (String.fromCharCode(code)) {
      case "\x80": if (bytes[take(1)] > 5) broken("the protocol is not known"); break;
      case "\x95": take(8); break;
      case ".": return pop();
      case "(": push(MARK); break;
      case "0": pop(); break;
      case "}": push(new Map()); break;
      case "]": push([]); break;
      case ")": push([]); break;
      case "t": push(popList()); break;
      case "l": push(popList()); break;
      case "\x85": push([pop()]); break;
      case "\x86": { const b = pop(); push([pop(), b]); break; }
      case "\x87": { const c = pop(); const b = pop(); push([pop(), b, c]); break; }
      case "N": push(null); break;
      case "\x88": push(true); break;
      case "\x89": push(false); break;
      case "J": push(bytes.readInt32LE(take(4))); break;
      case "K": push(bytes[take(1)]); break;
      case "M": push(bytes.readUInt16LE(take(2))); break;
      case "G": push(bytes.readDoubleBE(take(8))); break;
      case "\x8a": push(whole(bytes, take, bytes[take(1)], broken)); break;
      case "X": push(text(bytes.readUInt32LE(take(4)))); break;
      case "\x8c": push(text(bytes[take(1)])); break;
      case "q": memo.set(bytes[take(1)], stack[stack.length - 1]); break;
      case "r": memo.set(bytes.readUInt32LE(take(4)), stack[stack.length - 1]); break;
      case "\x94": memo.set(memo.size, stack[stack.length - 1]); break;
      case "h": push(recall(bytes[take(1)])); break;
      case "j": push(recall(bytes.readUInt32LE(take(4)))); break;
      case "c": { const module = line(); push(named(module, line())); break; }
      case "\x93": { const name = pop(); const module = pop(); push(named(String(module), String(name))); break; }
      case "Q": push(reference(pop())); break;
      case "R": push(call()); break;
      case "b": pop(); checkOwner(); break;
      case "s": { const value = pop(); setItems([pop(), value]); break; }
      case "u": setItems(popList()); break;
      case "a": append([pop()]); break;
      case "e": append(popList()); break;
      default:
        throw new DataError(
          `${what}: the instruction 0x${code.toString(16)} at byte ${at - 1} is none that plain tensors need; nothing was executed. Save the state dictionary alone.`, { code });
    }
  }
}

const isGlobal = (value: PickleValue): value is PickleGlobal => typeof value === "object" && value !== null && "global" in value;

/** A little-endian two's complement number of `length` bytes that a double can hold. */
function whole(bytes: Buffer, take: (count: number) => number, length: number, broken: (fact: string) => never): number {
  if (length > 8) broken("a number is too long");
  const start = take(length);
  let value = 0n;
  for (let k = length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[start + k]);
  const signed = Number(BigInt.asIntN(8 * length, value));
  if (!Number.isSafeInteger(signed)) broken("a number is too large");
  return signed;
}
