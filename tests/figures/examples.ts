import { toRows } from "phaselens/core";
import { papers, figures } from "phaselens";

// Stand-ins for the figures of Dawid et al. 2021 with small invented data: they show the builders,
// not the physics.
const interaction = [0, 0.25, 0.5, 0.75, 0.99, 1.02, 1.5, 2.5, 5, 10, 20, 30, 40];
const phase = interaction.map((v) => (v > 1 ? "CDW-I" : "LL"));
const background = figures.regions([
  { from: 0, to: 1, phase: "LL" },
  { from: 1, to: 40, phase: "CDW-I" },
]);
const interactionAxis: figures.Axis = { title: "V₁ / J", scale: "symlog", domain: [0, 40] };

const orders = (width: number) =>
  toRows({ interaction, order: interaction.map((v) => v ** 2 / (width + v ** 2)) });

export const orderParameter: figures.Figure = figures.layer({
  id: "dawid2021-fig2a",
  title: "Order parameter across the transition",
  x: interactionAxis,
  y: { title: "order parameter O_CDW-I", domain: [0, 1] },
  marks: [
    background,
    figures.curve({
      rows: orders(600),
      x: "interaction",
      y: "order",
      series: { name: "12 sites" },
    }),
    figures.curve({
      rows: orders(200),
      x: "interaction",
      y: "order",
      series: { name: "14 sites" },
      dash: [4, 3],
    }),
  ],
});

const columns: Record<string, (number | string)[]> = { interaction, phase };
const testPoints = [0.26, 1.2, 39];
for (const [t, at] of testPoints.entries()) {
  columns[`influence${t}`] = interaction.map(
    (v) => (v > 1 === at > 1 ? 1 : -1) / (1 + Math.abs(v - 1)),
  );
  columns[`relatif${t}`] = interaction.map(
    (v) => (v > 1 === at > 1 ? 1 : -1) / (1 + 0.1 * Math.abs(v - at)),
  );
}
const rows = toRows(columns);

export const influence: figures.Figure = figures.grid({
  id: "dawid2021-fig3",
  title: "Influence and RelatIF of the training points on three test points",
  columns: 3,
  x: interactionAxis,
  panels: ["influence", "relatif"].flatMap((method) =>
    testPoints.map((at, t) => ({
      title: `test point V₁ / J = ${at}`,
      y: { title: method === "influence" ? "influence I" : "RelatIF I_R", format: ".2~g" },
      marks: [
        background,
        figures.influenceMarks({
          rows,
          x: "interaction",
          y: `${method}${t}`,
          testPoint: at,
          count: 3,
        }),
      ],
    })),
  ),
});

const scores = toRows({
  interaction,
  loss: interaction.map((v) => 0.4 / (1 + (v - 1) ** 2)),
  lees: interaction.map((v, n) => 0.02 * v * (n % 3 === 0 ? 2 : 1)),
});

export const extrapolation: figures.Figure = figures.layer({
  id: "dawid2021-fig5",
  title: "Extrapolation score and minimal test loss",
  x: interactionAxis,
  y: { title: "minimal test loss", zero: true, colour: "#7b2d8b" },
  yRight: { title: "extrapolation score (LEES)", zero: true, colour: "#2b6cb0" },
  marks: [
    background,
    figures.verticalRules([0, 0.75, 2.5, 10, 40], { name: "out of distribution" }),
    figures.curve({
      rows: scores,
      x: "interaction",
      y: "loss",
      series: { name: "minimal test loss" },
    }),
    figures.points({
      rows: scores,
      x: "interaction",
      y: "lees",
      series: { name: "LEES" },
      side: "right",
      size: 50,
    }),
  ],
});

const estimates = toRows({
  hopping: [0.1, 0.2, 0.3, 0.4],
  mean: [0, 0.2, 0.7, 0.9],
  error: [0.02, 0.05, 0.1, 0.02],
  phase: ["PM", "PM", "FM", "FM"],
});

export const withErrors: figures.Figure = figures.line({
  id: "bluecher2020-fig1",
  title: "A curve with error bars",
  rows: estimates,
  x: { field: "hopping", title: "hopping parameter κ" },
  y: { field: "mean", error: "error", title: "magnetisation M" },
  tooltip: ["phase"],
});

export const withBand: figures.Figure = figures.line({
  id: "bluecher2020-fig2",
  title: "Curves with error bands",
  rows: [
    ...estimates.map((row) => ({ ...row, size: "L = 8" })),
    ...estimates.map((row) => ({ ...row, mean: (row.mean as number) / 2, size: "L = 16" })),
  ],
  x: { field: "hopping", title: "hopping parameter κ" },
  y: { field: "mean", error: "error", title: "magnetisation M" },
  series: { field: "size" },
  spread: "band",
});

