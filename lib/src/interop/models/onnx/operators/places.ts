import { size, type Shape } from "../../../../core/tensor.js";
import { gatherAt, maximum, minimum } from "../../../../nn/layers/choices.js";
import { rescale } from "../../../../nn/layers/functions.js";
import { mathFunction } from "../../../../nn/layers/mathFunctions.js";
import {
  axisSetting,
  input,
  makes,
  numbers,
  refused,
  type Call,
  type OnnxOperator,
} from "../call.js";
import { apply, entrywise, framed } from "../importing.js";
import { axisOf, isKnown, sampleShape, viewed, type Known, type Value } from "../value.js";
import { added } from "./arithmetic.js";
import { joined, tabled, taken } from "./movement.js";

function gathered(call: Call): Value {
  const [value, at] = [input(call, 0), input(call, 1)];
  const axis = axisSetting(call, 0, value.shape.length);
  const [before, after] = [value.shape.slice(0, axis), value.shape.slice(axis + 1)];
  const shape = [...before, ...at.shape, ...after];
  if (isKnown(at)) {
    const places = Array.from(at.data, (place) => axisOf(place, value.shape[axis]));
    return viewed(taken(call, value, axis, places), shape);
  }
  const frame = framed(value.shape, [axis]);
  const layer = gatherAt({ axis: axis - frame.from });
  const inputs = [[value, frame.own] as const, [at, sampleShape(at.shape)] as const];
  return apply(call.importing, layer, inputs, { shape, whole: value.whole });
}

function gatheredElements(call: Call): Value {
  const [value, at] = [input(call, 0), input(call, 1)];
  const axis = axisSetting(call, 0, value.shape.length);
  const { own, from } = framed(value.shape, [axis]);
  const places = from === 1 ? at.shape.slice(1) : sampleShapeOf(at.shape);
  const layer = gatherAt({ axis: axis - from, elements: true });
  const result = { shape: at.shape, whole: value.whole };
  return apply(call.importing, layer, [[value, own] as const, [at, places] as const], result);
}

const sampleShapeOf = (shape: Shape): Shape => (shape.length === 0 ? [1] : shape);

/**
 * Rows of a value at tuples of places, [batch, …rows, tuple]: the first axes of the value are those
 * of the batch, of one entry each.
 */
function gatheredRows(call: Call): Value {
  const [value, at] = [input(call, 0), input(call, 1)];
  const batch = call.node.attributes.integer("batch_dims", 0);
  const tuple = at.shape[at.shape.length - 1] ?? 0;
  const along = value.shape.slice(batch, batch + tuple);
  const fits = tuple > 0 && along.length === tuple && size(value.shape.slice(0, batch)) === 1;
  if (!fits)
    throw refused(
      call,
      `reads tuples of ${tuple} places of [${value.shape}] behind ${batch} axes of a batch`,
      "The batch must be one sample; check the extents",
    );
  const rows = at.shape.slice(0, -1);
  const inner = value.shape.slice(batch + tuple);
  const table = viewed(value, [size(along), size(inner)]);
  const shape = [...rows, ...inner];
  const own = rowsAt(call, at, along);
  if (isKnown(own)) return viewed(taken(call, table, 0, Array.from(own.data)), shape);
  const inputs = [
    [table, table.shape],
    [own, [size(rows)]],
  ] as const;
  return apply(call.importing, gatherAt(), inputs, { shape, whole: value.whole });
}

/** Tuples of places as rows, each counted from the end where it is negative. */
function rowsAt(call: Call, at: Value, along: Shape): Value {
  const tuple = along.length;
  const rows = size(at.shape) / tuple;
  const tuples = viewed(at, [rows, tuple]);
  const place = (k: number): Value => {
    const own = viewed(taken(call, tuples, 1, [k]), [rows]);
    return fromStart(call, own, along[k]);
  };
  return along.slice(1).reduce((row, extent, k) => {
    const before = entrywise(call.importing, rescale(extent), row, true);
    return added(call, before, place(k + 1));
  }, place(0));
}

function fromStart(call: Call, place: Value, extent: number): Value {
  const { importing } = call;
  if (isKnown(place))
    return { ...place, data: place.data.map((own) => axisOf(own, extent)) } as Known;
  const below = entrywise(importing, rescale(-1), place);
  const negative = entrywise(importing, mathFunction("isPositive"), below, true);
  return added(call, place, entrywise(importing, rescale(extent), negative, true));
}

/** For each update the entry of the value that it goes to. */
type Targets = (call: Call, at: Known, shape: Shape, updates: Shape) => Int32Array;

