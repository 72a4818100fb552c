import { dawid2021 } from "phaselens/papers";
import { figures } from "phaselens";
import { ConfigError, NumericalError } from "phaselens/core";
import { layerLines } from "phaselens/internal/figures/charts/layerLines";
import {
  add,
  conv1d,
  conv2d,
  dense,
  describeParameters,
  dropout,
  flatten,
  graph,
  leakyRelu,
  maxPool,
  relu,
  reshape,
  sequential,
  slice,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";

const id = "dawid2021-fig1a";
const box = (name: string, x: number, y: number): figures.DiagramBox => ({
  name,
  x,
  y,
  width: 60,
  height: 40,
});
type Layer = {
  data: { values: Record<string, number | string>[] };
  mark: { type: string; align?: string; fontWeight?: string };
};
const layers = (figure: figures.Figure, type: string): Layer[] =>
  (figure.spec as { layer: Layer[] }).layer.filter((one) => one.mark.type === type);

describe("diagram", () => {
  const draw = (
    boxes: figures.DiagramBox[],
    arrows: figures.DiagramArrow[] = [],
    captions: figures.DiagramCaption[] = [],
  ) => figures.diagram({ id, title: "A scheme", width: 400, height: 300, boxes, arrows, captions });

  it("ends an arrow at the edges of both boxes and turns its head along it", () => {
    const to = (x: number, y: number) =>
      layers(draw([box("a", 150, 130), box("b", x, y)], [{ from: "a", to: "b" }]), "rule")[0].data
        .values[0];
    // centres: a at (180, 150); heads end 6 px before the edge
    expect(to(300, 130)).toMatchObject({ x: 210, y: 150, x2: 294, y2: 150, angle: 90 });
    expect(to(0, 130)).toMatchObject({ x: 150, y: 150, x2: 66, y2: 150, angle: -90 });
    expect(to(150, 250)).toMatchObject({ x: 180, y: 170, x2: 180, y2: 244, angle: 180 });
    expect(to(150, 0)).toMatchObject({ x: 180, y: 130, x2: 180, y2: 46 });
    expect(Math.abs(to(150, 0).angle as number)).toBe(0);
    // centre (280, 250), 45° downwards: both leave through the lower and the upper edge
    const diagonal = to(250, 230);
    expect(diagonal).toMatchObject({ x: 200, y: 170, angle: 135 });
    expect(diagonal.y2).toBeCloseTo(230 - 6 / Math.SQRT2, 10);
  });

  it("centres title and lines in their box, the title bold", () => {
    const texts = layers(
      draw([{ ...box("a", 100, 100), title: "Hessian", lines: ["740 × 740", "99 negative"] }]),
      "text",
    );
    const rows = texts.flatMap((layer) =>
      layer.data.values.map((row) => ({ ...row, bold: layer.mark.fontWeight === "bold" })),
    );
    expect(rows.map(({ text, y, bold }: Record<string, unknown>) => [text, y, bold])).toEqual([
      ["Hessian", 105, true],
      ["740 × 740", 120, false],
      ["99 negative", 135, false],
    ]);
    expect(rows.every((row) => (row as Record<string, unknown>).x === 130)).toBe(true);
  });

  it("aligns captions as told and puts their lines below each other", () => {
    const [left] = layers(
      draw([], [], [{ x: 10, y: 20, lines: ["one", "two"], align: "left" }]),
      "text",
    );
    expect(left.mark.align).toBe("left");
    expect(left.data.values.map(({ text, y }) => [text, y])).toEqual([
      ["one", 20],
      ["two", 35],
    ]);
  });

  it("refuses unknown and repeated names, boxes outside, arrows without room, and NaN", () => {
    expect(() => draw([box("a", 0, 0)], [{ from: "a", to: "c" }])).toThrow(
      'an arrow names "c", but there is no such box. Use one of a.',
    );
    expect(() => draw([box("a", 0, 0), box("a", 100, 0)])).toThrow('two boxes are called "a"');
    expect(() => draw([box("a", 350, 0)])).toThrow("reaches outside the drawing of 400 × 300");
    expect(() => draw([box("a", 0, 0), box("b", 61, 0)], [{ from: "a", to: "b" }])).toThrow(
      "no room for an arrow",
    );
    expect(() => draw([box("a", 0, 0), box("b", 0, 0)], [{ from: "a", to: "b" }])).toThrow(
      "no room for an arrow",
    );
    expect(() => draw([box("a", NaN, 0)])).toThrow(NumericalError);
    expect(() => draw([], [], [{ x: 10, y: 299, lines: ["one", "two"] }])).toThrow(ConfigError);
    expect(() => draw([])).toThrow("nothing to draw");
  });
});

describe("networkStages", () => {
  it("reads Fig. 7(a) off the network: 740 parameters, 924 numbers to 2", () => {
    const stages = figures.networkStages(dawid2021.cnn(), [[1, 924]]);
    expect(stages.map((stage) => stage.shapes[0].join("×"))).toEqual([
      "5×912",
      "5×228",
      "8×224",
      "8×56",
      "10×57",
      "10×14",
      "140",
      "2",
    ]);
    expect(stages.map((stage) => stage.parameters)).toEqual([80, 0, 208, 0, 170, 0, 0, 282]);
    expect(stages[1].layers).toEqual(["maxPool(4)", "relu"]);
  });

  it("counts the same parameters as the table of blocks", () => {
    for (const network of [dawid2021.cnn(), dawid2021.gapCnn()]) {
      const sum = figures
        .networkStages(network, [[1, 924]])
        .reduce((total, stage) => total + stage.parameters, 0);
      expect(sum).toBe(
        describeParameters(network).reduce((total, block) => total + block.parameters, 0),
      );
      expect(sum).toBe(network.parameterCount);
    }
  });

  it("shows how global average pooling forgets the length of the input", () => {
    const stages = figures.networkStages(dawid2021.gapCnn(), [
      [1, 924],
      [1, 3432],
    ]);
    const same = stages.map(({ shapes: [a, b] }) => a.join() === b.join());
    expect(same).toEqual([false, false, false, false, false, false, true, true]);
  });

  it("joins layers that keep the shape to the one before, unless there is none", () => {
    const stages = figures.networkStages(sequential([relu(), dense(4, 3), relu(), dropout(0.5)]), [
      [4],
    ]);
    expect(stages.map((stage) => stage.layers)).toEqual([
      ["relu"],
      ["dense(4→3)", "relu", "dropout(0.5)"],
    ]);
  });

  it("refuses a network with branches", () => {
    const branched = graph((input, then) =>
      then(add(), then(conv1d(1, 1, 3, { padding: 1 }), input), input),
    );
    expect(() => figures.networkStages(branched, [[1, 5]])).toThrow("branches at node 1");
  });
});

describe("layerLines", () => {
  it("says what a layer is, and of its settings those that are not the usual ones", () => {
    const lines = [
      conv1d(1, 5, 15, { padding: 1 }),
      conv2d(2, 3, [2, 3], { padding: [[0, 1], 2], stride: 2, dilation: [1, 2] }),
      maxPool(4),
      maxPool([3, 3], { stride: 1 }),
      maxPool([3, 2]),
      reshape([2, 3]),
      slice({ start: 0, features: 5, objects: 3 }),
      leakyRelu(0.1),
    ].map(layerLines);
    expect(lines).toEqual([
      ["conv1d", "1→5", "kernel 15", "padding 1"],
      ["conv2d", "2→3", "kernel 2×3", "padding 0+1×2", "stride 2", "dilation 1×2"],
      ["maxPool", "4"],
      ["maxPool", "3×3", "stride 1"],
      ["maxPool", "3×2"],
      ["reshape", "2×3"],
      ["slice", "5×3"],
      ["leakyRelu", "0.1"],
    ]);
  });

  it("names a layer that was changed by hand, however its name reads", () => {
    expect(layerLines({ ...relu(), name: "clip(0, 1)" })).toEqual(["clip(0, 1)"]);
  });
});

describe("networkDiagram", () => {
  it("draws one block a value, higher for longer data, with sizes for each input below", () => {
    const figure = figures.networkDiagram({
      id: "dawid2021-fig7b",
      title: "GAP",
      network: dawid2021.gapCnn(),
      inputs: [
        [1, 924],
        [1, 3432],
      ],
    });
    const blocks = layers(figure, "rect")[0].data.values;
    expect(blocks).toHaveLength(9);
    const height = (n: number): number => (blocks[n].y2 as number) - (blocks[n].y as number);
    expect(height(0)).toBeGreaterThan(height(1));
    expect(height(1)).toBeGreaterThan(height(2));
    const texts = layers(figure, "text").flatMap((layer) =>
      layer.data.values.map((row) => row.text),
    );
    for (const text of [
      "1 × 924",
      "1 × 3432",
      "25 × 46",
      "25 × 202",
      "525 parameters",
      "globalAveragePool",
      "kernel 15",
    ])
      expect(texts).toContain(text);
  });

  it("takes inputs without channels too", () => {
    const network = sequential([flatten(), dense(6, 2)]);
    expect(
      layers(figures.networkDiagram({ id, title: "dense", network, inputs: [[6]] }), "rect")[0].data
        .values,
    ).toHaveLength(3);
  });
});
