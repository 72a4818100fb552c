import { bluecher2020, dawid2021, neubauer2022 } from "phaselens/papers";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import hdf5 from "h5wasm/node";
import { makeRng, readNpy, tensor, writeNpy } from "phaselens/core";
import {
  claim,
  curve,
  diagram,
  errorBand,
  errorBars,
  grid,
  labels,
  layer,
  line,
  points,
  save,
  scatter,
  type Axis,
  type Mark,
} from "phaselens/figures";
import {
  audit,
  exactHessian,
  gradientStream,
  influence,
  kroneckerCurvature,
  resamplingUncertainty,
  testGradients,
  testLosses,
  testSamples,
} from "phaselens/hessian";
import * as forest from "phaselens/forest";
import * as interop from "phaselens/interop";
import { cholesky, symmetricEigenvalues } from "phaselens/linalg";
import {
  attribute,
  featureFlipping,
  filterRelevance,
  gradient,
  gradientTimesInput,
  noiseSensitivity,
  parameterRandomisation,
  relevance,
} from "phaselens/lrp";
import {
  classWeighted,
  conv1d,
  dense,
  gelu,
  meanSquaredError,
  operations,
  perSampleGradients,
  predict,
  risk as riskOf,
  riskAndGradient,
  sequential,
  softmaxCrossEntropy,
  train,
  transformerEncoder,
} from "phaselens/nn";
import * as physics from "phaselens/physics";
import { deltaAuc, maskingWords, retrainedDeltaAuc } from "phaselens/taggers";
import { toyJets } from "../taggers/jets.js";
import { tf } from "../interop/tfjs/tfjsModule.js";
import { bootstrapRetraining } from "phaselens/internal/hessian/resampling/bootstrapRetraining";

const oneLeaf = forest.forestFromJson({
  format: "phaselens-forest",
  version: 1,
  features: 1,
  trees: [{ feature: [-1], threshold: [0], left: [-1], value: [2], samples: [3] }],
});
const onePoint = tensor([1, 1], [0]);

/** A call with the wrong word in place of an option. */
type Refusal = (wrong: never, folder: string) => unknown;

const rng = makeRng(1, "words");
const network = sequential([dense(2, 2)]);
const theta = Float64Array.of(1, 2, 3, 4, 5, 6);
const samples = { x: tensor([2, 2], [1, 2, 3, 4]), target: tensor([2, 2], [1, 0, 0, 1]) };
const risk = { loss: meanSquaredError };
const identity = tensor([2, 2], [1, 0, 0, 1]);
const ensemble = {
  shape: [4, 4],
  parameters: { hoppingParameter: 0.1, quarticCoupling: 0.1, fermionMass: 1, yukawaCoupling: 0 },
  fermions: "quenched",
  algorithm: "hmc",
  start: "random",
  configurations: 4,
  stride: 1,
  thermalisation: 0,
  seed: 1,
  set: "test",
} as const;
const lattice = physics.lattice([4, 4, 4]);
const ising = physics.isingModel(lattice, { inverseTemperature: 0.2 });
const field = new Float64Array(lattice.sites);
const rows = [{ x: 1, y: 2, text: "a" }];
const axis = (own: Partial<Axis> = {}): Axis => ({ title: "x / 1", ...own });
const mark: Mark = points({ rows, x: "x", y: "y" });
const panel = { title: "a", x: axis(), y: axis(), marks: [mark] };
const conv = sequential([conv1d(1, 1, 1)]);

const tagged = () =>
  ({
    sample: { provenance: {} },
    raw: jets().inputs,
    inputs: jets().inputs,
    target: samples.target,
    signal: [],
    blank: [],
  }) as never;
const oneTagger = () => ({ ...jets(), thetas: [jets().theta] });
const jets = (): {
  inputs: ReturnType<typeof toyJets>["inputs"];
  network: typeof network;
  theta: Float64Array;
} => toyJets(4, 1);
const checkpoint = new URL("../interop/fixtures/tensors.pt", import.meta.url).pathname;
const rules = bluecher2020.tableII;
const counts = tensor([1, 2], [1, 1]);
const jetSpec = { jets: 2, seed: 1, set: "test" };
const chain = { hoppingParameter: 0.1, quarticCoupling: 0.1, fermionMass: 1, yukawaCoupling: 0 };
const actionOf = (): ReturnType<typeof physics.kleinGordonAction> =>
  physics.kleinGordonAction(lattice, chain);
