import { byName, list, listOf, name, record, tensorOf, vector } from "../core/arguments/kinds.js";
import { takes, type ArgumentKind } from "../core/arguments/takes.js";
import { ShapeError } from "../core/errors.js";

/** Names of features of both kinds of objects. */
export const someFeatures: ArgumentKind = record(
  { tracks: listOf(name), vertices: listOf(name) },
  "names of features { tracks, vertices }",
);
/** What stands where in a sample. */
export const aLayout: ArgumentKind = record(
  { tracks: record(), vertices: record(), features: someFeatures },
  "the layout of jets of taggers.jetInputs",
);
/** Mean and deviation of each feature. */
export const aScale: ArgumentKind = record(
  { mean: vector(), deviation: vector() },
  "the scale of taggers.jetScale",
);
/** Features dropped or masked together, by a name for the group. */
export const someGroups: ArgumentKind = byName(
  listOf(name),
  "lists of features by the names of their groups",
);
/** Scores or labels in any array; what they may be is asked by `core.auc`. */
export const some: ArgumentKind = list;

interface Jets {
  readonly x: { readonly shape: readonly number[] };
  readonly layout: {
    readonly tracks: { readonly features: number; readonly objects: number };
    readonly vertices: { readonly features: number; readonly objects: number };
  };
}

/**
 * The gate of functions of jets: numbers, and a layout that says what each of them is.
 * @throws ConfigError | ShapeError | NumericalError
 */
export function checkJetInputs(inputs: Jets, what: string): void {
  takes(what, {
    inputs: [
      inputs,
      record({ x: tensorOf(["jets", "entries"]), layout: aLayout }, "jets of taggers.jetInputs"),
    ],
  });
  const { tracks, vertices } = inputs.layout;
  const width = tracks.features * tracks.objects + vertices.features * vertices.objects;
  if (inputs.x.shape[1] !== width)
    throw new ShapeError(
      `${what}: jets must have shape [n, ${width}] by their layout, got [${inputs.x.shape}]. Make them with jetInputs.`,
      { got: inputs.x.shape },
    );
}
