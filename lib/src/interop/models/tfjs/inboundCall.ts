/** A tensor: the layer whose output it is, which call of that, and which of its outputs. */
export type TensorReference = readonly [layer: string, call: number, output: number];

/** One call of a layer or of an operation, as Keras 2 and 3 write it. */
export interface InboundCall {
  /** In the order of the arguments. */
  readonly tensors: readonly TensorReference[];
  /** Arguments without names; a tensor among them is `{ tensor: k }`, entry k of `tensors`. */
  readonly args: readonly unknown[];
  /** Arguments with names, likewise. */
  readonly named: Readonly<Record<string, unknown>>;
}

/** Lists inside lists of arguments that are looked into. */
const DEEPEST = 4;

/**
 * @param value   an entry of `inbound_nodes`
 * @param layers  names of the model's layers, which tell a tensor from a list of other things
 * @returns undefined for what is no call
 */
export function inboundCall(value: unknown, layers: ReadonlySet<string>): InboundCall | undefined {
  const tensors: TensorReference[] = [];
  const put = (reference: TensorReference): { readonly tensor: number } => ({
    tensor: tensors.push(reference) - 1,
  });
  if (Array.isArray(value)) return oldCall(value, tensors, put, layers);
  const { args, kwargs = {} } = (value ?? {}) as { args?: unknown; kwargs?: unknown };
  if (!Array.isArray(args) || !isRecord(kwargs)) return undefined;
  const found = (own: unknown, depth: number): unknown => {
    const history =
      isRecord(own) && own.class_name === "__keras_tensor__"
        ? (own.config as { keras_history?: unknown } | undefined)?.keras_history
        : undefined;
    if (isReference(history)) return put(history);
    return Array.isArray(own) && depth < DEEPEST
      ? own.map((inner: unknown) => found(inner, depth + 1))
      : own;
  };
  return {
    tensors,
    args: args.map((own: unknown) => found(own, 0)),
    named: mapped(kwargs, (own) => found(own, 0)),
  };
}

/**
 * Of Keras 2: `[[layer, call, output, named], …]`, of an operation `[layer, call, output, named]`
 * or `["_CONSTANT_VALUE", -1, value, named]`.
 */
function oldCall(
  value: readonly unknown[],
  tensors: TensorReference[],
  put: (reference: TensorReference) => unknown,
  layers: ReadonlySet<string>,
): InboundCall | undefined {
  let named: Readonly<Record<string, unknown>> = {};
  let wrong = false;
  const argument = (own: unknown, depth: number): unknown => {
    if (!Array.isArray(own) || own.length === 0 || depth > DEEPEST) {
      wrong = true;
      return undefined;
    }
    const [layer, call, output, more] = own as readonly unknown[];
    if (isRecord(more) && Object.keys(named).length === 0) named = more;
    if (layer === "_CONSTANT_VALUE") return output;
    return isReference([layer, call, output])
      ? put([layer, call, output] as unknown as TensorReference)
      : own.map((inner: unknown) => argument(inner, depth + 1));
  };
  // several tensors are one argument, a list
  const first = argument(value, 0);
  const among = (own: unknown, depth: number): unknown => {
    if (isReference(own) && layers.has(own[0])) return put(own);
    return Array.isArray(own) && depth < DEEPEST
      ? own.map((inner: unknown) => among(inner, depth + 1))
      : own;
  };
  return wrong
    ? undefined
    : { tensors, args: [first], named: mapped(named, (own) => among(own, 0)) };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isReference = (value: unknown): value is TensorReference =>
  Array.isArray(value) &&
  value.length === 3 &&
  typeof value[0] === "string" &&
  [value[1], value[2]].every((one) => Number.isSafeInteger(one) && (one as number) >= 0);
const mapped = (
  record: Readonly<Record<string, unknown>>,
  f: (value: unknown) => unknown,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
