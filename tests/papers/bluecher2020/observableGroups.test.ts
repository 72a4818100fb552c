import { bluecher2020 } from "phaselens/papers";
import { ShapeError, tensor } from "phaselens/core";
import { figures } from "phaselens";
import { describe, expect, it } from "vitest";

describe("observables that are drawn as one", () => {
  it("are the later time slices, wherever the columns stand", () => {
    const groups = bluecher2020.observableGroups([
      "|M_s|",
      "|M|",
      "G_c(0)",
      "G_c(1)",
      "G_c(10)",
      "O_PM",
    ]);
    expect(groups).toEqual([
      { name: "|M|", of: [1] },
      { name: "|M_s|", of: [0] },
      { name: "G_c(0)", of: [2] },
      { name: "G_c(t > 0)", of: [3, 4] },
    ]);
  });
  it("are added up, or their moduli where they have signs", () => {
    const rows = tensor([2, 3], Float64Array.from([1, -2, 3, 4, 5, -6]));
    const groups = [
      { name: "a", of: [0] },
      { name: "b", of: [1, 2] },
    ];
    expect(Array.from(bluecher2020.groupedColumns(rows, groups).data)).toEqual([1, 1, 4, -1]);
    expect(Array.from(bluecher2020.groupedColumns(rows, groups, { modulus: true }).data)).toEqual([
      1, 5, 4, 11,
    ]);
    expect(() => bluecher2020.groupedColumns(rows, [{ name: "c", of: [3] }])).toThrow(ShapeError);
    expect(() => bluecher2020.groupedColumns(rows, [{ name: "|M|", of: [-1] }])).toThrow(
      "groupedColumns: groups[0].of[0] is -1; it must be a whole number ≥ 0.",
    );
  });
});

describe("curves of several seeds", () => {
  const curve = (...means: number[]) => means.map((mean, k) => ({ kappa: k, name: "a", mean }));
  it("have a mean and its standard error point by point", () => {
    const [first, second] = bluecher2020.acrossSeeds([curve(1, 2), curve(3, 2)]);
    expect(first).toEqual({ kappa: 0, name: "a", mean: 2, error: 1 });
    expect(second.error).toBe(0);
    // one network says nothing of others
    expect(bluecher2020.acrossSeeds([curve(1)])[0].error).toBe(0);
  });
  it("refuse curves with other points", () =>
    expect(() => bluecher2020.acrossSeeds([curve(1, 2), curve(1)])).toThrow(ShapeError));
});

describe("panels over κ", () => {
  const kappa = [-0.3, -0.3, 0, 0, 0.3, 0.3];
  const set = (name: string) => ({
    name,
    kappa,
    predicted: [
      [-0.31, -0.29, 0.05, 0, 0.3, 0.28],
      [-0.3, -0.3, 0.01, 0, 0.3, 0.3],
    ],
  });
  const bounds = [
    { kappa: -0.3, mean: 0.003, error: 1 },
    { kappa: 0, mean: 0.008, error: 1 },
  ];
  it("draw sets beside each other and the bound below them, each name once in the legend", () => {
    const sets = [set("training set"), set("test set")];
    const panels = [
      bluecher2020.predictionPanel("prediction", sets),
      bluecher2020.errorPanel("error", sets, bounds, [1e-3, 0.1]),
      bluecher2020.curvesPanel("share", { title: "share" }, [
        { kappa: 0, name: "|M|", mean: 1, error: 0.1 },
        { kappa: 0.3, name: "|M|", mean: 1, error: 0.1 },
      ]),
    ];
    const text = JSON.stringify(
      figures.grid({ id: "report-panels", title: "panels", columns: 3, panels }).spec,
    );
    expect(text).toContain('"domain":["training set","test set","Cramér-Rao bound","|M|"]');
    expect(text).toContain("prediction; dashed: exact");
  });
  it("have the first predictor's means and all predictors' errors", () => {
    const means = bluecher2020
      .predictionPanel("prediction", [set("test set")])
      .marks.flat()
      .find(({ kind }) => kind === "points")!.rows;
    expect(means.map(({ mean }) => mean)).toEqual([-0.3, 0.025, expect.closeTo(0.29, 12)]);
    const errors = bluecher2020
      .errorPanel("error", [set("test set")], bounds, [1e-3, 0.1])
      .marks.flat()
      .find(({ kind }) => kind === "points")!.rows;
    expect(errors.map(({ mean }) => mean)[1]).toBeCloseTo(
      Math.sqrt((0.05 ** 2 + 0.01 ** 2) / 4),
      12,
    );
  });
});
