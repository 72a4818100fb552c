import type { AffineLayer, Layer, PoolingLayer } from "../../../nn/layers/layer.js";
import { size, type Shape } from "../../../core/tensor.js";
import { specOf } from "../../../nn/layers/specOf.js";
import type { KerasLayer } from "./kerasLayer.js";
import { equalPadding, noPadding, samePadding } from "./samePadding.js";

/** A value that has been put out. */
export interface Exported {
  readonly name: string;
  /** Index with channels last of each entry of a flat value; undefined if they agree. */
  readonly order?: Int32Array | undefined;
}

/** A node, and where its layers of Keras go. */
export interface Exporting<L extends Layer = Layer> {
  readonly layer: L;
  readonly offset: number;
  readonly read: readonly Exported[];
  /** Shapes here. */
  readonly from: readonly Shape[];
  readonly to: Shape;
  put(
    className: string,
    config: Record<string, unknown>,
    inputs: readonly string[],
    weights?: KerasLayer["weights"],
  ): string;
  fault(reason: string): void;
}

/** Dense layers and convolutions. */
export function exportAffine({
  layer,
  offset,
  read: [{ name, order }],
  from: [input],
  put,
  fault,
}: Exporting<AffineLayer>): Exported {
  const [outputs, inputs, ...kernel] = layer.weightShape;
  if (layer.pairs) {
    fault("works on pairs of objects, which no layer there does");
    return { name };
  }
  const taps = size(kernel);
  // [out, in, …kernel] → […kernel, in, out]
  const places = new Int32Array(outputs * inputs * taps);
  for (let j = 0, p = 0; j < outputs; j++) {
    for (let i = 0; i < inputs; i++)
      for (let k = 0; k < taps; k++, p++)
        places[(k * inputs + (order ? order[i] : i)) * outputs + j] = offset + p;
  }
  const bias = Int32Array.from({ length: outputs }, (_, j) => offset + places.length + j);
  const weights = (shape: Shape): KerasLayer["weights"] => [
    { role: "kernel", shape, places },
    { role: "bias", shape: [outputs], places: bias },
  ];
  const window = layer.convolution;
  if (!window)
    return {
      name: put("Dense", { units: outputs, use_bias: true }, [name], weights([inputs, outputs])),
    };
  const axes = window.kernel.length;
  const same = samePadding(input.slice(1), window.kernel, window.stride, window.dilation);
  const padding = noPadding(window.padding)
    ? "valid"
    : equalPadding(window.padding, same)
      ? "same"
      : undefined;
  const dilated = window.dilation.some((apart) => apart > 1);
  if (dilated && (axes === 3 || window.stride.some((step) => step > 1))) {
    fault("has a dilation, which there is neither in three dimensions nor with a stride");
  }
  if (axes === 3 && padding === undefined)
    fault('is padded otherwise than "same", and there is no ZeroPadding3D. Pad the data');
  const source =
    padding === undefined && axes < 3 ? zeroPadded(name, input, window.padding, put) : name;
  const config = {
    filters: outputs,
    kernel_size: window.kernel,
    strides: window.stride,
    padding: padding ?? "valid",
    dilation_rate: window.dilation,
    use_bias: true,
  };
  return {
    name: put(`Conv${axes}D`, config, [source], weights([...window.kernel, inputs, outputs])),
  };
}

/** Zeros around space; there is only ZeroPadding2D, so a single axis becomes two for its sake. */
function zeroPadded(
  name: string,
  [channels, ...space]: Shape,
  padding: readonly (readonly [number, number])[],
  put: Exporting["put"],
): string {
  if (space.length === 2) return put("ZeroPadding2D", { padding }, [name]);
  const [[before, after]] = padding;
  const wide = put("Reshape", { target_shape: [space[0], 1, channels] }, [name]);
  const padded = put(
    "ZeroPadding2D",
    {
      padding: [
        [before, after],
        [0, 0],
      ],
    },
    [wide],
  );
  return put("Reshape", { target_shape: [space[0] + before + after, channels] }, [padded]);
}

/** Poolings of windows, and of all space. */
export function exportPooling({
  layer,
  read: [{ name }],
  from: [input],
  put,
  fault,
}: Exporting<PoolingLayer>): Exported {
  const [channels, ...space] = input;
  const axes = space.length;
  const spec = specOf(layer);
  if (spec?.type === "zeroPad" && axes < 3)
    return { name: zeroPadded(name, input, spec.padding, put) };
  if (spec?.type === "zeroPad") {
    fault("is not there in three dimensions. Pad the data");
    return { name };
  }
  if (layer.axes) {
    fault("goes over axes of a sample, which is not written yet. Use a global pooling");
    return { name };
  }
  if (layer.mode === "sum") {
    fault("is a sum, and there are only means. Use globalAveragePool");
    return { name };
  }
  const kind = layer.mode === "maximum" ? "Max" : "Average";
  if (layer.extent === undefined && !layer.window) {
    // there is no global pooling in three dimensions
    const flat =
      axes === 3 ? put("Reshape", { target_shape: [size(space), channels] }, [name]) : name;
    return { name: put(`Global${kind}Pooling${axes === 2 ? 2 : 1}D`, {}, [flat]) };
  }
  const extent = layer.window?.extent ?? space.map(() => layer.extent!);
  const stride = layer.window?.stride ?? extent;
  const given = layer.window?.padding ?? space.map(() => [0, 0] as const);
  const padding = noPadding(given)
    ? "valid"
    : equalPadding(
          given,
          samePadding(
            space,
            extent,
            stride,
            space.map(() => 1),
          ),
        )
      ? "same"
      : undefined;
  if (padding === undefined) fault('is padded otherwise than "same". Use no padding');
  if (axes > 3) fault(`has ${axes} axes of space, three are the most there`);
  return {
    name: put(
      `${kind}Pooling${axes}D`,
      { pool_size: extent, strides: stride, padding: padding ?? "valid" },
      [name],
    ),
  };
}
