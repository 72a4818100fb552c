import { checkNetwork } from "../nn/arguments.js";
import { checkJetInputs, someFeatures } from "./arguments.js";
import { optional, record } from "../core/arguments/kinds.js";
import { takes } from "../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { pack } from "../nn/network/namedInputs.js";
import type { Network, NetworkInput } from "../nn/network/network.js";
import { findFeature, jetKinds, layoutWidth, type JetFeatures } from "./jetInputs.js";
import type { JetInputs, JetKind, JetLayout } from "./jetInputs.js";
import { isEmpty, rawValue } from "./standardise.js";

/** Options of `objectSamples`. */
export interface ObjectSamplesOptions {
  /**
   * Features that are an object's place, for inputs called `tracks_points` and `vertices_points`
   * (default η and φ as seen from the jet's axis). They are handed out raw, also of standardised
   * jets, so that distances between tracks and vertices are what they are.
   */
  readonly points?: JetFeatures;
}

const places: JetFeatures = {
  tracks: ["track_etarel", "track_phirel"],
  vertices: ["sv_etarel", "sv_phirel"],
};

/**
 * Jets as samples of a network of sets such as `nn.particleNet` with `sets: { tracks: [30, 20],
 * vertices: [14, 5] }`: of its inputs, `tracks` takes the features of the first so many slots,
 * `tracks_mask` says which hold an object, `tracks_points` where it is; vertices likewise. Slots
 * are in the order of the jets.
 * @throws ConfigError for an input of another name, ShapeError for more features or slots than the
 *   jets have
 * @example
 * ```ts
 * import { core, nn, taggers } from "phaselens";
 * const network = nn.deepSets({ sets: { tracks: [1, 2] }, each: [4] });
 * const features = { tracks: ["pt"], vertices: ["mass"] };
 * const tracks = core.tensor([1, 1, 3], [5, 0, 0]);
 * const jets = taggers.jetInputs(tracks, core.tensor([1, 1, 1], [2]), features);
 * const x = taggers.objectSamples(network, jets);
 * console.log(Array.from(x.data)); // → [ 5, 0, 1, 0 ]
 * ```
 */
export function objectSamples(
  network: Network,
  inputs: JetInputs,
  options: ObjectSamplesOptions = {},
): Tensor {
  checkNetwork(network, "objectSamples");
  checkJetInputs(inputs, "objectSamples");
  takes("objectSamples", { options: [options, record({ points: optional(someFeatures) })] });
  const { points = usualPlaces(inputs.layout) } = options;
  if (!network.inputs)
    throw new ConfigError(
      `objectSamples: ${network.name} has no inputs by name. Make it with nn.deepSets or another network of sets.`,
    );
  const tensors = network.inputs.map((input) => {
    const kind = jetKinds.find((one) => input.name === one || input.name.startsWith(`${one}_`));
    const part = kind && parts[input.name.slice(kind.length)];
    if (!part)
      throw new ConfigError(
        `objectSamples: ${network.name} has an input ${input.name}; jets have ${jetKinds.flatMap((one) => Object.keys(parts).map((end) => one + end)).join(", ")}. Name its sets tracks and vertices.`,
        { input: input.name },
      );
    return [input.name, part(inputs, input, kind, points)] as const;
  });
  return pack(network, Object.fromEntries(tensors));
}

/** η and φ where jets have them; else nobody knows where an object is. */
function usualPlaces({ features }: JetLayout): JetFeatures | undefined {
  return jetKinds.every((kind) => places[kind].every((name) => features[kind].includes(name)))
    ? places
    : undefined;
}

type Part = (
  inputs: JetInputs,
  input: NetworkInput,
  kind: JetKind,
  points: JetFeatures | undefined,
) => Tensor;

/** What is handed out, by the end of an input's name. */
const parts: Readonly<Record<string, Part>> = {
  ""(inputs, input, kind) {
    const { features } = inputs.layout[kind];
    return filled(
      inputs,
      input,
      kind,
      features,
      (at, row, slots) => inputs.x.data[at + row * slots],
    );
  },
  _mask(inputs, input, kind) {
    const { x, layout } = inputs;
    return filled(inputs, input, kind, 1, (at) => (isEmpty(x.data, at, layout, kind) ? 0 : 1));
  },
  _points(inputs, input, kind, points) {
    const { x, layout } = inputs;
    if (!points)
      throw new ConfigError(
        `objectSamples: options.points is undefined, and these jets have no ${places[kind].join(" and ")}. Name the features that say where an object is.`,
      );
    const rows = points[kind].map((name) => rowOf(layout, kind, name));
    return filled(inputs, input, kind, rows.length, (at, row, slots) =>
      isEmpty(x.data, at, layout, kind) ? 0 : rows[row].raw(x.data[at + rows[row].index * slots]),
    );
  },
};

/** A tensor [jets, rows, slots] of one kind of object, entry by entry. */
function filled(
  { x, layout }: JetInputs,
  { name, shape: [rows, slots] }: NetworkInput,
  kind: JetKind,
  most: number,
  value: (at: number, row: number, slots: number) => number,
): Tensor {
  const { start, objects } = layout[kind];
  if (rows !== most || slots > objects)
    throw new ShapeError(
      `objectSamples: the input ${name} has ${rows} rows and ${slots} slots; these jets have ${most} and ${objects} of ${kind}. Make the network for them.`,
      { input: name },
    );
  const n = x.shape[0];
  const width = layoutWidth(layout);
  const out = tensor([n, rows, slots]);
  for (let jet = 0, p = 0; jet < n; jet++)
    for (let row = 0; row < rows; row++)
      for (let slot = 0; slot < slots; slot++)
        out.data[p++] = value(jet * width + start + slot, row, objects);
  return out;
}

/** The row of a feature among its kind, and how its values become raw. */
function rowOf(
  layout: JetLayout,
  kind: JetKind,
  name: string,
): { readonly index: number; raw(value: number): number } {
  const found = findFeature(layout, name);
  if (found.kind !== kind)
    throw new ConfigError(
      `objectSamples: "${name}" is a feature of ${found.kind}. Name points of ${kind}.`,
      { name },
    );
  const { scale } = layout;
  const place = kind === "tracks" ? found.index : layout.tracks.features + found.index;
  return { index: found.index, raw: (value) => (scale ? rawValue(value, scale, place) : value) };
}