const measured = { fields: tensor([4, 4, 4, 4]), spec: { parameters: chain } };
const resample = (options: object): unknown =>
  resamplingUncertainty(
    network,
    theta,
    {
      hessian: tensor(
        [6, 6],
        Array.from({ length: 36 }, (_, p) => (p % 7 === 0 ? 1 : 0)),
      ),
      trainGradients: tensor([2, 6]),
      test: samples,
      loss: meanSquaredError,
    },
    { rng, bootstraps: 2, ...options },
  );
const figure = (own: { x?: Axis; y?: Axis; yRight?: Axis }): unknown =>
  layer({ id: "a-fig1", ...panel, ...own });
const grids = (own: object, ...inside: object[]): unknown =>
  grid({
    id: "a-fig1",
    title: "a",
    columns: 1,
    panels: inside.map((one) => ({ title: "a", marks: [mark], ...one })),
    ...own,
  } as never);
const curves = {
  id: "a-fig1",
  title: "a",
  rows,
  x: { ...axis(), field: "x" },
  y: { ...axis(), field: "y" },
};
/** Ensembles of no coupling. */
const noFolder = {
  manifest: { lattice: [4, 4, 4] },
  couplings: [],
  ensemble: () => undefined,
} as never;
const spec = (own: object): unknown => physics.sampleEnsemble({ ...ensemble, ...own } as never);
const sampled = (own: object): unknown =>
  physics.sampledObservable({
    spec: { ...ensemble, ...own } as never,
    observable: "magnetisation",
  });

