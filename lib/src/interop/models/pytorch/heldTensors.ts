import { DataError } from "../../../core/errors.js";
import {
  dotted,
  isCall,
  isGlobal,
  isList,
  isReference,
  type PickleCall,
  type PickleValue,
} from "./pickleValue.js";
import { inBrackets, type TensorPath } from "./tensorNames.js";
import { tensorPlan, type Damage, type Refusal, type TensorPlan } from "./tensorPlan.js";

/** What holds numbers, and the keys that lead to it. */
export interface HeldTensor {
  readonly path: TensorPath;
  readonly plan: TensorPlan | Refusal | Damage;
}

/** Dictionaries inside dictionaries, beyond which something is wrong. */
const DEEPEST = 16;
/** Values that are looked at; the largest checkpoints have some ten thousand. */
const MOST_VALUES = 1_000_000;

/**
 * All tensors in dictionaries, lists and tuples inside each other, in the order of the file. An
 * object of another class that has tensors among its attributes comes as one refusal, since only
 * its program knows what they are.
 * @throws DataError beyond 16 levels or a million values
 */
export function heldTensors(root: PickleValue, what: string): HeldTensor[] {
  const found: HeldTensor[] = [];
  let looked = 0;
  const walk = (value: PickleValue, path: TensorPath): void => {
    if (path.length > DEEPEST || ++looked > MOST_VALUES) {
      const fact =
        path.length > DEEPEST
          ? `dictionaries inside dictionaries beyond ${DEEPEST} levels`
          : `more than ${MOST_VALUES} values`;
      throw new DataError(`${what}: holds ${fact}. Save the state dictionary alone.`, { path });
    }
    if (value instanceof Map) for (const [key, inner] of value) walk(inner, [...path, key]);
    else if (isList(value)) value.forEach((inner, k) => walk(inner, [...path, k]));
    else if (isReference(value))
      found.push({ path, plan: { refused: "is a storage without a shape. Save a tensor" } });
    else if (isCall(value)) walkObject(value, path);
  };
  const walkObject = (own: PickleCall, path: TensorPath): void => {
    const plan = tensorPlan(own);
    if (plan) {
      found.push({ path, plan });
      return;
    }
    // subclasses of dictionaries and lists
    if (own.entries) walk(own.entries, path);
    if (own.items) walk(own.items, path);
    if (holdsTensors([own.args, own.state ?? null])) {
      found.push({
        path,
        plan: {
          refused:
            `is an object of ${dotted(own.call)}, a program of its own. ` + exported(own, path),
        },
      });
    }
  };
  walk(root, []);
  return found;
}

/** What makes a file of tensors of an object's own. */
function exported({ state }: PickleCall, path: TensorPath): string {
  if (!(state instanceof Map && state.has("_parameters")))
    return "Save the tensors in it by themselves";
  const model = `torch.load("model.pt", weights_only=False)${inBrackets(path)}`;
  return `Save its tensors in Python: torch.save(${model}.state_dict(), "tensors.pt")`;
}

/** Whether there is a storage anywhere in it. */
function holdsTensors(value: PickleValue): boolean {
  const seen = new Set<PickleValue>();
  for (const open = [value]; open.length > 0;) {
    const own = open.pop()!;
    if (typeof own !== "object" || own === null || seen.has(own)) continue;
    if (isReference(own)) return true;
    seen.add(own);
    for (const inner of partsOf(own)) open.push(inner);
  }
  return false;
}

function partsOf(own: PickleValue): Iterable<PickleValue> {
  if (own instanceof Map) return own.values();
  if (isList(own)) return own;
  return isCall(own) ? [own.args, own.state ?? null, own.entries ?? null, own.items ?? null] : [];
}

/** What stands at the top of a file without tensors. */
export function kindOf(value: PickleValue): string {
  if (isCall(value)) return `an object of ${dotted(value.call)}`;
  if (isGlobal(value)) return `the name ${dotted(value.global)}`;
  if (value instanceof Map) return `a dictionary of ${value.size} entries`;
  return isList(value)
    ? `a list of ${value.length} items`
    : typeof value === "string"
      ? "a text"
      : "a number or nothing";
}
