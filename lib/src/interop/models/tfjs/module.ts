import { record } from "../../../core/arguments/kinds.js";
import { takes } from "../../../core/arguments/takes.js";
import { ConfigError } from "../../../core/errors.js";

/**
 * What is used of TensorFlow.js, by shape: the module itself is handed in (`@tensorflow/tfjs`,
 * `@tensorflow/tfjs-node`), so that this library neither depends on it nor chooses one.
 */
export interface TfjsTensor {
  readonly shape: readonly (number | null)[];
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

export interface TfjsVariable extends TfjsTensor {
  readonly name: string;
  assign(value: TfjsTensor): void;
}

export interface TfjsLayer {
  readonly name: string;
  readonly weights: readonly { readonly originalName: string; read(): TfjsTensor }[];
  /** Of a model that is a layer of another. */
  readonly layers?: readonly TfjsLayer[];
  setWeights(weights: never[]): void;
  apply(inputs: never): unknown;
}

/** A `tf.LayersModel`. */
export interface TfjsModel {
  readonly layers: readonly TfjsLayer[];
  toJSON(unused?: unknown, returnString?: boolean): unknown;
  apply(inputs: never, settings?: never): unknown;
  dispose(): unknown;
}

type AnyFunction = (...settings: never[]) => unknown;

/** The module, as far as it is used; its own types fit. */
export interface Tfjs {
  readonly layers: object;
  readonly train: object;
  readonly input: AnyFunction;
  readonly model: AnyFunction;
  readonly tensor: AnyFunction;
  readonly variable: AnyFunction;
  readonly tidy: AnyFunction;
  readonly variableGrads: AnyFunction;
  readonly mul: AnyFunction;
  readonly add: AnyFunction;
  readonly sum: AnyFunction;
  readonly sign: AnyFunction;
  readonly minimum: AnyFunction;
  readonly scalar: AnyFunction;
}

/** The same functions with the types that they have here. */
export interface TfjsOperations {
  readonly layers: Readonly<Record<string, ((config: object) => TfjsLayer) | undefined>>;
  readonly train: Readonly<Record<"momentum" | "adam", (...settings: number[]) => object>>;
  input(config: { readonly shape: readonly number[] }): unknown;
  model(config: {
    readonly inputs: unknown;
    readonly outputs: unknown;
    readonly name: string;
  }): TfjsModel;
  tensor(values: Float32Array, shape: readonly number[]): TfjsTensor;
  variable(initial: TfjsTensor, trainable: boolean): TfjsVariable;
  tidy<T>(work: () => T): T;
  variableGrads(
    f: () => TfjsTensor,
    variables: readonly TfjsVariable[],
  ): { readonly grads: Readonly<Record<string, TfjsTensor>> };
  mul(a: TfjsTensor, b: TfjsTensor): TfjsTensor;
  add(a: TfjsTensor, b: TfjsTensor): TfjsTensor;
  sum(a: TfjsTensor): TfjsTensor;
  sign(a: TfjsTensor): TfjsTensor;
  minimum(a: TfjsTensor, b: TfjsTensor): TfjsTensor;
  scalar(value: number): TfjsTensor;
}

const THE_MODULE = "@tensorflow/tfjs or @tensorflow/tfjs-node as a whole";

/** @throws ConfigError for anything but the module */
export function operationsOf(tf: Tfjs, what: string): TfjsOperations {
  takes(what, { tf: [tf, record({}, THE_MODULE)] });
  const missing = (["layers", "train", "model", "tensor", "variableGrads"] as const).filter(
    (name) => !(tf as Partial<Tfjs>)[name],
  );
  if (missing.length > 0) {
    throw new ConfigError(
      `${what}: the module handed in has no ${missing.join(", ")}; it must be ${THE_MODULE}.`,
    );
  }
  return tf as unknown as TfjsOperations;
}
