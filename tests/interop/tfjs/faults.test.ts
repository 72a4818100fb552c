import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ConfigError, DataError, PhaselensError } from "phaselens/core";
import { fromTfjs, saveTfjsModel } from "phaselens/interop";
import { conv2d, dense, flatten, predict, relu, sequential, tanh, type Layer } from "phaselens/nn";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";

const root = mkdtempSync(join(tmpdir(), "phaselens-tfjs-faults-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const network = sequential([dense(2, 3), relu(), dense(3, 2)], "small");
const theta = Float64Array.from({ length: network.parameterCount }, (_, p) =>
  Math.fround(0.1 * p - 0.7),
);
let folder = "";
let path = "";
let count = 0;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a file that may hold anything
type Json = Record<string, any>;
let json: Json = {};
beforeEach(() => {
  folder = join(root, String(count++));
  path = saveTfjsModel(join(folder, "model.json"), { network, theta, output: "linear" });
  json = JSON.parse(readFileSync(path, "utf8")) as Json;
});
const reading =
  (changed: unknown = json): (() => unknown) =>
  () => {
    writeFileSync(path, typeof changed === "string" ? changed : JSON.stringify(changed));
    return readTfjsModel(path);
  };
const layer = (className: string, config: object, inputs: string[] = ["input"]): object => ({
  class_name: className,
  name: className,
  config: { name: className, ...config },
  inbound_nodes: [inputs.map((from) => [from, 0, 0, {}])],
});
/** A model of these layers and no weights. */
const modelOf = (
  layers: object[],
  inputShape: (number | null)[] = [6, 6, 2],
  output = (layers[layers.length - 1] as { name: string }).name,
): object => ({
  format: "layers-model",
  modelTopology: {
    class_name: "Model",
    config: {
      name: "m",
      input_layers: [["input", 0, 0]],
      output_layers: [[output, 0, 0]],
      layers: [
        {
          class_name: "InputLayer",
          name: "input",
          config: { batch_input_shape: [null, ...inputShape] },
          inbound_nodes: [],
        },
        ...layers,
      ],
    },
  },
  weightsManifest: [],
});

describe("layers that have no counterpart", () => {
  it("are listed all at once, with what would do instead", () => {
    const layers = [
      layer("SeparableConv2D", { filters: 2 }),
      layer("Masking", {}, ["SeparableConv2D"]),
      layer("Activation", { activation: "sparsemax" }, ["Masking"]),
      layer("MaxPooling2D", { pool_size: [2, 2], data_format: "channels_first" }, ["Activation"]),
      layer("Permute", { dims: [3, 1, 2] }, ["MaxPooling2D"]),
      layer("Flatten", {}, ["Permute"]),
      layer("LSTM", { units: 3 }, ["Flatten"]),
      layer("ConvLSTM2D", {}, ["LSTM"]),
      layer("Dense", { units: 2 }, ["ConvLSTM2D"]),
    ];
    let message = "";
    try {
      reading(modelOf(layers))();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      ({ message } = error as Error);
    }
    expect(message).toContain("6 layer(s) or setting(s) cannot be expressed here.");
    for (const part of [
      "SeparableConv2D (SeparableConv2D): has no counterpart (use Conv2D)",
      "Masking (Masking): has no counterpart (use a mask as an input of its own)",
      'Activation (Activation): has no activation "sparsemax" here. Use relu, relu6, elu, selu, gelu',
      "data_format must be channels_last. Convert the model",
      "LSTM (LSTM): takes samples [steps, features], got [18]",
      "ConvLSTM2D (ConvLSTM2D): has no counterpart (use Conv2D in a TimeDistributed, and LSTM)",
      "Known are Dense, Conv1D",
    ])
      expect(message).toContain(part);
  });

  it.each([
    [
      "a Reshape that mixes",
      [
        layer("Reshape", { target_shape: [36, 1, 2] }),
        layer("Flatten", {}, ["Reshape"]),
        layer("Reshape", { target_shape: [6, 12] }),
      ],
      undefined,
    ],
    [
      "a softmax of the batch",
      [
        layer("Flatten", {}),
        layer("Dense", { units: 2 }, ["Flatten"]),
        layer("Softmax", { axis: 0 }, ["Dense"]),
      ],
      "is along axis 0 of samples [2], and must be along one of theirs. Take it out",
    ],
    [
      "a softmax along two axes",
      [layer("Softmax", { axis: [1, 2] })],
      "is along axis [1,2] of samples [6,6,2]",
    ],
    [
      "a Flatten of no order",
      [layer("Flatten", { data_format: "other" }), layer("Dense", { units: 2 }, ["Flatten"])],
      'data_format must be channels_last or channels_first, got "other"',
    ],
    [
      "a layer for each time that mixes them",
      [layer("TimeDistributed", { layer: { class_name: "Conv1D", config: {} } })],
      "TimeDistributed (TimeDistributed): holds Conv1D; layers that treat each time on its own are known inside, Dense, ",
    ],
    [
      "a layer for each time that is none",
      [layer("TimeDistributed", { layer: 3 })],
      "holds nothing",
    ],
    [
      "a normalisation of another axis",
      [layer("Normalization", { axis: [1] })],
      "axis must be that of the channels, -1, got [1]",
    ],
    [
      "a rescaling by a list of another length",
      [layer("Rescaling", { scale: [1, 2, 3] })],
      "scale must be a number, or one for each of 2 channels, got [1,2,3]",
    ],
    [
      "a quantised layer",
      [
        layer("Dense", {
          units: 2,
          dtype: { class_name: "QuantizedDTypePolicy", config: { mode: "int8" } },
        }),
      ],
      "is quantised. Save the model that it was made of",
    ],
    [
      "a join along the batch",
      [layer("Concatenate", { axis: 0 }, ["input", "input"])],
      "axis must be one of the 3 axes behind the batch, got 0",
    ],
    [
      "a recurrence that goes on from the last batch",
      [
        layer("Reshape", { target_shape: [6, 12] }),
        layer("GRU", { units: 2, stateful: true }, ["Reshape"]),
      ],
      "GRU (GRU): stateful must be false",
    ],
    [
      "an attention without values",
      [layer("Reshape", { target_shape: [6, 12] }), layer("Attention", {}, ["Reshape"])],
      "takes query and value, each [objects, features]",
    ],
    [
      "a table that masks",
      [
        layer("Flatten", {}),
        layer("Embedding", { input_dim: 2, output_dim: 2, mask_zero: true }, ["Flatten"]),
      ],
      "mask_zero must be false. Give the mask as an input of its own",
    ],
    ["groups", [layer("Conv2D", { filters: 2, kernel_size: 3, groups: 2 })], "groups must be 1"],
    [
      "settings that are none",
      [layer("MaxPooling2D", { pool_size: "big", padding: "full" })],
      'pool_size must be 2 whole number(s) from 1 to 16777216, got "big"',
    ],
    ["a dropout of everything", [layer("Dropout", { rate: 1 })], "rate must lie in [0, 1), got 1"],
  ] as [string, object[], string | undefined][])("%s is refused", (_, layers, text) => {
    if (text === undefined) return expect(reading(modelOf(layers.slice(0, 1)))).not.toThrow();
    expect(reading(modelOf(layers))).toThrow(text);
  });

  it.each<[string, string, unknown[], string]>([
    [
      "that is not read",
      "math.reduce_mean",
      ["input", 0, 0, { axis: 1 }],
      "tf.math.reduce_mean): is an operation on a tensor without counterpart. Put a layer in its place",
    ],
    [
      "of a tensor and numbers that has no counterpart",
      "math.maximum",
      ["input", 0, 0, { y: 3 }],
      "tf.math.maximum): is an operation on a tensor without counterpart",
    ],
    [
      "of tensors of different shapes",
      "__operators__.add",
      ["input", 0, 0, { y: ["pool", 0, 0] }],
      "merges shapes [6,6,2] and [3,3,2], which must be the same, or 1 where they differ",
    ],
    [
      "with numbers that do not fit",
      "math.add",
      ["input", 0, 0, { y: [1, 2, 3] }],
      "its number must be a number, or one for each of 2 channels, got [1,2,3]",
    ],
  ])("an operation %s is refused by name", (_, name, inbound, text) => {
    const pool = {
      class_name: "MaxPooling2D",
      name: "pool",
      config: { pool_size: 2 },
      inbound_nodes: [[["input", 0, 0, {}]]],
    };
    const operation = {
      class_name: "TFOpLambda",
      name: "op",
      config: { function: name },
      inbound_nodes: [inbound],
    };
    expect(reading(modelOf([pool, operation], [6, 6, 2], "op"))).toThrow(text);
  });

  it("a call as in training is refused", () => {
    const made = layer("Dropout", { rate: 0.5 }) as { inbound_nodes: unknown[] };
    made.inbound_nodes[0] = [["input", 0, 0, { training: true }]];
    expect(reading(modelOf([made]))).toThrow(
      "Dropout (Dropout): is called as in training. Call it without training=True",
    );
  });

  it("a second output of a layer, and a model inside of other inputs, are refused", () => {
    const second = layer("ReLU", {}) as { inbound_nodes: unknown[] };
    second.inbound_nodes[0] = [["input", 0, 1, {}]];
    expect(reading(modelOf([second]))).toThrow(
      'takes output 1 of "input", and layers of one output are read',
    );
    const inner = {
      name: "inner",
      layers: [],
      input_layers: [
        ["a", 0, 0],
        ["b", 0, 0],
      ],
      output_layers: [["a", 0, 0]],
    };
    const whole = layer("Functional", {
      ...inner,
      layers: [{ class_name: "InputLayer", name: "a", config: {}, inbound_nodes: [] }],
    });
    expect(reading(modelOf([whole]))).toThrow(
      'the model "Functional" in it has 2 input(s) and is called with 1. The file is damaged',
    );
  });
});

describe("an open shape", () => {
  it("is filled in by inputShape, and asked for", () => {
    const model = modelOf([layer("MaxPooling2D", { pool_size: 2 })], [null, null, 2]);
    expect(reading(model)).toThrow(
      /samples of the model have shape \[null,null,2\], inputShape is undefined. Give inputShape/,
    );
    expect(readTfjsModel(path, { inputShape: [4, 6, 2] }).inputShape).toEqual([2, 4, 6]);
    expect(() => readTfjsModel(path, { inputShape: [4, 6, 3] })).toThrow(ConfigError);
  });
});

describe("files that are no models", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["no JSON", () => "{", /is no JSON/],
    ["a list", () => [], /the whole: Invalid input/],
    ["no topology", () => ({ ...json, modelTopology: null }), /modelTopology/],
    ["no weights", () => ({ ...json, weightsManifest: undefined }), /weightsManifest/],
    [
      "a graph model",
      () => ({ format: "graph-model", modelTopology: { node: [] }, weightsManifest: [] }),
      /is a graph model.*tfjs_layers_model/,
    ],
    [
      "a graph model without its format",
      () => ({ modelTopology: { node: [] }, weightsManifest: [] }),
      /is a graph model/,
    ],
    [
      "Keras 3 without a class",
      () => ({ ...json, modelTopology: { keras_version: "3.4.1", model_config: {} } }),
      /model_config.class_name/,
    ],
    [
      "another class",
      () => ({ ...json, modelTopology: { class_name: "Lambda", config: {} } }),
      /the model is a Lambda/,
    ],
    ["a poisoned key", () => '{"__proto__": {"polluted": 1}}', /has a key "__proto__"/],
    [
      "a poisoned setting",
      () => JSON.stringify(json).replace('"units":3', '"__proto__":{"units":3}'),
      /has a key "__proto__"/,
    ],
    [
      "no layers",
      () => ({ ...json, modelTopology: { class_name: "Sequential", config: { layers: [] } } }),
      /has 0 layers/,
    ],
    [
      "layers that are none",
      () => ({
        ...json,
        modelTopology: { class_name: "Sequential", config: { layers: [{ class_name: 3 }] } },
      }),
      /config.layers.0.class_name/,
    ],
    [
      "a layer that is not there",
      () => {
        json.modelTopology.config.layers[1].inbound_nodes[0][0][0] = "gone";
        return json;
      },
      /takes from "gone", which is not in the model/,
    ],
    [
      "a circle",
      () => {
        json.modelTopology.config.layers[1].inbound_nodes[0][0][0] =
          json.modelTopology.config.layers[2].name;
        return json;
      },
      /takes from itself in a circle/,
    ],
    [
      "names that occur twice",
      () => {
        json.modelTopology.config.layers.push(json.modelTopology.config.layers[1]);
        return json;
      },
      /two layers have the name "dense_0"/,
    ],
    [
      "samples beyond measure",
      () => modelOf([layer("Flatten", {})], [2 ** 20, 2 ** 20, 1]),
      /have more than 67108864 entries/,
    ],
    [
      "a width beyond measure",
      () => modelOf([layer("Dense", { units: 2 ** 40 }), layer("LSTM", {}, ["Dense"])], [2]),
      /units must be 1 whole number\(s\)/,
    ],
    [
      "zeros beyond measure",
      () => modelOf([layer("ZeroPadding2D", { padding: 1e6 })]),
      /puts out .* more than 67108864/,
    ],
  ])("%s", (_, change, message) => {
    expect(reading(change())).toThrow(message);
    expect(({} as Json).polluted).toBeUndefined();
  });

  it("that are not there say so", () => {
    expect(() => readTfjsModel(join(folder, "none.json"))).toThrow(
      /cannot be read .*Name the model.json of a saved model/,
    );
    expect(() => fromTfjs({} as never)).toThrow(/model is {}; it must be a tf.LayersModel/);
  });

  it("of random damage are refused with an error of ours or read, never anything else", () => {
    const text = JSON.stringify(json);
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom("", "0", "[", "null", '"', "-1", "1e99", "{}", "true", "9"),
        fc.nat(12),
        (at, put, length) => {
          try {
            reading(text.slice(0, at) + put + text.slice(at + length))();
          } catch (error) {
            expect(error).toBeInstanceOf(PhaselensError);
          }
        },
      ),
      { numRuns: 400, seed: 5 },
    );
  });
});

