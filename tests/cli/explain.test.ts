import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { makeRng, readNpy, row, tensor, writeNpy } from "phaselens/core";
import {
  exactHessian,
  extrapolationScore,
  influence,
  linearisedUncertainty,
  resamplingUncertainty,
  spectrum,
  testGradients,
} from "phaselens/hessian";
import { channelsFirst, readArray } from "phaselens/interop";
import { attribute, gradient, integratedGradients, layerwise, recommended } from "phaselens/lrp";
import { meanSquaredError, perSampleGradients, predict, softmaxCrossEntropy } from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { zip } from "../interop/zip.js";
import { tf } from "../interop/tfjs/tfjsModule.js";
import { expectAllClose } from "../support/allclose.js";
import { expectAnswers } from "./answersFile.js";
import { chainModel, classes, columns, tableModel, type TableModel } from "./fixtures.js";
import { phaselensIn, scratch } from "./folder.js";
import { encodeNpy } from "phaselens/internal/core/files/npy";
import { gaussNewtonDiagonal } from "phaselens/internal/hessian/exact/gaussNewtonDiagonal";
import { parameterScale } from "phaselens/internal/hessian/exact/parameterScale";
import { channelsLast } from "phaselens/internal/interop/models/tfjs/channelOrder";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";
import { relativeDamping } from "phaselens/internal/hessian/solvers/relativeDamping";

const folder = scratch();
const phaselens = phaselensIn(folder);
const at = (...names: string[]): string => join(folder, ...names);
const json = (name: string): Record<string, never> =>
  JSON.parse(readFileSync(at(name), "utf8")) as Record<string, never>;
let table: TableModel;
let chain: ReturnType<typeof chainModel>;
beforeAll(() => {
  table = tableModel(folder);
  chain = chainModel(folder);
});

const tableCall = [
  "explain",
  "--model",
  "table.json",
  "--data",
  "test.csv",
  "--target-column",
  "flavour",
  "--classes",
  classes.join(","),
];

