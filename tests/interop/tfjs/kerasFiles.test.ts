import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, DataError, row, tensor, type Tensor } from "phaselens/core";
import { channelsLast } from "phaselens/internal/interop/models/tfjs/channelOrder";
import { readModel, type ModelFile } from "phaselens/interop";
import * as lrp from "phaselens/lrp";
import { meanSquaredError, predict, riskAndGradient, type Network } from "phaselens/nn";
import { afterAll, describe, expect, it } from "vitest";
import { refusalOf } from "../../support/refusal.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-keras-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
const place = fileURLToPath(new URL("../fixtures/keras_files/", import.meta.url));

type Numbers = readonly [shape: readonly number[], numbers: readonly number[]];
interface Case {
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly outputs: readonly Numbers[];
}
/** What Keras computed, see keras_files.py. */
const cases = ["values.json", "values2.json"].flatMap((file) =>
  Object.entries(
    (JSON.parse(readFileSync(join(place, file), "utf8")) as { models: Record<string, Case> })
      .models,
  ),
);
const caseOf = (name: string): Case => cases.find(([own]) => own === name)![1];
const packed = (model: ModelFile, { inputs }: Case): Tensor =>
  model.pack(
    Object.fromEntries(
      Object.entries(inputs).map(([name, [shape, numbers]]) => [name, tensor(shape, numbers)]),
    ),
  );

/** The outputs of the model, its last function put back. */
function outputsOf(model: ModelFile, own: Case): number[] {
  const there = predict(model.network, model.theta, packed(model, own));
  const y = there.shape.length > 2 ? channelsLast(there) : there;
  return Array.from({ length: y.shape[0] }, (_, n) => {
    const z = Array.from(row(y, n));
    if (model.output === "sigmoid") return z.map((one) => 1 / (1 + Math.exp(-one)));
    if (model.output === "linear") return z;
    const sum = z.reduce((total, one) => total + Math.exp(one), 0);
    return z.map((one) => Math.exp(one) / sum);
  }).flat();
}

const outputs = (network: Network, theta: Float64Array, x: Tensor): number =>
  predict(network, theta, x).shape[1];

