import { add, concat } from "../../../nn/layers/structure.js";
import { joinOrders, sameOrder } from "./channelOrder.js";
import { addPart, channelsOf, settled, type Value } from "./importer.js";
import type { Importing } from "./importing.js";

export const importAdd: Importing = (importer, settings, inputs, _weights, title) => {
  const values = several(inputs, settings.fault).map((value) => settled(importer, value, title));
  const [{ shape, order }] = values;
  if (values.some((value) => value.shape.join() !== shape.join())) {
    settings.fault(
      `adds shapes ${values.map((value) => `[${value.shape}]`).join(" and ")}, which must be the same here`,
    );
  }
  if (!values.every((value) => sameOrder(value.order, order))) {
    settings.fault(
      "adds values that were flattened from different shapes. Put a Dense layer behind each Flatten",
    );
  }
  return {
    index: addPart(importer, { layer: add(), inputs: values.map(({ index }) => index) }),
    shape,
    ...(order && { order }),
  };
};

export const importConcatenate: Importing = (importer, settings, inputs, _weights, title) => {
  const values = several(inputs, settings.fault).map((value) => settled(importer, value, title));
  const [{ shape }] = values;
  const axis = settings.raw("axis") ?? -1;
  if (axis !== -1 && axis !== shape.length) {
    settings.fault(
      `axis must be that of the channels, -1, got ${JSON.stringify(axis)}. Flatten first`,
    );
  }
  const space = (value: Value): string => value.shape.slice(0, -1).join();
  if (values.some((value) => space(value) !== space(values[0]))) {
    settings.fault(`joins shapes ${values.map((value) => `[${value.shape}]`).join(" and ")}`);
  }
  const channels = values.reduce((sum, value) => sum + channelsOf(value.shape), 0);
  const order =
    shape.length === 1
      ? joinOrders(values.map((value) => ({ length: value.shape[0], order: value.order })))
      : undefined;
  const index = addPart(importer, { layer: concat(), inputs: values.map((value) => value.index) });
  return { index, shape: [...shape.slice(0, -1), channels], ...(order && { order }) };
};

function several(inputs: readonly Value[], fault: (what: string) => void): readonly Value[] {
  if (inputs.length > 1) return inputs;
  fault(`takes ${inputs.length} input(s), two or more are needed`);
  return [...inputs, ...inputs];
}