describe("phaselens explain", () => {
  it("on a table: every array is what the library gives when it is called directly", async () => {
    const { code, stderr, stdout } = await phaselens(
      ...tableCall,
      "--train",
      "train.csv",
      "--l2",
      "0.02",
      "--bootstraps",
      "20",
      "--seed",
      "7",
      "--charts",
      "1",
      "--out",
      "table",
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^table\/report\.html: 12 points explained, \d+ files in \d+\.\d s\n$/);
    const { network, theta, l2, train, test } = table;
    const risk = { loss: softmaxCrossEntropy, l2 };
    const attribution = attribute(network, theta, test.x, layerwise(recommended));
    expect(readNpy(at("table/relevance.npy")).data).toEqual(attribution.at[0].data);
    const hessian = exactHessian(network, theta, train, risk);
    const damping = relativeDamping(network, hessian);
    const gradients = testGradients(network, theta, test, risk);
    const trainGradients = perSampleGradients(network, theta, train, risk);
    const pairs = influence(hessian, trainGradients, gradients, { damping });
    expect(readNpy(at("table/influence.npy")).shape).toEqual([12, 60]);
    expectAllClose(readNpy(at("table/influence.npy")).data, pairs.influence.data, {
      rtol: 1e-12,
      atol: 0,
    });
    expectAllClose(readNpy(at("table/relatif.npy")).data, pairs.relatif.data, {
      rtol: 1e-12,
      atol: 0,
    });
    const { directions } = json("table/explanation.json").curvature as { directions: number };
    expect(directions).toBe(
      spectrum(hessian).values.filter(
        (value, _, all) => value - l2 > 0.01 * (all[all.length - 1] - l2),
      ).length,
    );
    expect(directions).toBeLessThan(network.parameterCount); // the penalty alone determines nothing
    expectAllClose(
      readNpy(at("table/extrapolation.npy")).data,
      extrapolationScore(spectrum(hessian), gradients, directions),
      { rtol: 1e-12, atol: 1e-15 },
    );
    const rng = makeRng(7, "explain").fork("uncertainty");
    const { uncertainty } = await resamplingUncertainty(
      network,
      theta,
      { hessian, trainGradients, test, loss: softmaxCrossEntropy },
      { rng, bootstraps: 20, damping, version: "truth" },
    );
    expectAllClose(readNpy(at("table/uncertainty.npy")).data, uncertainty, {
      rtol: 1e-12,
      atol: 0,
    });
  });

  it("prints on standard output one JSON that names every point, every file read with its hash, and every file written", async () => {
    const { code, stdout, stderr } = await phaselens(
      ...tableCall,
      "--train",
      "train.csv",
      "--json",
      "--out",
      "json",
      "--charts",
      "1",
    );
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout) as {
      format: string;
      version: number;
      points: {
        row: number;
        predicted: number;
        target: number[];
        helpful: { row: number; influence: number }[];
      }[];
      provenance: {
        command: string;
        seed: number;
        files: { role: string; path: string; bytes: number; sha256: string }[];
      };
      written: string[];
      names: string[];
      explained: string;
    };
    expect([
      found.format,
      found.version,
      found.points.length,
      found.explained,
      found.names,
    ]).toEqual(["phaselens-explanation", 1, 12, "loss", columns]);
    expect(found.provenance.command).toContain(
      "phaselens explain --model table.json --data test.csv",
    );
    expect(found.provenance.files.map(({ role, path }) => `${role}: ${path}`)).toEqual([
      "model: table.json",
      "model: table.theta.npy",
      "data: test.csv",
      "training data: train.csv",
    ]);
    for (const { path, bytes, sha256 } of found.provenance.files) {
      const content = readFileSync(at(path));
      expect([bytes, sha256]).toEqual([
        content.length,
        createHash("sha256").update(content).digest("hex"),
      ]);
    }
    const onDisk = readdirSync(at("json"), { recursive: true, encoding: "utf8" }).filter(
      (name) => name.includes(".") && !name.startsWith(".phaselens"),
    );
    expect([...found.written].sort()).toEqual(onDisk.sort());
    const values = readNpy(at("json/influence.npy"));
    const best = row(values, 3).indexOf(Math.max(...row(values, 3)));
    expect(found.points[3].helpful[0]).toMatchObject({
      row: best,
      influence: row(values, 3)[best],
    });
    const outputs = row(predict(table.network, table.theta, table.test.x), 3);
    expect(found.points[3].predicted).toBe(outputs.indexOf(Math.max(...outputs)));
  });

  it("explains the rows that are picked, and answers about all of them and the whole set by the schema", async () => {
    const { code, stderr } = await phaselens(
      ...tableCall,
      ...["--train", "train.csv", "--l2", "0.02", "--points", "7,3", "--charts", "1"],
      ...["--parts", "labels,groups", "--groups", "both=mass,p_T", "--out", "picked"],
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(/names "p_T", which is no feature/)]);
    const again = await phaselens(
      ...tableCall,
      ...["--train", "train.csv", "--l2", "0.02", "--points", "7,3", "--charts", "1"],
      ...["--parts", "labels,groups", "--groups", "only=mass", "--out", "picked"],
      ...["--tables", "csv,parquet"],
    );
    expect(again.code, again.stderr).toBe(0);
    const relevance = readNpy(at("picked/relevance.npy"));
    const whole = attribute(table.network, table.theta, table.test.x, layerwise(recommended)).at[0];
    expect(Array.from(relevance.data)).toEqual([...row(whole, 7), ...row(whole, 3)]);
    const { points } = json("picked/explanation.json") as unknown as { points: { row: number }[] };
    expect(points.map((own) => own.row)).toEqual([7, 3]);
    expectAnswers(at("picked/answers.json"), ({ rows, details, whole: all, written }) => {
      expect(rows).toHaveLength(12);
      expect(rows.every(({ uncertainty, extrapolation }) => uncertainty && extrapolation)).toBe(
        true,
      );
      expect(details.map((own) => own.row)).toEqual([7, 3]);
      expect(details[0].relevance.byInput[0].values).toEqual(Array.from(row(whole, 7)));
      expect(Object.keys(all).sort()).toEqual(["groups", "labels", "leastSure", "score"]);
      expect(all.groups!.groups.map(({ name }) => name)).toEqual(["only"]);
      expect(written).toContain("answers.json");
    });
    const page = readFileSync(at("picked/report.html"), "utf8");
    expect(page).toMatch(/Point 7: prediction/);
    for (const format of ["csv", "parquet"]) {
      const { values, columns: named } = await readArray(at(`picked/relevance.${format}`));
      expect(named).toEqual(["row", ...columns]);
      expect(Array.from(values.data)).toEqual([7, ...row(whole, 7), 3, ...row(whole, 3)]);
      const pairs = await readArray(at(`picked/influence.${format}`), { columns: ["influence"] });
      expect(pairs.values.data).toEqual(readNpy(at("picked/influence.npy")).data);
      const all = await readArray(at(`picked/points.${format}`), { columns: ["row", "rue"] });
      expect(all.values.shape).toEqual([12, 2]);
    }
    const beyond = await phaselens(...tableCall, "--points", "12", "--out", "beyond");
    expect([beyond.code, beyond.stderr]).toEqual([2, expect.stringMatching(/rows from 0 to 11/)]);
  });

  it("on sequences without labels of a regression: influence and uncertainty are those of the output itself", async () => {
    const { code, stderr } = await phaselens(
      "explain",
      "--model",
      "chain.json",
      "--data",
      "chain.npy",
      "--train",
      "chain.npy",
      "--train-target",
      "heights.npy",
      "--limit",
      "5",
      "--method",
      "gradient",
      "--charts",
      "1",
      "--out",
      "chain",
    );
    expect(code, stderr).toBe(0);
    const { network, theta, x, target } = chain;
    const five = tensor([5, 1, 16], x.data.slice(0, 80));
    expect(readNpy(at("chain/relevance.npy")).data).toEqual(
      attribute(network, theta, five, gradient()).at[0].data,
    );
    const risk = { loss: meanSquaredError };
    const hessian = exactHessian(network, theta, { x, target }, risk);
    const trainGradients = perSampleGradients(network, theta, { x, target }, risk);
    // ∂y/∂θ from the loss (y − t)² at t = y − 1/2, whose gradient is ∂y/∂θ
    const outputs = predict(network, theta, five);
    const gradients = perSampleGradients(
      network,
      theta,
      {
        x: five,
        target: tensor(
          [5, 1],
          outputs.data.map((y) => y - 0.5),
        ),
      },
      risk,
    );
    const damping = relativeDamping(network, hessian);
    expectAllClose(
      readNpy(at("chain/influence.npy")).data,
      influence(hessian, trainGradients, gradients, { damping }).influence.data,
      { rtol: 1e-9, atol: 1e-12 },
    );
    expectAllClose(
      readNpy(at("chain/uncertainty.npy")).data,
      linearisedUncertainty(hessian, trainGradients, gradients, { damping }),
      { rtol: 1e-9, atol: 1e-15 },
    );
    expect(json("chain/explanation.json")).toMatchObject({
      explained: "output",
      uncertainty: { form: "linearised" },
      notes: [
        "5 of the 20 points are explained in full, wrong and uncertain ones first; --points, --sort and --limit change that.",
      ],
    });
  });

  it("beyond the limit for the matrix, conjugate gradients give the same influence", async () => {
    const [exact, products] = await Promise.all(
      ["exact", "products"].map((out) =>
        phaselens(
          ...tableCall,
          "--train",
          "train.csv",
          "--l2",
          "0.02",
          "--damping",
          "0.05",
          "--directions",
          "4",
          "--charts",
          "0",
          "--out",
          out,
          ...(out === "products" ? ["--exact-limit", "10"] : []),
        ),
      ),
    );
    expect([exact.code, products.code], products.stderr).toEqual([0, 0]);
    expect(json("products/explanation.json").curvature).toMatchObject({
      exact: false,
      damping: 0.05,
    });
    expect(existsSync(at("products/relatif.npy"))).toBe(false);
    const scale = Math.max(...readNpy(at("exact/influence.npy")).data.map(Math.abs));
    expectAllClose(
      readNpy(at("products/influence.npy")).data,
      readNpy(at("exact/influence.npy")).data,
      { rtol: 0, atol: 1e-5 * scale },
    );
    expectAllClose(
      readNpy(at("products/extrapolation.npy")).data,
      readNpy(at("exact/extrapolation.npy")).data,
      { rtol: 1e-3, atol: 1e-4 },
    );
  });

  it("beyond that limit the default damping is relative to the Gauss-Newton diagonal", async () => {
    const { code, stderr } = await phaselens(
      ...tableCall,
      "--train",
      "train.csv",
      "--l2",
      "0.02",
      "--directions",
      "4",
      "--charts",
      "0",
      "--out",
      "relative",
      "--exact-limit",
      "10",
    );
    expect(code, stderr).toBe(0);
    const { network, theta, train, test } = table;
    const risk = { loss: softmaxCrossEntropy, l2: 0.02 };
    const { damping: lambda, scaled } = json("relative/explanation.json").curvature as {
      damping: number;
      scaled: boolean;
    };
    expect(scaled).toBe(true);
    const damping = {
      lambda,
      scale: parameterScale(network, gaussNewtonDiagonal(network, theta, train, risk)),
    };
    const H = exactHessian(network, theta, train, risk);
    const expected = influence(
      H,
      perSampleGradients(network, theta, train, risk),
      testGradients(network, theta, test, risk),
      { damping },
    ).influence.data;
    expectAllClose(readNpy(at("relative/influence.npy")).data, expected, {
      rtol: 0,
      atol: 1e-4 * Math.max(...expected.map(Math.abs)),
    });
    expect(lambda).toBeGreaterThanOrEqual(0.1);
  });

  it("with the published convention the penalty is in all gradients, with the matrix and without", async () => {
    const { network, theta, train, test } = table;
    const risk = { loss: softmaxCrossEntropy, l2: 0.02, convention: "dawid2021" } as const;
    const expected = influence(
      exactHessian(network, theta, train, risk),
      perSampleGradients(network, theta, train, risk),
      testGradients(network, theta, test, risk),
      { damping: 0.05 },
    ).influence.data;
    const scale = Math.max(...expected.map(Math.abs));
    await Promise.all(
      ["10", "1500"].map(async (limit) => {
        const { code, stderr } = await phaselens(
          ...tableCall,
          "--train",
          "train.csv",
          "--l2",
          "0.02",
          "--damping",
          "0.05",
          "--charts",
          "0",
          "--out",
          `published${limit}`,
          "--convention",
          "dawid2021",
          "--exact-limit",
          limit,
        );
        expect(code, stderr).toBe(0);
        expectAllClose(readNpy(at(`published${limit}/influence.npy`)).data, expected, {
          rtol: 0,
          atol: 1e-5 * scale,
        });
        expect(json(`published${limit}/explanation.json`)).toMatchObject({
          convention: "dawid2021",
        });
      }),
    );
    expect((await phaselens(...tableCall, "--convention", "mine")).stderr).toContain(
      '--convention must be one of loss, dawid2021, got "mine".',
    );
  });

  it("on a model saved by TensorFlow.js: images with channels last, relevance in the same order", async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({
          inputShape: [6, 5, 2],
          filters: 3,
          kernelSize: 3,
          activation: "relu",
          kernelInitializer: tf.initializers.glorotNormal({ seed: 3 }),
        }),
        tf.layers.flatten(),
        tf.layers.dense({
          units: 2,
          activation: "softmax",
          kernelInitializer: tf.initializers.glorotNormal({ seed: 4 }),
        }),
      ],
    });
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        const { modelTopology, weightSpecs, weightData } = artifacts;
        writeFileSync(at("weights.bin"), Buffer.from(weightData as ArrayBuffer));
        writeFileSync(
          at("model.json"),
          JSON.stringify({
            format: "layers-model",
            modelTopology,
            weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }],
          }),
        );
        return Promise.resolve({
          modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" as const },
        });
      }),
    );
    const rng = makeRng(8, "images");
    const x = tensor(
      [4, 6, 5, 2],
      Float64Array.from({ length: 240 }, () => rng.normal()),
    );
    const labels = tensor([4], [0, 1, 1, 0]);
    writeFileSync(
      at("images.npz"),
      zip([
        { name: "x.npy", data: Buffer.from(encodeNpy(x)), deflate: true },
        { name: "y.npy", data: Buffer.from(encodeNpy(labels, { dtype: "i8" })) },
      ]),
    );
    const { code, stderr } = await phaselens(
      "explain",
      "--model",
      "model.json",
      "--data",
      "images.npz",
      "--dataset",
      "x",
      "--target-dataset",
      "y",
      "--train",
      "images.npz",
      "--method",
      "integrated-gradients",
      "--class",
      "1",
      "--charts",
      "1",
      "--out",
      "images",
    );
    expect(code, stderr).toBe(0);
    const { network, theta } = readTfjsModel(at("model.json"));
    const found = readNpy(at("images/relevance.npy"));
    expect(found.shape).toEqual([4, 6, 5, 2]);
    const direct = attribute(network, theta, channelsFirst(x), integratedGradients(), {
      start: { output: 1 },
    }).at[0];
    expect(found.data).toEqual(channelsLast(direct).data);
    expect(json("images/explanation.json")).toMatchObject({
      model: { format: "TensorFlow.js", output: "softmax", inputShape: [6, 5, 2] },
      start: "output 1",
    });
  });

  it("on HDF5: a dataset by its path, by every method there is", async () => {
    const { default: hdf5 } = await import("h5wasm/node");
    await hdf5.ready;
    const file = new hdf5.File(at("fields.h5"), "w");
    file.create_group("test").create_dataset({ name: "x", data: chain.x.data, shape: [20, 16] });
    file.close();
    const { methods } = await import("phaselens/internal/report/methods");
    const ends = await Promise.all(
      Object.keys(methods)
        .filter((name) => name !== "gradient")
        .map(async (method) => ({
          method,
          ...(await phaselens(
            "explain",
            "--model",
            "chain.json",
            "--data",
            "fields.h5",
            "--dataset",
            "test/x",
            "--limit",
            "3",
            "--method",
            method,
            "--charts",
            "0",
            "--out",
            `h5-${method}`,
          )),
        })),
    );
    for (const { method, code, stderr } of ends) {
      expect(code, `${method}: ${stderr}`).toBe(0);
      // the shape of the data in the file, though the network reads a channel axis
      expect(readNpy(at(`h5-${method}/relevance.npy`)).shape).toEqual([3, 16]);
    }
  });
});

