import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { outputsHere } from "./randomModels.js";
import { channelsLast } from "phaselens/internal/interop/models/tfjs/channelOrder";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/keras2/${name}`, import.meta.url));

// Made by keras2.py with TensorFlow itself, see there.
describe.each(["image", "series", "field"])("the model %s of Keras 2, as converted", (name) => {
  it("has the outputs here that Keras computed", () => {
    const { x, outputs } = JSON.parse(readFileSync(fixture(`${name}-values.json`), "utf8")) as {
      x: { shape: number[]; data: number[] };
      outputs: number[];
    };
    const input: Tensor = { shape: x.shape, data: Float64Array.from(x.data) };
    const here = outputsHere(readTfjsModel(fixture(`${name}.json`)), input);
    expect(here.length).toBe(outputs.length);
    here.forEach((value, k) => expect(Math.abs(value - outputs[k])).toBeLessThan(1e-5));
  });
});

describe("what is done with layers that are not here as they were", () => {
  it("is said: where a batch normalisation went, and what the model ended in", () => {
    const image = readTfjsModel(fixture("image.json"));
    expect(image.output).toBe("softmax");
    expect(image.inputShape).toEqual([2, 6, 5]);
    expect(image.notes).toEqual([
      "batch_normalization (BatchNormalization) went into the weights of the layer before it.",
      "Before average_pooling2d (AveragePooling2D), a batch normalisation that no layer with weights takes up became a convolution of kernel 1 with 3×3 weights.",
    ]);
    const series = readTfjsModel(fixture("series.json"));
    expect(series.output).toBe("sigmoid");
    expect(series.network.nodes.map(({ layer }) => layer.name)).toEqual([
      "reshape(1×12)",
      "conv1d(1→2, kernel 3, padding 4+0, dilation 2)",
      "tanh",
      "conv1d(2→2, kernel 1)",
      "conv1d(2→3, kernel 4, padding 2, stride 2)",
      "softplus",
      "globalAveragePool",
      "dense(3→1)",
    ]);
    expect(channelsLast({ shape: [1, 2, 2], data: Float64Array.of(1, 2, 3, 4) }).data).toEqual(
      Float64Array.of(1, 3, 2, 4),
    );
  });
});