/** The entry of tuples of places, and what is behind it. */
const targetsOfRows: Targets = (call, at, shape, updates) => {
  const depth = at.shape[at.shape.length - 1];
  const inner = size(shape.slice(depth));
  const count = size(at.shape.slice(0, -1));
  const fits = depth <= shape.length && size(updates) === count * inner;
  if (!fits) throw refused(call, "has updates that do not fit its places", "Check the extents");
  const targets = new Int32Array(count * inner);
  for (let u = 0; u < count; u++) {
    let row = 0;
    for (let k = 0; k < depth; k++)
      row = row * shape[k] + checkedPlace(call, at.data[u * depth + k], shape[k]);
    for (let i = 0; i < inner; i++) targets[u * inner + i] = row * inner + i;
  }
  return targets;
};

/** The place of the update itself, but along one axis that which is given. */
const targetsOfElements: Targets = (call, at, shape, updates) => {
  const axis = axisSetting(call, 0, shape.length);
  if (updates.join() !== at.shape.join() || updates.length !== shape.length)
    throw refused(call, "has updates that do not fit its places", "Check the extents");
  return Int32Array.from(at.data, (place, u) => {
    let [rest, entry, stride] = [u, 0, 1];
    for (let k = shape.length - 1; k >= 0; k--) {
      const own = k === axis ? checkedPlace(call, place, shape[k]) : rest % updates[k];
      rest = Math.floor(rest / updates[k]);
      entry += checkedPlace(call, own, shape[k]) * stride;
      stride *= shape[k];
    }
    return entry;
  });
};

function checkedPlace(call: Call, given: number, extent: number): number {
  const place = axisOf(given, extent);
  if (Number.isInteger(place) && place >= 0 && place < extent) return place;
  throw refused(call, `has a place ${place} of ${extent}`, "Check the extents");
}

/**
 * A value with updates at places that do not depend on the data. Of several updates of one entry
 * the last stays, or all are added or compared.
 */
function scattered(call: Call, targetsOf: Targets): Value {
  const [value, updates] = [input(call, 0), input(call, 2)];
  const targets = targetsOf(call, numbers(call, 1, "places"), value.shape, updates.shape);
  makes(call, value.shape);
  const reduction = call.node.attributes.text("reduction", "none");
  if (reduction === "none") return replaced(call, value, updates, targets);
  const combine = { add: sum, max: extreme(maximum), min: extreme(minimum) }[reduction];
  if (!combine)
    throw refused(call, `combines what it scatters by "${reduction}"`, "Use none, add, max or min");
  return roundsOf(targets).reduce((own, round) => combine(call, own, updates, round), value);
}

/** Updates of one entry go to different rounds: in each there is one of an entry at most. */
function roundsOf(targets: Int32Array): Map<number, number>[] {
  const rounds: Map<number, number>[] = [];
  targets.forEach((target, u) => {
    const free = rounds.find((round) => !round.has(target));
    if (free) free.set(target, u);
    else rounds.push(new Map([[target, u]]));
  });
  return rounds;
}

type Combine = (
  call: Call,
  own: Value,
  updates: Value,
  round: ReadonlyMap<number, number>,
) => Value;

const sum: Combine = (call, own, updates, round) => {
  const table = Int32Array.from({ length: size(own.shape) }, (_, f) => round.get(f) ?? -1);
  return added(call, own, tabled(call, flat(updates), own.shape, table));
};

const extreme =
  (layer: typeof maximum): Combine =>
  (call, own, updates, round) => {
    const width = size(own.shape);
    const table = Int32Array.from({ length: width }, (_, f) => {
      const update = round.get(f);
      return update === undefined ? f : width + update;
    });
    const other = tabled(call, joined(call, [flat(own), flat(updates)], 1), own.shape, table);
    const shape = sampleShape(own.shape);
    const inputs = [
      [own, shape],
      [other, shape],
    ] as const;
    return apply(call.importing, layer(), inputs, { shape: own.shape, whole: own.whole });
  };

function replaced(call: Call, value: Value, updates: Value, targets: Int32Array): Value {
  const blank = isKnown(value) && value.data.every((entry) => entry === 0);
  const width = size(value.shape);
  const table = Int32Array.from({ length: width }, (_, f) => (blank ? -1 : f));
  targets.forEach((target, u) => (table[target] = u + (blank ? 0 : width)));
  const source = blank ? flat(updates) : joined(call, [flat(value), flat(updates)], 1);
  return tabled(call, source, value.shape, table);
}

const flat = (own: Value): Value => viewed(own, [1, size(own.shape)]);

const scatter = (targets: Targets): OnnxOperator => ({
  becomes: "gather; add, maximum or minimum for a reduction",
  without: "places that depend on the data, products",
  read: (call) => scattered(call, targets),
});

/** Operators that read or write at places which are numbers themselves. */
export const places: Readonly<Record<string, OnnxOperator>> = {
  Gather: { becomes: "crop, take, or gatherAt where places depend on the data", read: gathered },
  GatherElements: { becomes: "gatherAt", read: gatheredElements },
  GatherND: { becomes: "take, or gatherAt where places depend on the data", read: gatheredRows },
  ScatterND: scatter(targetsOfRows),
  ScatterElements: scatter(targetsOfElements),
  Scatter: scatter(targetsOfElements),
};