describe("tables", () => {
  it("are read by the names of their columns: another order in the training data changes nothing, and points need no labels there", async () => {
    const lines = readFileSync(at("train.csv"), "utf8")
      .trim()
      .split("\r\n")
      .map((line) => {
        const fields = [...line.matchAll(/"(?:[^"]|"")*"|[^,]+/g)].map(([field]) => field);
        return [fields[3], fields[2], fields[0], fields[1]].join(";");
      });
    writeFileSync(at("turned.csv"), lines.join("\n"));
    const bare = readFileSync(at("test.csv"), "utf8")
      .trim()
      .split("\r\n")
      .map((line) => line.slice(0, line.lastIndexOf(",")));
    writeFileSync(at("bare.csv"), bare.join("\n"));
    const common = [
      "--target-column",
      "flavour",
      "--classes",
      classes.join(","),
      "--l2",
      "0.02",
      "--charts",
      "0",
    ];
    const ends = await Promise.all(
      [
        ["train.csv", "straight"],
        ["turned.csv", "turned"],
      ].map(([train, out]) =>
        phaselens(
          "explain",
          "--model",
          "table.json",
          "--data",
          "bare.csv",
          "--train",
          train,
          ...common,
          "--out",
          out,
        ),
      ),
    );
    expect(
      ends.map(({ code }) => code),
      ends[1].stderr,
    ).toEqual([0, 0]);
    expect(readNpy(at("turned/influence.npy")).data).toEqual(
      readNpy(at("straight/influence.npy")).data,
    );
    // the model cannot say which order is its own
    expect(ends[0].stderr).not.toContain("another order");
    expect(ends[1].stderr).toContain("turned.csv has its columns in another order than bare.csv");
    expect(json("turned/explanation.json").explained).toBe("minimal loss");
    expect(
      (json("turned/explanation.json").points as { target?: unknown }[])[0].target,
    ).toBeUndefined();
  });
});

