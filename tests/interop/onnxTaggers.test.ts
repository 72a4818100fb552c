import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { core, interop, lrp, nn } from "phaselens";
import type { Tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { probabilities } from "../support/onnx.js";
import { whole } from "../support/whole.js";

const folder = fileURLToPath(new URL("../../../shared/reference/onnx/", import.meta.url));
const present = existsSync(folder);
if (!present) console.log(`${folder} is not there: the public taggers are not tried.`);

const taggers = [
  "DeepBoostedJet~V02~full~resnet",
  "DeepDoubleX~102X~V02~BvL",
  "DeepDoubleX~94X~V01~DDB",
  "DeepFlavourV04_12X_training~DeepJet_Run3_122X",
  "HLT~ParticleNetAK4~V01~particle-net",
  "models~higgsInteractionNet~1~model",
  "models~particlenet_AK4~1~model",
  "models~particletransformer_AK4~1~model",
];

/** Arrays of an .npz by their names, of one role: "in:pf_points". */
async function arrays(name: string, role: "in" | "out"): Promise<Record<string, Tensor>> {
  const path = `${folder}${name}.npz`;
  const text = readFileSync(path).toString("latin1");
  const found = new Set(
    Array.from(text.matchAll(new RegExp(`${role}:([^\\0]+?)\\.npy`, "g")), ([, own]) => own),
  );
  const entries = [...found].map(async (own) => {
    const { values } = await interop.readArray(path, { dataset: `${role}:${own}` });
    return [own, values] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Of the relative move of all inputs: cbrt(ε) balances truncation and rounding. */
const STEP = 1e-6;

type Loaded = ReturnType<typeof load>;
const known = new Map<string, Loaded>();

/** A tagger of one head, read once. */
function loaded(name: string, head?: string): Loaded {
  const key = `${name} ${head}`;
  const found = known.get(key) ?? load(name, head);
  known.set(key, found);
  return found;
}

async function load(name: string, head?: string) {
  const inputs = await arrays(name, "in");
  const extents = Object.fromEntries(
    Object.entries(inputs).map(([own, { shape }]) => [own, shape.slice(1)]),
  );
  const model = await interop.readModel(`${folder}${name}.onnx`, {
    extents,
    ...(head !== undefined && { head }),
  });
  return { model, x: model.pack(inputs) };
}

describe.skipIf(!present)("a public tagger", () => {
  it.each(taggers)(
    "%s predicts as onnxruntime does, to 2e-5 of the largest",
    async (name) => {
      const expected = await arrays(name, "out");
      for (const [head, { data }] of Object.entries(expected)) {
        const { model, x } = await loaded(name, head);
        const y = probabilities(model.output, nn.predict(model.network, model.theta, x));
        const largest = Math.max(...data.map(Math.abs));
        expect(y.length).toBe(data.length);
        data.forEach((own, p) => expect(Math.abs(own - y[p])).toBeLessThan(2e-5 * largest));
      }
    },
    60_000,
  );

  it.each(taggers)(
    "%s has gradient × input that are central differences by all inputs but masks",
    async (name) => {
      const { model, x: all } = await loaded(name);
      const { network, theta, pack, unpack } = model;
      const x = core.takeRows(all, [0]);
      const { at } = lrp.attribute(network, theta, x, lrp.gradientTimesInput());
      const relevance = pack(unpack(at[0])).data;
      const y = nn.predict(network, theta, x).data;
      const output = y.indexOf(Math.max(...y));
      const rng = core.makeRng(1, name);
      const weights = Float64Array.from(x.data, () => rng.normal());
      const along = pack(
        unpack(
          core.tensor(
            x.shape,
            x.data.map((own, p) => own * weights[p]),
          ),
        ),
      ).data;
      const moved = (by: number): number => {
        const there = x.data.map((own, p) => own + by * along[p]);
        return nn.predict(network, theta, core.tensor(x.shape, there)).data[output];
      };
      const difference = (moved(STEP) - moved(-STEP)) / (2 * STEP);
      const scale = Math.sqrt(core.dot(relevance, relevance) * core.dot(weights, weights));
      expect(scale).toBeGreaterThan(0);
      expect(Math.abs(difference - core.dot(relevance, weights))).toBeLessThan(1e-5 * scale);
    },
    60_000,
  );

  const some = taggers.filter((_, k) => whole || k % 4 === 3);
  it.each(some)("%s has relevance by rules that the books account for", async (name) => {
    const { model, x } = await loaded(name);
    const { network, theta } = model;
    const { rules } = lrp.recommended;
    const attnLrp = { name: "AttnLRP", rules: { ...rules, product: lrp.halfAndHalf } };
    for (const composite of [lrp.recommended, attnLrp]) {
      const { at, missing, conservation, output } = lrp.relevance(network, theta, x, composite);
      expect(at[0].data.some((own) => own !== 0)).toBe(true);
      const lost = conservation.reduce((sum, row) => sum + row.lost, 0);
      const stayed = missing!.reduce((sum, own) => sum + own, 0);
      expect(Math.abs(lost - stayed)).toBeLessThan(1e-6 * Math.abs(stayed));
      if (composite === attnLrp) continue;
      missing!.forEach((own, n) =>
        expect(Math.abs(own)).toBeLessThan(Math.abs(Math.max(...core.row(output, n)))),
      );
    }
  });

  it("with masks gives them no relevance, and the rest by name", async () => {
    const { model, x } = await loaded("models~particlenet_AK4~1~model");
    expect(model.masks).toEqual(["pf_mask", "sv_mask"]);
    const one = core.takeRows(x, [0]);
    const found = model.unpack(core.tensor(one.shape, Float64Array.from(one.data).fill(1)));
    expect(Object.keys(found)).toEqual(model.inputs.map(({ name }) => name));
    expect(found.pf_mask.data.every((own) => own === 0)).toBe(true);
    expect(found.pf_features.data.every((own) => own === 1)).toBe(true);
  });
});
