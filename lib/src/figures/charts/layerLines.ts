import type { Shape } from "../../core/tensor.js";
import { describeAxes, describePadding } from "../../nn/layers/axes.js";
import type { Layer, ObjectGroup } from "../../nn/layers/layer.js";
import type { Sides } from "../../nn/layers/layerSpec.js";
import { describeGroup } from "../../nn/layers/objects.js";
import { specOf } from "../../nn/layers/specOf.js";

/** Settings of layers that are written in a way of their own, "" where they say nothing. */
const lines: Readonly<Record<string, (value: never, settings: Settings) => string>> = {
  kernel: (kernel: Shape) => `kernel ${kernel.join("×")}`,
  padding: (sides: Sides) => unless("0", "padding", describePadding(sides)),
  // of a pooling, windows side by side are the usual ones
  stride: (stride: Shape, { window = [1] }) =>
    unless(describeAxes([window].flat()), "stride", describeAxes(stride)),
  dilation: (dilation: Shape) => unless("1", "dilation", describeAxes(dilation)),
};

interface Settings {
  readonly window?: number | Shape;
  readonly [setting: string]: unknown;
}

const unless = (usual: string, what: string, text: string): string =>
  text === usual ? "" : `${what} ${text}`;

/**
 * A layer in short lines, by what it is: its type, what it leads from and to, and the settings that
 * are not the usual ones, e.g. ["conv1d", "1→5", "kernel 15", "padding 1"]. A layer made or changed
 * by hand is named.
 */
export function layerLines(layer: Layer): string[] {
  const spec = specOf(layer);
  if (!spec) return [layer.name];
  const { type, inputs, outputs, ...settings } = spec as Settings & { type: string };
  const ends = outputs === undefined ? "" : `${String(inputs ?? "")}→${String(outputs)}`;
  const said = Object.entries(settings).map(([setting, value]) =>
    Object.hasOwn(lines, setting) ? lines[setting](value as never, settings) : plain(value),
  );
  return [type, ends, ...said].filter((line) => line !== "");
}

/** A number, an extent for each axis, or a group of objects. */
const plain = (value: unknown): string =>
  Array.isArray(value)
    ? value.join("×")
    : typeof value === "object"
      ? describeGroup(value as ObjectGroup)
      : String(value);