describe("weights", () => {
  const group = (): { paths: string[]; weights: Json[] } => json.weightsManifest[0] as never;
  it.each<[string, () => void, RegExp]>([
    [
      "cut short",
      () => writeFileSync(join(folder, "model.weights.bin"), new Uint8Array(64)),
      /hold 64 bytes, the weights listed are 68. Files are cut short or mixed up/,
    ],
    [
      "too long",
      () => writeFileSync(join(folder, "model.weights.bin"), new Uint8Array(72)),
      /hold 72 bytes/,
    ],
    [
      "that are not finite",
      () => writeFileSync(join(folder, "model.weights.bin"), new Uint8Array(68).fill(255)),
      /entry 0 of "dense_0\/kernel" is NaN/,
    ],
    [
      "missing",
      () => rmSync(join(folder, "model.weights.bin")),
      /names the file "model.weights.bin", which cannot be read/,
    ],
    [
      "outside the folder",
      () => void (group().paths = ["../1/model.weights.bin"]),
      /only files of its own folder are read/,
    ],
    [
      "at an absolute place",
      () => void (group().paths = ["/etc/passwd"]),
      /only files of its own folder are read/,
    ],
    [
      "at an address",
      () => void (group().paths = ["http://example.org/w.bin"]),
      /only files of its own folder are read/,
    ],
    [
      "behind a link that leads out",
      () => {
        writeFileSync(join(root, "secret.bin"), new Uint8Array(68));
        symlinkSync(join(root, "secret.bin"), join(folder, "link.bin"));
        group().paths = ["link.bin"];
      },
      /is no file of its own folder/,
    ],
    [
      "in a folder in place of a file",
      () => {
        mkdirSync(join(folder, "sub"));
        group().paths = ["sub"];
      },
      /is no file of its own folder/,
    ],
    [
      "beyond measure",
      () => void (group().weights[0].shape = [2 ** 20, 2 ** 20]),
      /of shape \[1048576,1048576\] exceed 1073741824 bytes. Raise maximumBytes if you trust it/,
    ],
    [
      "of an unknown type",
      () => void (group().weights[0].dtype = "complex64"),
      /is stored as "complex64"; float32, int32, bool, uint8, uint16, float16 are read/,
    ],
    [
      "of a poisoned type",
      () => void (group().weights[0].dtype = "toString"),
      /is stored as "toString"/,
    ],
    [
      "listed twice",
      () => void (group().weights[1].name = group().weights[0].name),
      /lists the weight "dense_0\/kernel" twice/,
    ],
    [
      "of another name",
      () => void (group().weights[1].name = "dense_0/scale"),
      /dense_0 \(Dense\) has no weight "bias"; one of shape \[3\] is expected/,
    ],
    [
      "of another shape",
      () => void (group().weights[0].shape = [3, 2]),
      /the weight "kernel" of dense_0 \(Dense\) has shape \[3,2\]; one of shape \[2,3\] is expected/,
    ],
  ])("%s are refused", (_, change, message) => {
    change();
    expect(reading()).toThrow(message);
    expect(reading()).toThrow(DataError);
  });

  it("are found behind the scopes that converters put before them", () => {
    for (const weight of group().weights) weight.name = `small/block/${String(weight.name)}:0`;
    expect((reading()() as ReturnType<typeof readTfjsModel>).theta).toEqual(theta);
  });

  it.each(["uint8", "uint16"] as const)(
    "may be quantised as %s: value = scale · number + min",
    (dtype) => {
      const bytes = Buffer.alloc(17 * (dtype === "uint8" ? 1 : 2));
      for (let p = 0; p < 17; p++)
        if (dtype === "uint8") bytes.writeUInt8(10 * p, p);
        else bytes.writeUInt16LE(1000 * p, 2 * p);
      writeFileSync(join(folder, "model.weights.bin"), bytes);
      for (const weight of group().weights) weight.quantization = { dtype, scale: 0.25, min: -2 };
      const { theta: read } = reading()() as ReturnType<typeof readTfjsModel>;
      // kernel [2, 3] lies the other way round in θ
      const step = dtype === "uint8" ? 10 : 1000;
      expect(Array.from(read.subarray(0, 9))).toEqual(
        [0, 3, 1, 4, 2, 5, 6, 7, 8].map((k) => 0.25 * step * k - 2),
      );
    },
  );

  it("may be halves", () => {
    // 1, −2, .33325, 2⁻²⁴, −0, 65504, 2⁻¹⁴, ½, −½
    const halves = [0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff, 0x0400, 0x3800, 0xb800];
    const bytes = Buffer.alloc(34);
    halves.forEach((bits, k) => bytes.writeUInt16LE(bits, 2 * k));
    writeFileSync(join(folder, "model.weights.bin"), bytes);
    for (const weight of group().weights) weight.quantization = { dtype: "float16" };
    const { theta: read } = reading()() as ReturnType<typeof readTfjsModel>;
    expect(Array.from(read.subarray(0, 9))).toEqual([
      1,
      2 ** -24,
      -2,
      -0,
      1365 / 4096,
      65504,
      2 ** -14,
      0.5,
      -0.5,
    ]);
  });
});

