import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { size, tensor, type Tensor } from "phaselens/core";
import { type ImportedModel } from "phaselens/interop";
import { predict } from "phaselens/nn";
import { afterAll, describe, expect, it } from "vitest";
import { outputsHere } from "./randomModels.js";
import { channelsLast } from "phaselens/internal/interop/models/tfjs/channelOrder";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What keras3.py wrote; PHASELENS_KERAS3 names another file of the same kind, with more models. */
interface Made {
  readonly keras: string;
  readonly models: readonly {
    readonly name: string;
    readonly topology: unknown;
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
    readonly bytes: string;
    readonly x: Values;
    readonly y: Values;
  }[];
}

const folder = mkdtempSync(join(tmpdir(), "phaselens-keras3-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file =
  process.env.PHASELENS_KERAS3 ??
  fileURLToPath(new URL("../fixtures/keras3.json", import.meta.url));
const { models } = JSON.parse(readFileSync(file, "utf8")) as Made;

/** The model as tensorflowjs_converter writes it. */
function written({ name, topology, weights, bytes }: Made["models"][number]): string {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "weights.bin"), Buffer.from(bytes, "base64"));
  const manifest = [{ paths: ["weights.bin"], weights }];
  writeFileSync(
    join(own, "model.json"),
    JSON.stringify({ format: "layers-model", modelTopology: topology, weightsManifest: manifest }),
  );
  return join(own, "model.json");
}

/** |a − b| ≤ 2e-5 of the largest, which is what float32 leaves of a few layers. */
function expectOutputs(model: ImportedModel, x: Values, y: Values): void {
  const flat = outputsHere(model, tensor(x.shape, x.data));
  const [n, ...sample] = y.shape;
  const here =
    sample.length === 1
      ? flat
      : channelsLast(tensor([n, sample[sample.length - 1], ...sample.slice(0, -1)], flat)).data;
  const largest = y.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  expect(here.length).toBe(y.data.length);
  here.forEach((value, k) =>
    expect(Math.abs(value - y.data[k]), `entry ${k}`).toBeLessThan(2e-5 * largest),
  );
}

describe("a model of Keras 3", () => {
  it.each(models.map((model) => [model.name, model] as const))(
    "%s has the outputs of Keras",
    (_, model) => {
      expectOutputs(readTfjsModel(written(model)), model.x, model.y);
    },
  );
});

describe("small models that came out wrong", () => {
  const fixture = (name: string): string =>
    fileURLToPath(new URL(`../fixtures/${name}/model.json`, import.meta.url));
  /** Weights in the order of the file, [in, out] as Keras has them. */
  function weightsOf(name: string): Tensor[] {
    const path = fixture(name);
    const { weightsManifest } = JSON.parse(readFileSync(path, "utf8")) as {
      weightsManifest: readonly { weights: readonly { shape: number[] }[] }[];
    };
    const bytes = readFileSync(join(path, "..", "group1-shard1of1.bin"));
    let at = 0;
    return weightsManifest[0].weights.map(({ shape }) => {
      const count = size(shape);
      const data = Float64Array.from({ length: count }, (_, p) => bytes.readFloatLE(at + 4 * p));
      at += 4 * count;
      return tensor(shape, data);
    });
  }
  const dense = (x: number[], kernel: Tensor, bias: Tensor): number[] =>
    Array.from(bias.data, (b, j) =>
      x.reduce((sum, one, i) => sum + one * kernel.data[i * kernel.shape[1] + j], b),
    );
  const close = (found: ArrayLike<number>, wanted: readonly number[]): void =>
    wanted.forEach((value, k) => expect(Math.abs(found[k] - value)).toBeLessThan(1e-12));

  it("of Keras 3 is read", () => {
    const { network, theta, output } = readTfjsModel(fixture("keras3_mlp"));
    const [k1, b1, k2, b2, k3, b3] = weightsOf("keras3_mlp");
    const x = [0.3, -1.2, 0.7, 2.1, -0.4];
    const a = dense(x, k1, b1).map((z) => Math.max(0, z));
    const wanted = dense(dense(a, k2, b2).map(Math.tanh), k3, b3);
    expect(output).toBe("softmax");
    close(predict(network, theta, tensor([1, 5], x)).data, wanted);
  });

  it("of a sum of tensors in place of a layer is read", () => {
    const { network, theta } = readTfjsModel(fixture("operators"));
    const [k1, b1, k2, b2] = weightsOf("operators");
    const x = [0.3, -1.2, 0.7, 2.1, -0.4, 1.5];
    const sum = dense(x, k1, b1).map((z, j) => z + x[j]);
    close(predict(network, theta, tensor([1, 6], x)).data, dense(sum, k2, b2));
  });
});
