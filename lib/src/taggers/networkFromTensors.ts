import { DataError } from "../core/errors.js";
import type { Tensor } from "../core/tensor.js";
import type { Network } from "../nn/network/network.js";
import { interactionNetwork } from "./interactionNetwork.js";

/** The names that the authors' GraphNet gives its layers, in the order of θ. */
const layerNames = [
  "fr1",
  "fr2",
  "fr3",
  "fr1_pv",
  "fr2_pv",
  "fr3_pv",
  "fo1",
  "fo2",
  "fo3",
  "fc_fixed",
] as const;

/**
 * Names of the tensors of a published interaction network, in the order of θ: "fr1.weight",
 * "fr1.bias", ….
 */
export const interactionTensors: readonly string[] = layerNames.flatMap((name) => [
  `${name}.weight`,
  `${name}.bias`,
]);

/**
 * Network and θ of a published interaction network; its widths and features follow from the shapes.
 *
 * @param tensors by the authors' names (`interactionTensors`), with or without "module." before
 *   them
 * @param slots           how many objects there are, which no tensor tells
 * @param slots.tracks    default 60
 * @param slots.vertices  default 5
 * @throws DataError naming the tensors that are missing, not known or of the wrong shape
 */
export function networkFromTensors(
  tensors: Readonly<Record<string, Tensor>>,
  slots: { readonly tracks?: number; readonly vertices?: number } = {},
): { readonly network: Network; readonly theta: Float64Array } {
  const found = Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => [name.replace(/^module\./, ""), value]),
  );
  const missing = interactionTensors.filter((name) => !Object.hasOwn(found, name));
  const unknown = Object.keys(found).filter((name) => !interactionTensors.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    const list = (names: readonly string[], what: string): string[] =>
      names.length > 0 ? [`${names.join(", ")} ${what}`] : [];
    const facts = [...list(missing, "missing"), ...list(unknown, "not known")];
    throw new DataError(
      `networkFromTensors: ${facts.join(" and ")}. An interaction network has ${interactionTensors.join(", ")}.`,
      { missing, unknown },
    );
  }
  const width = (name: (typeof layerNames)[number], axis: 0 | 1): number =>
    found[`${name}.weight`].shape[axis];
  const trackFeatures = width("fr1", 1) / 2;
  const network = interactionNetwork({
    widths: {
      pairs: [width("fr1", 0), width("fr2", 0), width("fr3", 0)],
      vertexPairs: [width("fr1_pv", 0), width("fr2_pv", 0), width("fr3_pv", 0)],
      objects: [width("fo1", 0), width("fo2", 0), width("fo3", 0)],
    },
    ...slots,
    trackFeatures,
    vertexFeatures: width("fr1_pv", 1) - trackFeatures,
    classes: width("fc_fixed", 0),
  });
  const affine = network.nodes.flatMap(({ layer, offset }) =>
    layer.kind === "affine" ? [{ layer, offset: offset! }] : [],
  );
  const theta = new Float64Array(network.parameterCount);
  layerNames.forEach((name, l) => {
    const {
      layer: { weightShape, biasShape },
      offset,
    } = affine[l];
    const middle = offset + weightShape[0] * weightShape[1];
    for (const [role, shape, start] of [
      ["weight", weightShape, offset],
      ["bias", biasShape, middle],
    ] as const) {
      const { shape: got, data } = found[`${name}.${role}`];
      if (got.join() !== shape.join()) {
        throw new DataError(
          `networkFromTensors: ${name}.${role} has shape [${got}], with the other layers it must be [${shape}].`,
          { name },
        );
      }
      theta.set(data, start);
    }
  });
  return { network, theta };
}
