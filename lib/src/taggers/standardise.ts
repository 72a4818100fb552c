import { aScale, checkJetInputs } from "./arguments.js";
import { takes } from "../core/arguments/takes.js";
import { positive } from "../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../core/errors.js";
import { tensor } from "../core/tensor.js";
import {
  jetKinds,
  layoutWidth,
  type JetInputs,
  type JetLayout,
  type JetScale,
} from "./jetInputs.js";

/**
 * The scale of some jets, usually those for training. Features that never change get the deviation
 * 1.
 * @throws ConfigError for jets that are standardised already
 */
export function jetScale(inputs: JetInputs): JetScale {
  checkJetInputs(inputs, "jetScale");
  checkRaw(inputs, "jetScale");
  const count = inputs.layout.tracks.features + inputs.layout.vertices.features;
  const [seen, mean, squares] = [
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
  ];
  eachObject(inputs, (feature, at) => {
    const value = Math.asinh(inputs.x.data[at]);
    const change = value - mean[feature];
    mean[feature] += change / ++seen[feature];
    squares[feature] += change * (value - mean[feature]);
  });
  return {
    mean,
    deviation: squares.map((sum, k) => (sum > 1e-24 * seen[k] ? Math.sqrt(sum / seen[k]) : 1)),
  };
}

/**
 * (asinh x − mean)/deviation: raw units reach over many orders of magnitude, and asinh keeps signs.
 * Empty slots stay 0. The layout of the result names the scale, so that what masks features can do
 * so in raw units.
 * @throws ShapeError if the scale is not that of these features, ConfigError for jets that are
 *   standardised already
 */
export function standardise(inputs: JetInputs, scale: JetScale): JetInputs {
  checkJetInputs(inputs, "standardise");
  takes("standardise", { scale: [scale, aScale] });
  scale.deviation.forEach((one, feature) =>
    takes("standardise", { [`scale.deviation[${feature}]`]: [one, positive] }),
  );
  checkRaw(inputs, "standardise");
  const { x, layout } = inputs;
  const count = layout.tracks.features + layout.vertices.features;
  if (scale.mean.length !== count || scale.deviation.length !== count) {
    throw new ShapeError(
      `standardise: the scale has ${scale.mean.length} means and ${scale.deviation.length} deviations, the jets have ${count} features. Make it with jetScale of such jets.`,
    );
  }
  const out = tensor(x.shape);
  eachObject(inputs, (feature, at) => (out.data[at] = scaledValue(x.data[at], scale, feature)));
  return { x: out, layout: { ...layout, scale } };
}

/** A raw value of a feature as it is read after `standardise`. */
export const scaledValue = (raw: number, { mean, deviation }: JetScale, feature: number): number =>
  (Math.asinh(raw) - mean[feature]) / deviation[feature];

/** The raw value of a standardised one, up to rounding. */
export const rawValue = (scaled: number, { mean, deviation }: JetScale, feature: number): number =>
  Math.sinh(scaled * deviation[feature] + mean[feature]);

function checkRaw({ layout }: JetInputs, what: string): void {
  if (layout.scale)
    throw new ConfigError(`${what}: these jets are standardised already. Give them as measured.`);
}

/**
 * Every feature of every object that is there: its number, tracks first, and its place in the data.
 */
export function eachObject(
  { x, layout }: JetInputs,
  visit: (feature: number, at: number) => void,
): void {
  const width = layoutWidth(layout);
  for (let jet = 0; jet < x.shape[0]; jet++) {
    let first = 0;
    for (const kind of jetKinds) {
      const { start, features, objects } = layout[kind];
      for (let o = 0; o < objects; o++) {
        const at = jet * width + start + o;
        if (!isEmpty(x.data, at, layout, kind))
          for (let k = 0; k < features; k++) visit(first + k, at + k * objects);
      }
      first += features;
    }
  }
}

/** Whether a slot, whose first feature is entry `at` of the data, holds no object: all are 0. */
export function isEmpty(
  data: Float64Array,
  at: number,
  layout: JetLayout,
  kind: "tracks" | "vertices",
): boolean {
  const { features, objects } = layout[kind];
  for (let k = 0; k < features; k++) if (data[at + k * objects] !== 0) return false;
  return true;
}