it("training points that are drawn from more keep the rows of their file", async () => {
  const { code, stderr } = await phaselens(
    ...tableCall,
    "--train",
    "train.csv",
    "--train-limit",
    "30",
    "--charts",
    "1",
    "--out",
    "drawn",
  );
  expect(code, stderr).toBe(0);
  const { points } = json("drawn/explanation.json") as unknown as {
    points: {
      helpful: { row: number; influence: number }[];
      harmful: { row: number; influence: number }[];
    }[];
  };
  const values = row(readNpy(at("drawn/influence.npy")), 0);
  expect(values.length).toBe(30);
  const rows = Array.from(makeRng(1, "training points").permutation(60).subarray(0, 30)).sort(
    (a, b) => a - b,
  );
  expect(points[0].helpful[0]).toMatchObject({
    row: rows[values.indexOf(Math.max(...values))],
    influence: Math.max(...values),
  });
  for (const { helpful, harmful } of points)
    expect([
      helpful.every(({ influence: one }) => one > 0),
      harmful.every(({ influence: one }) => one < 0),
    ]).toEqual([true, true]);
});

it("replaces nothing that it did not write: an input among the names of its files is refused before the work", async () => {
  mkdirSync(at("work"));
  for (const name of ["table.json", "table.theta.npy"]) copyFileSync(at(name), at(`work/${name}`));
  writeNpy(at("work/output.npy"), tensor([2, 3], [1, 2, 3, 4, 5, 6]));
  const before = readFileSync(at("work/output.npy"));
  const call = [
    "explain",
    "--model",
    "work/table.json",
    "--data",
    "work/output.npy",
    "--charts",
    "0",
    "--out",
  ];
  const { code, stderr } = await phaselens(...call, "work");
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("work/output.npy, which --data reads, would be replaced"),
  ]);
  expect(readdirSync(at("work")).sort()).toEqual(["output.npy", "table.json", "table.theta.npy"]);
  expect(readFileSync(at("work/output.npy")).equals(before)).toBe(true);
  for (const again of [1, 2])
    // its own are replaced
    expect([again, (await phaselens(...call, "work/out")).code]).toEqual([again, 0]);

  // what an earlier run wrote is ours, but not where it is read now
  const own = call.map((word) => (word === "work/output.npy" ? "work/out/relevance.npy" : word));
  const read = readFileSync(at("work/out/relevance.npy"));
  const second = await phaselens(...own, "work/out");
  expect([second.code, second.stderr]).toEqual([
    2,
    expect.stringContaining("work/out/relevance.npy, which --data reads, would be replaced"),
  ]);
  expect(readFileSync(at("work/out/relevance.npy")).equals(read)).toBe(true);

  writeNpy(at("theirs.npy"), tensor([2, 3], [1, 2, 3, 4, 5, 6]));
  mkdirSync(at("taken"));
  writeNpy(at("taken/output.npy"), tensor([1], [1]));
  const other = call.map((word) => (word === "work/output.npy" ? "theirs.npy" : word));
  const third = await phaselens(...other, "taken");
  expect([third.code, third.stderr]).toEqual([
    2,
    expect.stringContaining("output.npy: is not one that was written here before"),
  ]);
});

