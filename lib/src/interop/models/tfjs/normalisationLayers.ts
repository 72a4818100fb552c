import { normalise } from "../../../nn/layers/normalise.js";
import { scaling } from "../../../nn/layers/scaling.js";
import { reshape } from "../../../nn/layers/structure.js";
import { axisHere, builder, NONE, plainly } from "./building.js";
import {
  channelsOf,
  partOf,
  replacePart,
  shapeHere,
  type Importer,
  type Value,
} from "./importer.js";
import type { Importing, WeightOf } from "./importing.js";
import type { Settings } from "./settings.js";

/** (x − μ)/√(σ² + ε) along one axis, or x/√(mean of x² + ε), then γ and β. */
export const importLayerNormalisation =
  (kind: "LayerNormalization" | "RMSNormalization"): Importing =>
  (importer, settings, [input], weights, title) => {
    const value = plainly(importer, input, title);
    const centred = kind === "LayerNormalization" && !settings.flag("rms_scaling", false);
    const rank = value.shape.length;
    const axis = axisHere(settings, "axis", settings.raw("axis") ?? -1, rank);
    const epsilon = settings.number("epsilon", centred ? 1e-3 : 1e-6);
    const { then } = builder(importer);
    const made = then(normalise([axis], { epsilon, centred }), value);
    const extent = shapeHere(value.shape)[axis];
    const roles = {
      gamma: kind === "RMSNormalization" ? "scale" : "gamma",
      scale: kind === "RMSNormalization" || settings.flag("scale", true) || !centred,
      shift: centred && settings.flag("center", true),
    };
    return { ...value, index: scaled(importer, made.index, { extent, axis, ...roles }, weights) };
  };

/** Channels in groups, each normalised with all of space. */
export const importGroupNormalisation: Importing = (
  importer,
  settings,
  [input],
  weights,
  title,
) => {
  const value = plainly(importer, input, title);
  const c = channelsOf(value.shape);
  checkLast(settings, value);
  const asked = settings.raw("groups");
  const groups = asked === -1 ? c : settings.whole("groups", 1, 32)[0];
  if (c % groups !== 0) {
    settings.fault(`${c} channels do not go into ${groups} groups`);
    return value;
  }
  const here = shapeHere(value.shape);
  const { then } = builder(importer);
  const parted = then(reshape([groups, c / groups, ...here.slice(1)]), value);
  const axes = here.map((_, k) => k + 1);
  const made = then(normalise(axes, { epsilon: settings.number("epsilon", 1e-3) }), parted);
  const back = then(reshape(here), made);
  const scale = settings.flag("scale", true);
  const shift = settings.flag("center", true);
  const own = { extent: c, axis: 0, gamma: "gamma", scale, shift };
  return { ...value, index: scaled(importer, back.index, own, weights) };
};

function checkLast(settings: Settings, { shape }: Value): void {
  const axis = settings.raw("axis") ?? -1;
  if (axis === -1 || axis === shape.length) return;
  settings.fault(`axis must be that of the channels, -1, got ${JSON.stringify(axis)}`);
}

interface Scaling {
  readonly extent: number;
  readonly axis: number;
  /** The name of γ. */
  readonly gamma: string;
  readonly scale: boolean;
  readonly shift: boolean;
}

/** γ x + β along an axis. */
function scaled(importer: Importer, index: number, own: Scaling, weights: WeightOf): number {
  const { extent, axis, gamma, scale, shift } = own;
  if (!scale && !shift) return index;
  const weight = scale ? weights(gamma, [extent]) : new Float64Array(extent).fill(1);
  const bias = shift ? weights("beta", [extent]) : NONE;
  const layer = scaling(extent, { axis, bias: shift });
  const value = builder(importer).then(layer, { index });
  const part = partOf(importer, value.index)!;
  replacePart(importer, value.index, { ...part, parameters: { weight, bias } });
  return value.index;
}