/** By the name that `closedWords` gives the option. */
export const refusals: Readonly<Record<string, Refusal>> = {
  "core.readNpy: integers": (wrong, folder) => {
    writeNpy(join(folder, "a.npy"), identity, { dtype: "i8" });
    return readNpy(join(folder, "a.npy"), { integers: wrong });
  },
  "core.writeNpy: dtype": (wrong, folder) =>
    writeNpy(join(folder, "a.npy"), identity, { dtype: wrong }),

  "linalg.cholesky: backend": (wrong) => cholesky(identity, wrong),
  "linalg.symmetricEigenvalues: backend": (wrong) => symmetricEigenvalues(identity, wrong),

  "lrp.attribute: start": (wrong) =>
    attribute(network, theta, samples.x, gradient(), { start: wrong }),
  "lrp.gradient: precision": (wrong) => gradient({ precision: wrong }),
  "lrp.gradientTimesInput: precision": (wrong) => gradientTimesInput({ precision: wrong }),
  "lrp.relevance: start": (wrong) => relevance(network, theta, samples.x, rules, { start: wrong }),
  "lrp.filterRelevance: start": (wrong) =>
    filterRelevance(conv, Float64Array.of(1, 2), tensor([1, 1, 3]), rules, { start: wrong }),
  "lrp.featureFlipping: order": (wrong) =>
    featureFlipping(network, theta, samples.x, samples.x, {
      coefficients: samples.target,
      order: wrong,
    }),
  "lrp.parameterRandomisation: start": (wrong) =>
    parameterRandomisation(network, theta, samples.x, gradient(), { rng, start: wrong }),
  "lrp.parameterRandomisation: mode": (wrong) =>
    parameterRandomisation(network, theta, samples.x, gradient(), { rng, mode: wrong }),
  "lrp.noiseSensitivity: start": (wrong) =>
    noiseSensitivity(network, theta, samples.x, gradient(), { rng, noise: 0.1, start: wrong }),

  "hessian.influence: relatif": (wrong) =>
    influence(identity, identity, identity, { relatif: wrong }),
  "hessian.bootstrap.retraining: start": (wrong) =>
    bootstrapRetraining(
      network,
      theta,
      samples,
      { module: "phaselens/papers/dawid2021", name: "recipes.ours" },
      counts,
      { seed: 1, start: wrong },
    ),
  "hessian.exactHessian: backend": (wrong) =>
    exactHessian(network, theta, samples, { ...risk, backend: wrong }),
  "hessian.exactHessian: route": (wrong) =>
    exactHessian(network, theta, samples, { ...risk, route: wrong }),
  "hessian.testSamples: version": (wrong) =>
    testSamples(network, theta, samples, wrong, meanSquaredError),
  "hessian.testLosses: version": (wrong) => testLosses(network, theta, samples, risk, wrong),
  "hessian.testGradients: version": (wrong) => testGradients(network, theta, samples, risk, wrong),
  "hessian.testGradients: convention": (wrong) =>
    testGradients(network, theta, samples, { ...risk, convention: wrong }),
  "hessian.gradientStream: convention": (wrong) =>
    gradientStream(network, theta, samples, { ...risk, convention: wrong }),
  "hessian.resamplingUncertainty: about": (wrong) => resample({ about: wrong }),
  "hessian.resamplingUncertainty: version": (wrong) => resample({ version: wrong }),
  "hessian.resamplingUncertainty: form": (wrong) => resample({ form: wrong }),
  "hessian.kroneckerCurvature: eigenvalues": (wrong) =>
    kroneckerCurvature(network, theta, samples, risk, { eigenvalues: wrong }),
  "hessian.audit: curvature": (wrong) =>
    audit(network, theta, samples, { options: risk, test: samples, curvature: wrong }),

  "hessian.audit: options.convention": (wrong) =>
    audit(network, theta, samples, { options: { ...risk, convention: wrong }, test: samples }),

  "hessian.audit: retrain.draw": (wrong) =>
    audit(network, theta, samples, {
      options: risk,
      test: samples,
      retrain: { points: 5, rng, draw: wrong },
    }),
  "nn.gelu: approximate": (wrong) => gelu({ approximate: wrong }),
  "nn.operations.mathFunction: name": (wrong) => operations.mathFunction(wrong),
  "nn.operations.topK: precision": (wrong) => operations.topK(1, { precision: wrong }),
  "nn.perSampleGradients: convention": (wrong) =>
    perSampleGradients(network, theta, samples, { ...risk, convention: wrong }),
  "nn.predict: precision": (wrong) => predict(network, theta, samples.x, { precision: wrong }),
  "nn.risk: precision": (wrong) => riskOf(network, theta, samples, { ...risk, precision: wrong }),
  "nn.riskAndGradient: precision": (wrong) =>
    riskAndGradient(network, theta, samples, { ...risk, precision: wrong }),
  "nn.transformerEncoder: pooling": (wrong) =>
    transformerEncoder({ sets: { objects: [1, 2] }, pooling: wrong }),
  "nn.classWeighted: classWeights": (wrong) => classWeighted(samples, wrong, risk.loss),
  "nn.train: keep": (wrong) =>
    train(network, samples, { ...risk, rng, epochs: 1, validation: samples, keep: wrong }),
  "nn.train: biases": (wrong) =>
    train(network, samples, { ...risk, rng, epochs: 1, biases: wrong }),
  "nn.train: precision": (wrong) =>
    train(network, samples, { ...risk, rng, epochs: 1, precision: wrong }),

  "taggers.deltaAuc: masking": (wrong) =>
    deltaAuc(jets().network, jets().theta, jets().inputs, [1, 0, 1, 0], { masking: wrong }),
  "taggers.retrainedDeltaAuc: train.keep": (wrong) => retrained({ keep: wrong }),
  "taggers.deltaAuc: space": (wrong) =>
    deltaAuc(jets().network, jets().theta, jets().inputs, [1, 0, 1, 0], { space: wrong }),
  "taggers.maskingWords: masking": (wrong) => maskingWords({ masking: wrong, space: "raw" }),
  "taggers.maskingWords: space": (wrong) => maskingWords({ masking: "zero", space: wrong }),
  "taggers.retrainedDeltaAuc: train.biases": (wrong) => retrained({ biases: wrong }),
  "taggers.retrainedDeltaAuc: train.precision": (wrong) => retrained({ precision: wrong }),
  "physics.sampleEnsemble: fermions": (wrong) => spec({ fermions: wrong }),
  "physics.sampleEnsemble: correction": (wrong) => spec({ correction: wrong }),
  "physics.sampleEnsemble: algorithm": (wrong) => spec({ algorithm: wrong }),
  "physics.sampleEnsemble: start": (wrong) => spec({ start: wrong }),
  "physics.sampleEnsemble: integrator": (wrong) => spec({ integrator: wrong }),
  "physics.sampledObservable: spec.fermions": (wrong) => sampled({ fermions: wrong }),
  "physics.sampledObservable: spec.correction": (wrong) => sampled({ correction: wrong }),
  "physics.sampledObservable: spec.algorithm": (wrong) => sampled({ algorithm: wrong }),
  "physics.sampledObservable: spec.start": (wrong) => sampled({ start: wrong }),
  "physics.sampledObservable: spec.integrator": (wrong) => sampled({ integrator: wrong }),
  "physics.sampledObservable: observable": (wrong) =>
    physics.sampledObservable({ spec: ensemble, observable: wrong }),
  "physics.sampler: algorithm": (wrong) => physics.sampler(ising, { algorithm: wrong }),
  "physics.sampler: backend": (wrong) => physics.sampler(ising, { backend: wrong }),
  "physics.hmc: integrator": (wrong) =>
    physics.hmc(actionOf(), { rng, start: field, integrator: wrong }).next(),
  "physics.kleinGordonAction: backend": (wrong) =>
    physics.kleinGordonAction(lattice, chain, { backend: wrong }),
  "physics.cluster: fermions": (wrong) =>
    physics.cluster(lattice, chain, { rng, start: field, fermions: wrong }).next(),
  "physics.yukawaAction: fermions": (wrong) =>
    physics.yukawaAction(lattice, chain, { fermions: wrong }),
  "physics.yukawaAction: correction": (wrong) =>
    physics.yukawaAction(lattice, chain, { fermions: "hopping", correction: wrong }),
  "physics.yukawaAction: backend": (wrong) =>
    physics.yukawaAction(lattice, chain, { fermions: "quenched", backend: wrong }),
  "papers.dawid2021.data: set": (wrong) => dawid2021.data({ sites: 4, set: wrong }),
  "papers.dawid2021.recipeStudy: which": (wrong) => dawid2021.recipeStudy(wrong),
  "physics.hubbardChain: basis": (wrong) => physics.hubbardChain({ sites: 4, basis: wrong }),
  "physics.hubbardGroundState: basis": (wrong) =>
    physics.hubbardGroundState({ sites: 4, interaction: 1, basis: wrong }),
  "physics.simulateJets: signal": (wrong) => physics.simulateJets({ ...jetSpec, signal: wrong }),
  "papers.neubauer2022.data: set": (wrong) => neubauer2022.data({ set: wrong }),
  "papers.neubauer2022.data: signal": (wrong) =>
    neubauer2022.data({ set: "test", jets: 2, signal: wrong }),
  "papers.neubauer2022.pythiaData: set": (wrong) => neubauer2022.pythiaData({ set: wrong }),
  "physics.scanObservables: observables[]": (wrong) => physics.scanObservables([measured], [wrong]),
  "physics.paramagneticObservable: direction": (wrong) =>
    physics.paramagneticObservable(field, lattice, { direction: wrong }),
  "physics.paramagneticObservable: form": (wrong) =>
    physics.paramagneticObservable(field, lattice, { form: wrong }),
  "figures.save: formats[]": (wrong, folder) =>
    save(layer({ ...panel, id: "test2000-fig1" }), folder, { formats: [wrong as "svg"] }),
  "figures.points: side": (wrong) => points({ rows, x: "x", y: "y", side: wrong }),
  "figures.labels: align": (wrong) => labels({ rows, x: "x", y: "y", text: "text", align: wrong }),
  "figures.curve: side": (wrong) => curve({ rows, x: "x", y: "y", side: wrong }),
  "figures.errorBars: side": (wrong) =>
    errorBars({ rows, x: "x", mean: "y", error: "y", side: wrong }),
  "figures.errorBand: side": (wrong) =>
    errorBand({ rows, x: "x", mean: "y", error: "y", side: wrong }),
  "figures.layer: x.scale": (wrong) => figure({ x: axis({ scale: wrong }) }),
  "figures.layer: y.scale": (wrong) => figure({ y: axis({ scale: wrong }) }),
  "figures.layer: yRight.scale": (wrong) => figure({ yRight: axis({ scale: wrong }) }),
  "figures.grid: panels[].x.scale": (wrong) => grids({ y: axis() }, { x: axis({ scale: wrong }) }),
  "figures.grid: panels[].y.scale": (wrong) => grids({ x: axis() }, { y: axis({ scale: wrong }) }),
  "figures.grid: panels[].yRight.scale": (wrong) =>
    grids({ x: axis(), y: axis() }, { yRight: axis({ scale: wrong }) }),
  "figures.grid: x.scale": (wrong) => grids({ x: axis({ scale: wrong }), y: axis() }, {}),
  "figures.grid: y.scale": (wrong) => grids({ x: axis(), y: axis({ scale: wrong }) }, {}),
  "figures.grid: yRight.scale": (wrong) =>
    grids({ x: axis(), y: axis(), yRight: axis({ scale: wrong }) }, {}),
  "figures.diagram: captions[].align": (wrong) =>
    diagram({
      id: "a-fig1",
      title: "a",
      width: 90,
      height: 90,
      boxes: [],
      captions: [{ x: 9, y: 9, lines: ["a"], align: wrong }],
    }),
  "figures.scatter: x.scale": (wrong) => scatter({ ...curves, x: { ...curves.x, scale: wrong } }),
  "figures.scatter: y.scale": (wrong) => scatter({ ...curves, y: { ...curves.y, scale: wrong } }),
  "figures.line: x.scale": (wrong) => line({ ...curves, x: { ...curves.x, scale: wrong } }),
  "figures.line: y.scale": (wrong) => line({ ...curves, y: { ...curves.y, scale: wrong } }),
  "figures.line: spread": (wrong) => line({ ...curves, spread: wrong }),
  "figures.claim: kind": (wrong) =>
    claim({ figure: "report-a", statement: "a", kind: wrong, value: 1, expected: "> 0" }),

  "interop.readTensors: integers": (wrong) => interop.readTensors(checkpoint, { integers: wrong }),
  "interop.readArray: integers": (wrong, folder) => {
    writeNpy(join(folder, "a.npy"), identity, { dtype: "i8" });
    return interop.readArray(join(folder, "a.npy"), { integers: wrong });
  },
  "interop.readArray: header": (wrong, folder) =>
    interop.readArray(table(folder), { header: wrong }),
  "interop.readArray: decimal": (wrong, folder) =>
    interop.readArray(table(folder), { decimal: wrong }),
  "interop.readHdf5: integers": async (wrong, folder) => {
    await hdf5.ready;
    const [path, values] = [join(folder, "a.h5"), BigInt64Array.of(1n, 2n)];
    const file = new hdf5.File(path, "w");
    file.create_dataset({ name: "x", data: values });
    file.close();
    return interop.readHdf5(path, ["x"], { integers: wrong });
  },
  "interop.readRootTree: integers": (wrong) => {
    const path = new URL("../interop/fixtures/jets.root", import.meta.url).pathname;
    return interop.readRootTree(path, {
      tree: "deepntuplizer/tree",
      branches: ["fj_pt"],
      integers: wrong,
    });
  },
  "interop.saveNetwork: output": (wrong, folder) =>
    interop.saveNetwork(join(folder, "a.json"), { network, theta, output: wrong }),
  "interop.loadJets: nonFinite": (wrong) =>
    interop.loadJets({ files: ["a.root"], nonFinite: wrong }),
  "papers.neubauer2022.jets: set": (wrong) => neubauer2022.jets({ files: "", set: wrong }),
  "papers.neubauer2022.jets: signal": (wrong) =>
    neubauer2022.jets({ files: "", set: "test", jets: 2, signal: wrong }),
  "interop.fromTfjs: end": (wrong) =>
    interop.fromTfjs(interop.toTfjs(network, theta, tf as never), { end: wrong }),
  "forest.gradientBoosting: loss": (wrong) =>
    forest.gradientBoosting({ x: onePoint, target: [1] }, { loss: wrong }),
  "forest.randomForest: criterion": (wrong) =>
    forest.randomForest({ x: onePoint, target: [1] }, { seed: 1, criterion: wrong as never }),
  "forest.predict: output": (wrong) => forest.predict(oneLeaf, onePoint, { output: wrong }),
  "forest.contributions: output": (wrong) =>
    forest.contributions(forest.withCover(oneLeaf, onePoint), onePoint, { output: wrong }),
  "forest.shapley: output": (wrong) => forest.shapley(oneLeaf, onePoint, { output: wrong }),
  "forest.shapley: errors": (wrong) => forest.shapley(oneLeaf, onePoint, { errors: wrong }),
  "interop.readModel: end": (wrong, folder) =>
    interop.readModel(
      interop.saveTfjsModel(join(folder, "model.json"), { network, theta, output: "linear" }),
      {
        end: wrong,
      },
    ),
  "interop.saveOnnx: output": (wrong, folder) =>
    interop.saveOnnx(join(folder, "b.onnx"), network, theta, { output: wrong }),
  "interop.toOnnx: output": (wrong) => interop.toOnnx(network, theta, { output: wrong }),
  "interop.saveTfjsModel: output": (wrong, folder) =>
    interop.saveTfjsModel(join(folder, "b.json"), { network, theta, output: wrong }),
  "interop.toTfjs: output": (wrong) =>
    interop.toTfjs(network, theta, tf as never, { output: wrong }),

  "papers.bluecher2020.explainedFilters: recipe": (wrong) =>
    bluecher2020.explainedFilters(noFolder, { seeds: [1], recipe: wrong }),
  "papers.bluecher2020.curvesPanel: scale": (wrong) =>
    bluecher2020.curvesPanel("a", { title: "y", scale: wrong }, [
      { kappa: 0, name: "a", mean: 1, error: 0 },
    ]),
  "papers.dawid2021.recipeFigure: panels[].y.scale": (wrong) =>
    dawid2021.recipeFigure(
      {
        description: "",
        networks: [{ recipe: "ours", sites: 12, seed: 1, crossEntropy: 0.1, accuracy: 1 } as never],
      },
      {
        id: "dawid2021-fig3",
        title: "a",
        panels: [{ title: "a", y: { title: "y", scale: wrong }, verdict: () => 1 }],
      },
    ),
  "papers.bluecher2020.filterSet: [].pattern": (pattern) =>
    bluecher2020.filterSet([{ pattern, cosineM: 0, cosineMs: 0, cosineO: 0, relativeNorm: 1 }]),
  "papers.bluecher2020.labelledObservables: extra[]": (wrong) =>
    bluecher2020.labelledObservables(noFolder, "test", {
      extra: [wrong],
    }),
  "papers.bluecher2020.trainedNetworks: recipe": (wrong) =>
    bluecher2020.trainedNetworks(network, () => samples, noFolder, {
      seeds: [1],
      recipe: wrong,
      data: "a",
    }),
  "papers.neubauer2022.trainedTaggers: recipe": (wrong) =>
    neubauer2022.trainedTaggers(tagged(), { seeds: [1], recipe: wrong }),
  "papers.neubauer2022.maskedTaggers: masking": (wrong) =>
    neubauer2022.maskedTaggers(oneTagger(), tagged(), { masking: wrong }),
  "papers.neubauer2022.maskedTaggers: space": (wrong) =>
    neubauer2022.maskedTaggers(oneTagger(), tagged(), { space: wrong }),
  "papers.neubauer2022.taggersOfBothSamples: recipe": (wrong) =>
    neubauer2022.taggersOfBothSamples({
      jets: { training: 1, test: 1 },
      pythia: { training: 1, test: 1, seeds: [1] },
      seeds: [1],
      widths: { hidden: 1, edge: 1, object: 1 },
      recipe: wrong,
    }),
  "papers.bluecher2020.filterResponse: kind": (wrong) =>
    bluecher2020.filterResponse(field, lattice, new Float64Array(8), wrong),
};

function table(folder: string): string {
  const path = join(folder, "a.csv");
  writeFileSync(path, "x,y\n1,2\n");
  return path;
}

function retrained(own: object): unknown {
  const { inputs } = jets();
  const target = tensor([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]);
  return retrainedDeltaAuc({
    network: { hidden: 2, edge: 2, object: 2 },
    training: { inputs, target },
    test: { inputs, positive: [0, 1, 0, 1] },
    train: { loss: softmaxCrossEntropy, rng, epochs: 1, ...own },
    groups: {},
  });
}