describe("what explain refuses, with exit code 2 and a sentence", () => {
  beforeAll(() => {
    writeFileSync(at("short.csv"), `a,b,c,flavour\n1,2,3,light\n1,2,light\n`);
    writeFileSync(at("word.csv"), `a,b,c,flavour\n1,2,3,light\n1,two,3,light\n`);
    writeFileSync(at("class.csv"), `a,b,c,flavour\n1,2,3,light\n1,2,3,strange\n`);
    const head =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 3), }".padEnd(117) + "\n";
    writeFileSync(
      at("huge.npy"),
      Buffer.concat([
        Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1"),
        Buffer.from(head, "latin1"),
      ]),
    );
    writeFileSync(
      at("bomb.npz"),
      zip([{ name: "x.npy", data: Buffer.from("tiny"), claimed: 2 ** 31 }]),
    );
    writeFileSync(
      at("outside.json"),
      JSON.stringify({
        ...(JSON.parse(readFileSync(at("table.json"), "utf8")) as object),
        parameters: "../table.theta.npy",
      }),
    );
  });
  it.each([
    [["--data", "test.csv"], "--model is missing."],
    [["--model", "table.json"], "--data is missing."],
    [["--model", "none.json", "--data", "test.csv"], "none.json: cannot be read (ENOENT)."],
    [
      ["--model", "outside.json", "--data", "test.csv"],
      'parameters is "../table.theta.npy", not a file of the same folder',
    ],
    [
      ["--model", "table.json", "--data", "short.csv", "--target-column", "flavour"],
      "short.csv, line 3: has 3 fields, the first line has 4.",
    ],
    [
      ["--model", "table.json", "--data", "word.csv", "--target-column", "flavour"],
      'word.csv, line 3, column "b": "two" is no finite number.',
    ],
    [
      [
        "--model",
        "table.json",
        "--data",
        "class.csv",
        "--target-column",
        "flavour",
        "--classes",
        "light,charm,beauty",
      ],
      'class.csv, line 3, column "flavour": "strange" is none of the classes light, charm, beauty.',
    ],
    [
      ["--model", "table.json", "--data", "test.csv", "--target-column", "flavor"],
      'there is no column "flavor"; there are flavour',
    ],
    [
      ["--model", "table.json", "--data", "chain.npy"],
      "chain.npy, input: samples have shape [1,16], the model reads [3].",
    ],
    [
      ["--model", "table.json", "--data", "huge.npy"],
      "huge.npy: is cut off; shape [1000000000000,3] of f8 needs 24000000000128 bytes, found 128.",
    ],
    [
      ["--model", "table.json", "--data", "bomb.npz"],
      "bomb.npz: unpacked it is 2147483648 bytes or more, 1073741824 are allowed.",
    ],
    [
      ["--model", "table.json", "--data", "test.txt"],
      'files ending in ".txt" are not read; known are .npy, .npz, .csv, .tsv, .parquet, .h5, .hdf5.',
    ],
    [
      [
        "--model",
        "table.json",
        "--data",
        "test.csv",
        "--target-column",
        "flavour",
        "--classes",
        "light,charm,beauty",
        "--class",
        "up",
      ],
      '--class is "up"; it must be a number from 0 to 2, or one of light, charm, beauty.',
    ],
    [
      ["--model", "table.json", "--data", "test.csv", "--method", "magic"],
      "--method must be one of lrp, ",
    ],
    [
      ["--model", "chain.json", "--data", "chain.npy", "--train", "chain.npy"],
      "training points need targets.",
    ],
    [
      [
        "--model",
        "table.json",
        "--data",
        "test.csv",
        "--target-column",
        "flavour",
        "--loss",
        "squared-error",
      ],
      "--loss is squared-error, but the model ends in softmax",
    ],
    [
      ["--model", "chain.json", "--data", "chain.npy", "--limit", "0"],
      '--limit must be a whole number of at least 1, got "0".',
    ],
  ])("%j", async (args, sentence) => {
    const { code, stderr, stdout } = await phaselens("explain", ...args, "--out", "refused");
    expect([code, stdout], stderr).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("    at "); // no stack
    expect(existsSync(at("refused"))).toBe(false);
  });
});
