import { ConfigError } from "../../core/errors.js";
import { size, tensor, type Tensor } from "../../core/tensor.js";
import type { NetworkContext } from "./networkContext.js";

/** What is masked as one: a column of a table, a feature of all objects, an input. */
export interface Unit {
  readonly name: string;
  /** Places in a sample as the network reads it. */
  readonly entries: Int32Array;
}

/**
 * The units of a question: columns of tables, features of objects, whole inputs that are neither.
 * Undefined for images and fields, whose entries mean nothing by themselves.
 */
export function unitsOf({ parts, question }: NetworkContext): Unit[] | undefined {
  const { inputs } = question.model;
  const one = inputs.length === 1;
  const found = parts.facts.flatMap((facts, k): Unit[] => {
    if (facts.mask) return [];
    const { name, shape, look } = facts;
    const start = one ? 0 : inputs[k].start;
    const count = size(shape);
    if (look === "bars")
      return Array.from({ length: count }, (_, index) => ({
        name: parts.entryName(name, index),
        entries: Int32Array.of(start + index),
      }));
    // features are rows, of which each has a number for every object; so the network reads them
    const features = question.points.x.shape[1];
    if (look === "objects" && (!one || count % features === 0)) {
      const rows = one ? features : shape[0];
      const objects = count / rows;
      return Array.from({ length: rows }, (_, f) => ({
        name: one ? `feature ${f}` : `${name} ${f}`,
        entries: Int32Array.from({ length: objects }, (_, o) => start + f * objects + o),
      }));
    }
    return one ? [] : [{ name, entries: Int32Array.from({ length: count }, (_, e) => start + e) }];
  });
  return found.length > 0 ? found : undefined;
}

/** Units and their groups by name, as `--groups` gives them. @throws ConfigError */
export function namedGroups(
  units: readonly Unit[],
  groups: Readonly<Record<string, readonly string[]>>,
): { name: string; units: number[] }[] {
  return Object.entries(groups).map(([name, members]) => ({
    name,
    units: members.map((member) => {
      const k = units.findIndex((own) => own.name === member);
      if (k >= 0) return k;
      const known = units.slice(0, 12).map((own) => own.name);
      throw new ConfigError(
        `groups: ${name} names "${member}", which is no feature; there are ${known.join(", ")}${units.length > known.length ? ", …" : ""}. Write name=a,b;other=c.`,
        { member },
      );
    }),
  }));
}

/**
 * A table of the units' values for their correlations, [rows, units]: samples, or where all units
 * have a number for each object, objects of samples.
 */
export function unitTable(x: Tensor, units: readonly Unit[]): Tensor {
  const width = x.data.length / x.shape[0];
  const [first] = units;
  const objects = units.every(({ entries }) => entries.length === first.entries.length)
    ? first.entries.length
    : 0;
  const n = x.shape[0];
  const rows = n * Math.max(1, objects);
  const table = tensor([rows, units.length]);
  for (let t = 0; t < n; t++) {
    units.forEach(({ entries }, u) => {
      if (objects > 0)
        for (let o = 0; o < objects; o++)
          table.data[(t * objects + o) * units.length + u] = x.data[t * width + entries[o]];
      else {
        let sum = 0;
        for (const e of entries) sum += x.data[t * width + e];
        table.data[t * units.length + u] = sum / entries.length;
      }
    });
  }
  return table;
}
