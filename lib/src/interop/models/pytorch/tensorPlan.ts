import { isNumberType } from "../../../core/files/numberTypes.js";
import { numpyPlan } from "./numpyPlan.js";
import type { Damage, Refusal, TensorPlan } from "./plannedTensor.js";
import { typeOfStorage } from "./storageTypes.js";
import {
  areWhole,
  dotted,
  isCall,
  isGlobal,
  isList,
  isReference,
  isWhole,
  type PickleCall,
  type PickleValue,
} from "./pickleValue.js";

export type { Damage, Refusal, TensorPlan } from "./plannedTensor.js";

/** Calls that hand on the tensor that is their argument of this number. */
const wrappers: Readonly<Record<string, number>> = {
  "torch._utils _rebuild_parameter": 0,
  "torch._utils _rebuild_parameter_with_state": 0,
  "torch._utils _rebuild_device_tensor_from_cpu_tensor": 0,
  "torch._utils _rebuild_device_tensor_from_numpy": 0,
  "torch._utils _rebuild_xla_tensor": 0,
  "torch.nn.parameter Parameter": 0,
  "torch.nn.parameter Buffer": 0,
  "torch.autograd.variable Variable": 0,
};

const strange: Readonly<Record<string, string>> = {
  "torch._utils _rebuild_qtensor": "is quantised. Save what dequantize() gives",
  "torch._utils _rebuild_sparse_tensor": "is sparse. Save what to_dense() gives",
  "torch._utils _rebuild_sparse_csr_tensor": "is sparse. Save what to_dense() gives",
  "torch._utils _rebuild_nested_tensor": "is a nested tensor. Save its parts, what unbind() gives",
  "torch._utils _rebuild_meta_tensor_no_storage":
    "has a shape and no numbers (device meta). Save it after they were loaded",
  "torch._utils _rebuild_wrapper_subclass":
    "is of a class of its own around others. Save the plain tensors",
};

/** How to get at a tensor; undefined for what is no tensor. */
export function tensorPlan(own: PickleCall): TensorPlan | Refusal | Damage | undefined {
  const { call, args } = own;
  if (Object.hasOwn(strange, call)) return { refused: strange[call] };
  if (Object.hasOwn(wrappers, call)) {
    const inner = args[wrappers[call]];
    return isCall(inner) ? tensorPlan(inner) : { damaged: "is a parameter of no tensor" };
  }
  switch (call) {
    case "torch._utils _rebuild_tensor":
    case "torch._utils _rebuild_tensor_v2":
      return planOf(args, undefined, args[6]);
    case "torch._utils _rebuild_tensor_v3":
      return planOf(args, args[6], args[7]);
    case "torch._tensor _rebuild_from_type":
    case "torch._tensor _rebuild_from_type_v2":
      return isGlobal(args[0]) && isList(args[2])
        ? tensorPlan({ call: args[0].global, args: args[2] })
        : { damaged: "is no tensor of a class" };
    default:
      return numpyPlan(own);
  }
}

function planOf(
  [storage, offset, shape, strides]: readonly PickleValue[],
  dtype: PickleValue | undefined,
  metadata: PickleValue | undefined,
): TensorPlan | Refusal | Damage {
  const whole = isWhole(offset) && areWhole(shape) && areWhole(strides);
  if (!isReference(storage) || !whole || shape.length !== strides.length) {
    return { damaged: "is no plain tensor" };
  }
  const [kind, storageClass, key, , , view] = storage.reference;
  const type = typeOf(storageClass, dtype);
  const first = viewStart(view);
  const known = kind === "storage" && typeof key === "string" && /^\w+$/.test(key);
  if (!known || type === undefined || first === undefined) {
    return { damaged: "has a storage of another kind" };
  }
  if (!isNumberType(type)) return { refused: unread(type) };
  const negative = metadata instanceof Map && metadata.get("neg") === true;
  return { storage: key, type, offset: offset + first, shape, strides, negative };
}

/**
 * The kind of numbers, as the tensor says it or else its storage; undefined where none is named.
 */
function typeOf(storage: PickleValue, dtype: PickleValue | undefined): string | undefined {
  if (isGlobal(dtype)) return dtype.global.replace(/^torch /, "");
  if (dtype !== undefined || !isGlobal(storage)) return undefined;
  return typeOfStorage(storage) ?? dotted(storage.global);
}

/** Old storages may be parts of others: [key, first number, count]. */
function viewStart(view: PickleValue | undefined): number | undefined {
  if (view === undefined || view === null) return 0;
  return isList(view) && isWhole(view[1]) ? view[1] : undefined;
}

function unread(type: string): string {
  if (type.startsWith("complex"))
    return `is complex (${type}), and numbers here are real. Save what torch.view_as_real gives`;
  if (/^qu?int/.test(type)) return `is quantised (${type}). Save what dequantize() gives`;
  return `has numbers of the kind ${type}, which are not read. Save it as float32 or float64`;
}
