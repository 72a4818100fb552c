import { DataError } from "../../../core/errors.js";
import type { PickleCursor } from "./pickleCursor.js";
import { isAttack } from "./pickleGlobals.js";
import {
  dotted,
  isCall,
  isGlobal,
  isList,
  isReference,
  type PickleGlobal,
  type PickleMap,
  type PickleReference,
  type PickleValue,
} from "./pickleValue.js";

/** Marks the begin of a list on the stack. */
const MARK = Symbol("mark");
type Item = PickleValue | typeof MARK;

/** Most values that may wait on the stack. */
const DEEPEST = 1_000_000;

/** The stack and memory that instructions of a pickle work on. */
export interface PickleMachine {
  readonly references: readonly PickleReference[];
  /** How many values and marks wait on the stack. */
  depth(): number;
  push(value: PickleValue): void;
  mark(): void;
  /** Takes the topmost value off. */
  pop(): PickleValue;
  /** Takes the topmost value off, or the mark. */
  drop(): void;
  /** Takes the topmost values off; the topmost is the last. */
  popSome(count: number): PickleValue[];
  /** Takes all off down to the mark. */
  popList(): PickleValue[];
  top(): PickleValue;
  /** Keeps the topmost value under a key, by default the number of those kept. */
  remember(key?: number): void;
  recall(key: number): void;
  name(module: PickleValue, name: PickleValue): PickleGlobal;
  refer(id: PickleValue): PickleReference;
  /** What a call would make. */
  made(callee: PickleValue, args: PickleValue): PickleValue;
  /** Puts keys and values, in turn, into the dictionary on top. */
  fill(pairs: readonly PickleValue[]): void;
  /** Puts items into the list on top. */
  extend(items: readonly PickleValue[]): void;
  /**
   * Gives the topmost value attributes; those of a dictionary, such as the _metadata of a state
   * dictionary, are left out.
   */
  attach(state: PickleValue): void;
}

export function pickleMachine(cursor: PickleCursor, what: string): PickleMachine {
  const stack: Item[] = [];
  const memo = new Map<number, PickleValue>();
  const references: PickleReference[] = [];
  const { broken } = cursor;
  const push = (item: Item): void => {
    if (stack.length > DEEPEST) broken("there are too many values");
    stack.push(item);
  };
  const checked = (item: Item | undefined): PickleValue =>
    item === undefined || item === MARK ? broken("a value is missing") : item;
  const pop = (): PickleValue => checked(stack.pop());
  const top = (): PickleValue => checked(stack[stack.length - 1]);
  return {
    references,
    depth: () => stack.length,
    push,
    mark: () => push(MARK),
    pop,
    drop: () => void (stack.pop() === undefined && broken("a value is missing")),
    popSome(count) {
      const values = Array.from({ length: count }, pop);
      return values.reverse();
    },
    popList() {
      const begin = stack.lastIndexOf(MARK);
      if (begin < 0) broken("the begin of a list is missing");
      return stack.splice(begin).slice(1) as PickleValue[];
    },
    top,
    remember: (key = memo.size) => void memo.set(key, top()),
    recall: (key) =>
      push(memo.has(key) ? memo.get(key)! : broken("a value is recalled that was not stored")),
    name(module, name) {
      if (typeof module !== "string" || typeof name !== "string")
        return broken("a name is no text");
      if (isAttack(module, name)) {
        throw new DataError(
          `${what}: asks for ${module}.${name}, which is no plain tensor; nothing was executed. ` +
            "Do not use this file, it was made to run a program.",
          { module, name },
        );
      }
      return { global: `${module} ${name}` };
    },
    refer(id) {
      if (!isList(id)) return broken("a storage is not named by a list");
      references.push({ reference: id });
      return references[references.length - 1];
    },
    made(callee, args) {
      // a class of modules may come with its source text
      const own =
        isReference(callee) && callee.reference[0] === "module" ? callee.reference[1] : callee;
      if (!isGlobal(own) || !isList(args)) return broken("a call is not of a name");
      if (own.global !== "collections OrderedDict" || args.length > 1)
        return { call: own.global, args };
      return (
        dictionary(args[0] ?? []) ?? broken("a dictionary is made of something else than pairs")
      );
    },
    fill(pairs) {
      const owner = top();
      if (pairs.length % 2 !== 0) broken("a key has no value");
      const entries = isCall(owner) ? (owner.entries ??= new Map()) : owner;
      if (!(entries instanceof Map)) return broken("entries belong to no dictionary");
      for (let k = 0; k < pairs.length; k += 2) entries.set(pairs[k], pairs[k + 1]);
    },
    extend(items) {
      const owner = top();
      const list = isCall(owner) ? (owner.items ??= []) : owner;
      if (!isList(list)) return broken("items belong to no list");
      for (const item of items) (list as PickleValue[]).push(item);
    },
    attach(state) {
      const owner = top();
      // tensors and storages have none
      if (isCall(owner) && !/^torch(?:\._utils _rebuild\w*| \w+Storage)$/.test(owner.call))
        owner.state = state;
      else if (!(owner instanceof Map))
        broken(
          `a state belongs to no dictionary${isCall(owner) ? ` but to ${dotted(owner.call)}` : ""}`,
        );
    },
  };
}

/** Python 2 makes an OrderedDict of its pairs, Python 3 fills an empty one. */
function dictionary(pairs: PickleValue): PickleMap | undefined {
  const right = isList(pairs) && pairs.every((pair) => isList(pair) && pair.length === 2);
  return right ? new Map(pairs as readonly (readonly [PickleValue, PickleValue])[]) : undefined;
}
