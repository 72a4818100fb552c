import { byName, count, listOf, optional } from "../../core/arguments/kinds.js";
import type { ArgumentKind } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import type { Shape } from "../../core/tensor.js";
import { relu } from "../layers/activations.js";
import { dense } from "../layers/dense.js";
import { objectDense } from "../layers/objects.js";
import { multiply } from "../layers/products.js";
import { concat } from "../layers/structure.js";
import type { Block, GraphValue, Then } from "../network/graphParts.js";

/** Features and slots of each kind of object, by its name. */
export type ObjectSets = Readonly<Record<string, readonly [features: number, slots: number]>>;

/** Options of all networks of sets of objects. */
export interface ObjectNetworkOptions {
  /**
   * Features and slots of each kind of object by its name, `{ tracks: [30, 60] }`. The network's
   * inputs are `tracks` [features, slots] and `tracks_mask` [1, slots], 1 for slots that hold an
   * object and 0 for padding, which changes nothing whatever it holds.
   */
  readonly sets: ObjectSets;
  /**
   * Widths of dense layers with ReLU between the objects' common values and the output (default
   * none).
   */
  readonly after?: readonly number[];
  /** Outputs z of the network (default 2). */
  readonly outputs?: number;
}

/** Extents of layers, one or more. */
export const someWidths: ArgumentKind = listOf(count(1), 1);

/** How the options that all have are looked at. */
export const objectNetworkKinds: Readonly<Record<"sets" | "after" | "outputs", ArgumentKind>> = {
  sets: byName(listOf(count(1), 2, 2), "[features, slots] of each kind of object by its name"),
  after: optional(listOf(count(1))),
  outputs: optional(count(1)),
};

/** One kind of object inside a network. */
export interface ObjectSet {
  readonly features: number;
  /** [features, slots], padding 0. */
  readonly x: GraphValue;
  /** [1, slots]. */
  readonly mask: GraphValue;
  /** [2, slots] where the network asks for them. */
  readonly points?: GraphValue;
}

/** What belongs to a set beside its features. */
type SetPart = "mask" | "points";

/** Shapes of the inputs: of each set its features, its mask and what else is asked for. */
export function setInputs(
  sets: ObjectSets,
  parts: Readonly<Partial<Record<SetPart, number>>>,
  what: string,
): Record<string, Shape> {
  const all = Object.entries(sets).flatMap(([name, [features, slots]]) => [
    [name, [features, slots]] as const,
    ...Object.entries(parts).map(([part, rows]) => [`${name}_${part}`, [rows, slots]] as const),
  ]);
  const names = all.map(([name]) => name);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (names.length === 0 || twice !== undefined)
    throw new ConfigError(
      names.length === 0
        ? `${what}: there are no sets. Name at least one, with its features and slots.`
        : `${what}: the input ${twice} is there twice. Give the set another name.`,
    );
  return Object.fromEntries(all);
}

/** The sets of a network's inputs, with padding set to 0. */
export function setsOf(
  sets: ObjectSets,
  inputs: Readonly<Record<string, GraphValue>>,
  then: Then,
): ObjectSet[] {
  return Object.entries(sets).map(([name, [features]]) => {
    const mask = inputs[`${name}_mask`];
    const x = then(multiply({ signal: 0 }), inputs[name], mask);
    return { features, x, mask, points: inputs[`${name}_points`] };
  });
}

/** A dense layer with ReLU for each object: [from, n] → [to, n]. */
export const eachObject = (then: Then, x: GraphValue, from: number, to: number): GraphValue =>
  then(relu(), then(objectDense(from, to), x));

/** All sets as one, each brought to the same width by a dense layer with ReLU of its own. */
export function joinedSets(sets: readonly ObjectSet[], width: number, then: Then): ObjectSet {
  const embedded = sets.map(({ x, features, mask }) =>
    then(multiply({ signal: 0 }), eachObject(then, x, features, width), mask),
  );
  const points = sets.flatMap((set) => set.points ?? []);
  return {
    features: width,
    x: alongObjects(then, embedded),
    mask: alongObjects(
      then,
      sets.map(({ mask }) => mask),
    ),
    ...(points.length > 0 && { points: alongObjects(then, points) }),
  };
}

/** Objects of several values one after the other. */
const alongObjects = (then: Then, values: readonly GraphValue[]): GraphValue =>
  values.length === 1 ? values[0] : then(concat(1), ...values);

/** Dense layers with ReLU between them, from what all objects have in common to the outputs. */
export const outputHead = (
  width: number,
  { after = [], outputs = 2 }: Pick<ObjectNetworkOptions, "after" | "outputs">,
): Block => ({
  kind: "block",
  name: "head",
  build(then, _again, pooled) {
    const hidden = after.reduce(
      ({ value, from }, to) => ({ value: then(relu(), then(dense(from, to), value)), from: to }),
      { value: pooled, from: width },
    );
    return then(dense(hidden.from, outputs), hidden.value);
  },
});
