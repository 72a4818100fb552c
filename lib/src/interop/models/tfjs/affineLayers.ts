import {
  channelsOf,
  partOf,
  replacePart,
  settled,
  type Affine,
  type Importer,
  type Value,
} from "./importer.js";
import type { Settings } from "./settings.js";
import type { Importing } from "./importing.js";

/**
 * scale · value + shift for each channel, taken up by the layer with weights before it or after it.
 */
export function afterAffine(importer: Importer, value: Value, own: Affine, title: string): Value {
  const c = own.scale.length;
  const part = partOf(importer, value.index);
  if (value.alone && part?.parameters && !value.order && !value.padding && !value.pending) {
    const { weight, bias } = part.parameters;
    const rows = weight.length / c;
    const parameters = {
      weight: weight.map((w, p) => w * own.scale[Math.floor(p / rows)]),
      bias: bias.map((b, j) => b * own.scale[j] + own.shift[j]),
    };
    replacePart(importer, value.index, { ...part, parameters });
    importer.notes.push(`${title} went into the weights of the layer before it.`);
    return value;
  }
  const inner = value.padding ? settled(importer, value, title) : value;
  const { scale: s, shift: t } = inner.pending ?? {
    scale: new Float64Array(c).fill(1),
    shift: new Float64Array(c),
  };
  const pending: Affine = {
    scale: s.map((one, k) => one * own.scale[k]),
    shift: t.map((one, k) => one * own.scale[k] + own.shift[k]),
    of: inner.pending ? "normalisations" : own.of,
  };
  return { ...inner, pending, alone: false };
}

/** scale · x + offset, each one number or one for each channel. */
export const importRescaling: Importing = (importer, settings, [input], _weights, title) => {
  const c = channelsOf(input.shape);
  const scale = perChannel(settings, "scale", settings.raw("scale"), c, 1);
  const shift = perChannel(settings, "offset", settings.raw("offset"), c, 0);
  return afterAffine(importer, input, { scale, shift, of: "a rescaling" }, title);
};

/** What Keras adds to no divisor but puts in the place of a smaller one: max(σ, ε). */
const EPSILON = 1e-7;

/** (x − μ) / σ with what the layer has learnt, or was given; σ · x + μ if it is inverted. */
export const importNormalization: Importing = (importer, settings, [input], weights, title) => {
  const c = channelsOf(input.shape);
  const axes = [settings.raw("axis")].flat();
  const last = axes.length === 1 && (axes[0] === -1 || axes[0] === input.shape.length);
  const single = axes.length === 0 || axes[0] === undefined;
  if (!last && !single)
    settings.fault(
      `axis must be that of the channels, -1, got ${JSON.stringify(settings.raw("axis"))}`,
    );
  const given = settings.raw("mean") !== undefined;
  const learnt = (role: string): Float64Array =>
    single ? new Float64Array(c).fill(weights(role, [])[0]) : weights(role, [c]);
  const of = (role: string, otherwise: number): Float64Array =>
    given ? perChannel(settings, role, settings.raw(role), c, otherwise) : learnt(role);
  const [mean, variance] = [of("mean", 0), of("variance", 1)];
  const deviation = variance.map((one) => Math.max(Math.sqrt(one), EPSILON));
  if (!deviation.every(Number.isFinite)) settings.fault("its variances are not positive");
  const invert = settings.flag("invert", false);
  const scale = invert ? deviation : deviation.map((one) => 1 / one);
  const shift = invert ? mean : mean.map((one, k) => -one * scale[k]);
  return afterAffine(importer, input, { scale, shift, of: "a normalisation" }, title);
};

/**
 * A number, or a list of them in which all axes but the last have extent 1, for each of `c`
 * channels.
 */
export function perChannel(
  settings: Settings,
  name: string,
  value: unknown,
  c: number,
  otherwise: number,
): Float64Array {
  let own: unknown = value ?? otherwise;
  while (Array.isArray(own) && own.length === 1) own = own[0] as unknown;
  const all: readonly unknown[] = Array.isArray(own) ? own : Array<unknown>(c).fill(own);
  if (all.length === c && all.every((one) => Number.isFinite(one)))
    return Float64Array.from(all as number[]);
  settings.fault(
    `${name} must be a number, or one for each of ${c} channels, ` +
      `got ${JSON.stringify(value)?.slice(0, 80)}`,
  );
  return new Float64Array(c).fill(otherwise);
}