describe("the end of a model", () => {
  it("stays a layer on demand, if it is a sigmoid", () => {
    const saved = saveTfjsModel(path, { network, theta, output: "sigmoid" });
    expect([readTfjsModel(saved).output, readTfjsModel(saved).network.nodes.length]).toEqual([
      "sigmoid",
      3,
    ]);
    const kept = readTfjsModel(saved, { end: "keep" });
    expect([kept.output, kept.network.nodes.length]).toEqual(["linear", 4]);
    const x = { shape: [1, 2], data: Float64Array.of(0.3, -0.8) };
    expectClose(
      predict(kept.network, kept.theta, x).data,
      predict(network, theta, x).data.map((z) => 1 / (1 + Math.exp(-z))),
    );
    const soft = saveTfjsModel(path, { network, theta, output: "softmax" });
    const whole = readTfjsModel(soft, { end: "keep" });
    expect(whole.output).toBe("linear");
    const y = predict(whole.network, whole.theta, x).data;
    expect(y.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  });
});

function expectClose(a: Float64Array, b: Float64Array): void {
  a.forEach((value, k) => expect(Math.abs(value - b[k])).toBeLessThan(1e-12));
}

describe("layers of one's own", () => {
  const read = (made: Layer, shape?: object[]): unknown => {
    writeFileSync(path, JSON.stringify(modelOf(shape ?? [layer("Sine", { w: 2 })])));
    writeFileSync(join(folder, "weights.bin"), "");
    return readTfjsModel(path, { layers: { Sine: () => made } });
  };

  it("that are not named are refused with where to name them", () => {
    expect(reading(modelOf([layer("Sine", {})]))).toThrow(
      /Sine \(Sine\): has no counterpart.*the option layers says what others become/,
    );
  });

  it("have no parameters, one input, and keep the shape", () => {
    expect(() => read(conv2d(2, 2, 1))).toThrow("which has parameters. Give a layer without");
    expect(() => read(flatten())).toThrow("which changes the shape. Give a layer that keeps it");
    const two = [layer("Sine", {}, ["input", "input"])];
    expect(() => read(tanh(), two)).toThrow("takes 2 inputs, one is known");
  });
});
