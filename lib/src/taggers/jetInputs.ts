import { checkNetwork } from "../nn/arguments.js";
import { checkJetInputs, someFeatures } from "./arguments.js";
import { takes } from "../core/arguments/takes.js";
import { tensorOf } from "../core/arguments/kinds.js";
import { ConfigError, NumericalError, ShapeError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import type { ObjectGroup } from "../nn/layers/layer.js";
import type { Network } from "../nn/network/network.js";

/**
 * Names of the features of a track and of a vertex, in order; `physics.jetFeatures` has those of
 * the CMS sample.
 */
export interface JetFeatures {
  readonly tracks: readonly string[];
  readonly vertices: readonly string[];
}

/**
 * Mean and standard deviation of asinh x of each feature, tracks first, over the slots that hold an
 * object.
 */
export interface JetScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** What stands where in a flat sample, and in which units. */
export interface JetLayout {
  readonly tracks: ObjectGroup;
  readonly vertices: ObjectGroup;
  readonly features: JetFeatures;
  /** By which `standardise` has scaled the values; absent for raw ones. */
  readonly scale?: JetScale;
}

/** Jets as an interaction network reads them. */
export interface JetInputs {
  /** `[n, entries]`: tracks [features, slots], then vertices [features, slots], empty slots 0. */
  readonly x: Tensor;
  readonly layout: JetLayout;
}

/** The two kinds of objects. */
export const jetKinds = ["tracks", "vertices"] as const;
export type JetKind = (typeof jetKinds)[number];

/**
 * Tracks [n, features, slots] and vertices [n, features, slots] as flat samples.
 * @throws ShapeError if jets or features do not match, NumericalError naming feature and jet for
 *   NaN and ±∞
 */
export function jetInputs(tracks: Tensor, vertices: Tensor, features: JetFeatures): JetInputs {
  takes("jetInputs", {
    tracks: [tracks, tensorOf(["jets", "features", "slots"], "any")],
    vertices: [vertices, tensorOf(["jets", "features", "slots"], "any")],
    features: [features, someFeatures],
  });
  const parts = { tracks, vertices };
  for (const kind of jetKinds) {
    const { shape } = parts[kind];
    const names = features[kind];
    if (shape.length !== 3 || shape[1] !== names.length) {
      throw new ShapeError(
        `jetInputs: ${kind} must have shape [jets, ${names.length} features, slots], got [${shape}]. Name the features that there are.`,
        { kind, shape },
      );
    }
  }
  if (tracks.shape[0] !== vertices.shape[0]) {
    throw new ShapeError(
      `jetInputs: tracks of ${tracks.shape[0]} jets, but vertices of ${vertices.shape[0]}. Give both of the same jets.`,
    );
  }
  const layout = jetLayout(features, tracks.shape[2], vertices.shape[2]);
  const n = tracks.shape[0];
  const x = tensor([n, layoutWidth(layout)]);
  for (const kind of jetKinds) {
    const { data } = parts[kind];
    const { start, objects, features: count } = layout[kind];
    const length = objects * count;
    for (let jet = 0; jet < n; jet++) {
      for (let p = 0; p < length; p++) {
        const value = data[jet * length + p];
        if (!Number.isFinite(value)) {
          const name = features[kind][Math.floor(p / objects)];
          throw new NumericalError(
            `jetInputs: "${name}" of jet ${jet}, slot ${p % objects}, is ${value}. Drop that jet, or the feature.`,
            { jet, name },
          );
        }
        x.data[jet * x.shape[1] + start + p] = value;
      }
    }
  }
  return { x, layout };
}

/** @throws ConfigError if a name stands twice */
export function jetLayout(features: JetFeatures, tracks: number, vertices: number): JetLayout {
  const all = [...features.tracks, ...features.vertices];
  const twice = all.find((name, k) => all.indexOf(name) !== k);
  if (twice !== undefined)
    throw new ConfigError(`jetLayout: the feature "${twice}" is named twice. Name each once.`, {
      name: twice,
    });
  const group = { start: 0, features: features.tracks.length, objects: tracks };
  return {
    tracks: group,
    vertices: {
      start: group.features * tracks,
      features: features.vertices.length,
      objects: vertices,
    },
    features,
  };
}

/** Entries of one sample. */
export const layoutWidth = ({ tracks, vertices }: JetLayout): number =>
  tracks.features * tracks.objects + vertices.features * vertices.objects;

/**
 * Kind and row of a feature.
 * @throws ConfigError naming the features that there are
 */
export function findFeature(
  { features }: JetLayout,
  name: string,
): { readonly kind: JetKind; readonly index: number } {
  for (const kind of jetKinds) {
    const index = features[kind].indexOf(name);
    if (index >= 0) return { kind, index };
  }
  throw new ConfigError(
    `there is no feature ${JSON.stringify(name)}; there are ${[...features.tracks, ...features.vertices].join(", ")}.`,
    { name },
  );
}

/** First entry of a feature in a sample, and how many follow: one for each slot. */
export function featureEntries(
  layout: JetLayout,
  name: string,
): { readonly start: number; readonly length: number } {
  const { kind, index } = findFeature(layout, name);
  const { start, objects } = layout[kind];
  return { start: start + index * objects, length: objects };
}

/**
 * The same jets with these features alone, in this order, scaled as they were.
 * @throws ConfigError for names that there are not
 */
export function selectFeatures(inputs: JetInputs, features: JetFeatures): JetInputs {
  checkJetInputs(inputs, "selectFeatures");
  takes("selectFeatures", { features: [features, someFeatures] });
  const { x, layout } = inputs;
  const chosen = selectLayout(layout, features);
  const entries = [...features.tracks, ...features.vertices].map((name) =>
    featureEntries(layout, name),
  );
  const [n, width] = x.shape;
  const out = tensor([n, layoutWidth(chosen)]);
  for (let jet = 0, p = 0; jet < n; jet++) {
    for (const { start, length } of entries) {
      out.data.set(x.data.subarray(jet * width + start, jet * width + start + length), p);
      p += length;
    }
  }
  return { x: out, layout: chosen };
}

/** The layout of these features alone, with their part of the scale. */
export function selectLayout(layout: JetLayout, features: JetFeatures): JetLayout {
  const chosen = jetLayout(features, layout.tracks.objects, layout.vertices.objects);
  const { scale } = layout;
  if (!scale) return chosen;
  const rows = [...features.tracks, ...features.vertices].map((name) => {
    const { kind, index } = findFeature(layout, name);
    return kind === "tracks" ? index : layout.tracks.features + index;
  });
  const of = (values: Float64Array): Float64Array => Float64Array.from(rows, (k) => values[k]);
  return { ...chosen, scale: { mean: of(scale.mean), deviation: of(scale.deviation) } };
}

/** @throws ShapeError unless the network was made for such jets */
export function checkJets(network: Network, inputs: JetInputs, what: string): void {
  checkNetwork(network, what);
  checkJetInputs(inputs, what);
  const { layout } = inputs;
  const groups = network.nodes.flatMap(({ layer }) =>
    layer.kind === "affine" && layer.pairs ? [layer.pairs.receivers, layer.pairs.senders] : [],
  );
  for (const kind of jetKinds) {
    const own = layout[kind];
    const wanted = groups.find(({ start }) => (kind === "tracks") === (start === 0));
    if (wanted && (wanted.features !== own.features || wanted.objects !== own.objects)) {
      throw new ShapeError(
        `${what}: the network reads ${wanted.objects} ${kind} with ${wanted.features} features, the jets have ${own.objects} with ${own.features}. ` +
          "Pad or cut the jets, and choose the features with selectFeatures.",
        { kind },
      );
    }
  }
}