export const correlation: figures.Figure = figures.scatter({
  id: "dawid2021-eq1",
  title: "Predicted and exact change of the test loss",
  rows: toRows({
    influence: [-1, -0.2, 0.1, 0.9],
    retrained: [-1.1, -0.15, 0.12, 0.8],
    "point.no": [0, 1, 2, 3],
  }),
  x: { field: "influence", title: "influence I(z_r, z_test)" },
  y: { field: "retrained", title: "ΔL_test after retraining without z_r" },
  tooltip: ["point.no"],
});

export const scheme: figures.Figure = figures.diagram({
  id: "dawid2021-fig1a",
  title: "A scheme",
  width: 300,
  height: 160,
  boxes: [
    {
      name: "data",
      x: 10,
      y: 10,
      width: 100,
      height: 50,
      title: "training data",
      lines: ["1000 states"],
    },
    {
      name: "network",
      x: 190,
      y: 60,
      width: 100,
      height: 50,
      title: "network",
      lines: ["740 parameters"],
      colour: "#eaf3fb",
    },
  ],
  arrows: [{ from: "data", to: "network" }],
  captions: [{ x: 20, y: 130, lines: ["a caption", "of two lines"], align: "left", bold: true }],
});

export const vectors: figures.Figure = figures.layer({
  id: "dawid2021-fig1b",
  title: "Vectors in a plane",
  width: 200,
  height: 200,
  x: { title: "along u₁", domain: [-2, 2] },
  y: { title: "across", domain: [-2, 2] },
  marks: [
    figures.path({
      rows: [0, 1, 2, 3, 4].map((k) => ({
        x: Math.cos((k * Math.PI) / 2),
        y: Math.sin((k * Math.PI) / 2),
      })),
      x: "x",
      y: "y",
    }),
    figures.arrows({
      rows: [{ x: 1.5, y: 0.5, label: "1.09" }],
      x: "x",
      y: "y",
      head: 0.2,
      series: { name: "outlier" },
      tooltip: ["label"],
    }),
    figures.labels({
      rows: [{ x: 1.5, y: 0.5, label: "1.09" }],
      x: "x",
      y: "y",
      text: "label",
      dx: 6,
    }),
  ],
});

export const densities: figures.Figure = figures.layer({
  id: "dawid2021-fig2b",
  title: "Density pattern",
  x: { title: "site i", domain: [-0.6, 3.6] },
  y: { title: "density ⟨n_i⟩", domain: [0, 1] },
  marks: [
    figures.bars({
      rows: toRows({ site: [0, 1, 2, 3], density: [0.01, 0.99, 0.01, 0.99] }),
      x: "site",
      y: "density",
      series: { name: "CDW-I" },
    }),
  ],
});

export const architecture: figures.Figure = figures.networkDiagram({
  id: "dawid2021-fig7a",
  title: "A network",
  network: papers.dawid2021.cnn(),
  inputs: [[1, 924]],
});

/** Figures with axes, and drawings without. */
export const charts: readonly figures.Figure[] = [
  orderParameter,
  influence,
  extrapolation,
  withErrors,
  withBand,
  correlation,
  vectors,
  densities,
];
export const drawings: readonly figures.Figure[] = [scheme, architecture];

const scan = toRows({
  kappa: [-0.3, -0.1, 0.1, 0.3],
  mean: [0.9, 0.1, 0.2, 0.8],
  error: [0.02, 0.05, 0.05, 0.02],
  other: [3, 2, 1, 0],
});

export const brushed: figures.Figure = figures.grid({
  id: "bluecher2020-fig1-brushed",
  title: "Panels that a brush along κ links",
  columns: 2,
  brush: "kappa",
  x: { title: "hopping parameter κ" },
  panels: [
    {
      y: { title: "M_s" },
      marks: [
        figures.points({ rows: scan, x: "kappa", y: "mean", series: { name: "M_s" } }),
        figures.errorBars({ rows: scan, x: "kappa" }),
      ],
    },
    {
      y: { title: "other" },
      marks: [
        figures.bars({ rows: scan, x: "kappa", y: "other", series: { name: "other" } }),
        figures.curve({ rows: scan, x: "kappa", y: "other" }),
      ],
    },
    {
      x: { title: "other" },
      y: { title: "M_s" },
      marks: [figures.points({ rows: scan, x: "other", y: "mean", opacity: 0.5 })],
    },
  ],
});

export const examples: readonly figures.Figure[] = [brushed, ...charts, ...drawings];