describe("a model in the files of Keras 2 and 3", () => {
  it.each(cases.flatMap(([name]) => [`${name}.keras`, `${name}.h5`]))(
    "%s has the outputs of Keras",
    async (file) => {
      const own = caseOf(file.replace(/\..*/, ""));
      const model = await readModel(join(place, file));
      expect(model.format).toBe("Keras");
      const wanted = own.outputs[0][1];
      const largest = Math.max(...wanted.map(Math.abs));
      const y = outputsOf(model, own);
      expect(y.length).toBe(wanted.length);
      y.forEach((value, k) => expect(Math.abs(value - wanted[k])).toBeLessThan(2e-6 * largest));
    },
  );

  it("has its inputs by name, in Keras's shapes, and masks without relevance", async () => {
    const model = await readModel(join(place, "transformer.keras"));
    expect(model.inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["tracks", [5, 4]],
      ["track_mask", [5, 1]],
      ["jet", [3]],
    ]);
    expect([model.output, model.head, model.outputs]).toEqual(["softmax", "flavour", ["flavour"]]);
    const x = packed(model, caseOf("transformer"));
    const { at } = lrp.relevance(model.network, model.theta, x, lrp.uniform(lrp.epsilon(1e-9)));
    const found = model.unpack(at[0]);
    expect(found.tracks.shape).toEqual([3, 5, 4]);
    expect(found.track_mask.data.every((value) => value === 0)).toBe(true);
    expect(found.jet.data.some((value) => Math.abs(value) > 1e-3)).toBe(true);
    // the third jet has one track
    expect(
      row(found.tracks, 2)
        .subarray(4)
        .every((value) => value === 0),
    ).toBe(true);
    const without = await readModel(join(place, "transformer.keras"), { masks: [] });
    expect(without.masks).toEqual([]);
  });

  it.each(["recurrent.keras", "entries.h5", "transformer2.h5"])(
    "%s has the gradient that central differences have",
    async (name) => {
      const { network, theta, ...model } = await readModel(join(place, name));
      const x = packed({ network, theta, ...model }, caseOf(name.replace(/\..*/, "")));
      const target = tensor([3, outputs(network, theta, x)]);
      const risk = { loss: meanSquaredError };
      const { gradient } = riskAndGradient(network, theta, { x, target }, risk);
      const step = 1e-5;
      const at = (p: number, by: number): number => {
        const moved = theta.slice();
        moved[p] += by;
        return riskAndGradient(network, moved, { x, target }, risk).risk;
      };
      for (let p = 0; p < theta.length; p += 17) {
        const difference = (at(p, step) - at(p, -step)) / (2 * step);
        expect(gradient[p]).toBeCloseTo(difference, 6);
      }
    },
  );

  it("takes the output that is asked for", async () => {
    const path = join(place, "heads.keras");
    const second = await readModel(path, { head: "second" });
    expect([second.output, second.head, second.outputs]).toEqual([
      "linear",
      "second",
      ["first", "second"],
    ]);
    const [, wanted] = caseOf("heads").outputs[1];
    outputsOf(second, caseOf("heads")).forEach((value, k) =>
      expect(value).toBeCloseTo(wanted[k], 5),
    );
    const { message } = await refusalOf(ConfigError, () => readModel(path, { head: "third" }));
    expect(message).toContain('has no output "third". Name one of "first", "second".');
  });

  it("refuses extents and masks of inputs that there are not", async () => {
    const path = join(place, "transformer.h5");
    for (const [options, text] of [
      [{ extents: { tracks: [6, 4] } }, "samples of the model have shape [5,4]"],
      [{ extents: { sv: [1] } }, 'extents names "sv"'],
      [{ masks: ["jets"] }, 'the mask "jets" is no input'],
      [{ inputShape: [5, 4] }, "inputShape is of one input"],
    ] as const)
      expect((await refusalOf(ConfigError, () => readModel(path, options))).message).toContain(
        text,
      );
  });

  it("that is cut, damaged or without its parts is refused by its name", async () => {
    const cut = join(folder, "cut.keras");
    const whole = readFileSync(join(place, "heads.keras"));
    writeFileSync(cut, whole.subarray(0, whole.length - 900));
    expect((await refusalOf(DataError, () => readModel(cut))).message).toContain("cut.keras");
    // a text that leads nowhere makes the library abort; the next file is read all the same
    const h5 = readFileSync(join(place, "heads.h5"));
    const heap = h5.indexOf("GCOL");
    for (let at = heap; at < heap + 64; at += 4) {
      const broken = join(folder, "broken.h5");
      const bytes = Buffer.from(h5);
      bytes.writeUInt32LE(0x7fffffff, at);
      writeFileSync(broken, bytes);
      await readModel(broken).catch((error: unknown) => expect(error).toBeInstanceOf(DataError));
      expect((await readModel(join(place, "heads.h5"))).theta.length).toBeGreaterThan(0);
    }
    const weights = join(folder, "weights.h5");
    copyFileSync(join(place, "..", "hdf5", "latest.h5"), weights);
    expect((await refusalOf(DataError, () => readModel(weights))).message).toContain(
      "is an HDF5 file that has no model_config",
    );
    const small = { maximumBytes: 30_000 };
    const large = await refusalOf(DataError, () => readModel(join(place, "entries.keras"), small));
    expect(large.message).toContain("30000 are allowed. Raise maximumBytes");
    const numbers = await refusalOf(DataError, () =>
      readModel(join(place, "entries.h5"), { maximumBytes: 500 }),
    );
    expect(numbers.message).toContain("exceed 500 bytes");
  });
});
