/** One call of a Keras layer: its class and settings, and the calls whose outputs it takes. */
export interface KerasCall {
  /** Unique, and what `inputs` name. */
  readonly key: string;
  /** Of the layer, as its weights are named. */
  readonly name: string;
  /** Names of the models that it is in, the outermost first; that of the whole is left out. */
  readonly scope: readonly string[];
  /** "Dense"; of an operation on tensors "tf.math.add" (Keras 2) or "keras.ops.Add" (Keras 3). */
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  /** Arguments without names; a tensor is `{ tensor: k }`, entry k of `inputs`. */
  readonly args: readonly unknown[];
  /** Those with names, likewise. */
  readonly named: Readonly<Record<string, unknown>>;
  /** How often the layer is called in the model. */
  readonly calls: number;
}
