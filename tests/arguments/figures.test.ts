import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as figures from "phaselens/figures";
import { afterAll, vi } from "vitest";
import {
  allow,
  anyList,
  either,
  fraction,
  label,
  list,
  nonNegative,
  positive,
  real,
  text,
  untouched,
  type Kind,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { network } from "./support/nets.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-arguments-"));
afterAll(() => rmSync(folder, { recursive: true }));
vi.spyOn(console, "log").mockImplementation(() => {});

/** Fields that are read where none is named. */
const defaults = { mean: 1, phase: "AFM" };
const rows = () => [
  { x: 1, y: 2, error: 0.1, name: "a", ...defaults },
  { x: 2, y: 3, error: 0.2, name: "b", ...defaults },
  { x: 3, y: 5, error: 0.1, name: "a", ...defaults },
];
const axis = (title: string) => ({ title, scale: "linear", domain: [0, 10], ticks: [0, 5] });
const field = (name: string) => ({ field: name, title: name });
const figure = (marks: figures.Mark | readonly figures.Mark[]) =>
  figures.layer({
    id: "report-sweep",
    title: "Sweep",
    x: { title: "x" },
    y: { title: "y" },
    marks: [marks].flat(),
  });
const one = made(figure(figures.points({ rows: rows(), x: "x", y: "y" })));
const drawn = { use: (marks: figures.Mark | figures.Mark[]) => figure(marks).spec };

/** What is drawn at a place is any finite number; a name is any text. */
const ofRows = (at: string): Readonly<Record<string, Kind>> => ({
  [`${at}.rows`]: list,
  [`${at}.rows[].name`]: either(text, allow("a series of no name or of a number", "null", "5")),
  [`${at}.rows[].x`]: real,
  [`${at}.rows[].y`]: real,
  [`${at}.rows[].error`]: untouched,
  [`${at}.rows[].mean`]: untouched,
  [`${at}.rows[].phase`]: untouched,
});
const titled: Readonly<Record<string, Kind>> = {
  "0.id": allow("names the figure's files", '"no such word"'),
  "0.title": text,
};
const axisKinds = (at: string): Readonly<Record<string, Kind>> => ({
  [`${at}.title`]: text,
  [`${at}.domain[]`]: real,
  [`${at}.ticks`]: anyList,
  [`${at}.ticks[]`]: real,
});
const names = either(anyList, allow("none are shown", "null"));

const entries: Readonly<Record<string, Entry>> = {
  arrows: {
    valid: () => [
      {
        rows: rows(),
        x: "x",
        y: "y",
        foot: { x: "y", y: "x" },
        head: 0.1,
        series: { field: "name" },
        width: 1,
        tooltip: ["name"],
      },
    ],
    kinds: {
      ...ofRows("0"),
      "0.head": positive,
      "0.width": positive,
      "0.series.field": label,
      "0.tooltip": names,
    },
    ...drawn,
  },
  bars: {
    valid: () => [
      { rows: rows(), x: "x", y: "y", series: { field: "name" }, width: 9, tooltip: ["name"] },
    ],
    kinds: { ...ofRows("0"), "0.width": positive, "0.tooltip": names },
    ...drawn,
  },
  cells: {
    valid: () => [{ rows: rows(), x: "x", y: "y", value: "error", limit: 1, tooltip: ["name"] }],
    kinds: { ...ofRows("0"), "0.rows[].error": real, "0.limit": positive, "0.tooltip": names },
    ...drawn,
  },
  claim: {
    valid: () => [
      {
        figure: "report-sweep",
        statement: "one is one",
        kind: "reported",
        value: 1,
        expected: "= 1",
      },
    ],
    kinds: {
      "0.figure": allow("names a figure", '"no such word"'),
      "0.statement": text,
      "0.value": untouched, // NaN and ∞ are outcomes, and fail
      "0.expected": text, // a reported claim expects in words
    },
  },
  cube: {
    valid: () => ["a cube", [1, 2, 3, 4, 5, 6, 7, 8], 8],
    kinds: { "0": text, "2": positive },
  },
  curve: {
    valid: () => [
      {
        rows: rows(),
        x: "x",
        y: "y",
        series: { field: "name" },
        width: 2,
        dash: [4, 2],
        tooltip: ["name"],
        side: "left",
      },
    ],
    kinds: {
      ...ofRows("0"),
      "0.width": positive,
      "0.dash": anyList,
      "0.dash[]": nonNegative,
      "0.tooltip": names,
    },
    ...drawn,
  },
  diagram: {
    valid: () => [
      {
        id: "report-sweep",
        title: "Sweep",
        width: 100,
        height: 50,
        boxes: [
          {
            name: "a",
            x: 0,
            y: 0,
            width: 10,
            height: 10,
            title: "A",
            lines: ["one"],
            colour: "#fff",
          },
          { name: "b", x: 50, y: 0, width: 10, height: 10, title: "B", lines: ["one"] },
        ],
        arrows: [{ from: "a", to: "b" }],
        captions: [{ x: 5, y: 30, lines: ["text"], align: "left" }],
      },
    ],
    kinds: {
      ...titled,
      "0.width": positive,
      "0.height": positive,
      "0.boxes": list,
      "0.boxes[].name": text,
      "0.boxes[].x": real,
      "0.boxes[].y": real,
      "0.boxes[].width": positive,
      "0.boxes[].height": positive,
      "0.boxes[].title": text,
      "0.boxes[].lines": anyList,
      "0.boxes[].lines[]": text,
      "0.arrows": anyList,
      "0.captions": anyList,
      "0.captions[].x": real,
      "0.captions[].y": real,
      "0.captions[].lines": anyList,
      "0.captions[].lines[]": text,
    },
    use: ({ spec }: figures.Figure) => spec,
  },
  display: { valid: () => [network, { title: "a network" }], kinds: { "1.title": text } },
  errorBand: {
    valid: () => [
      {
        rows: rows(),
        x: "x",
        mean: "y",
        error: "error",
        series: { field: "name" },
        tooltip: ["name"],
        side: "left",
      },
    ],
    kinds: { ...ofRows("0"), "0.tooltip": names },
    ...drawn,
  },
  errorBars: {
    valid: () => [
      {
        rows: rows(),
        x: "x",
        mean: "y",
        error: "error",
        series: { field: "name" },
        tooltip: ["name"],
        side: "left",
      },
    ],
    kinds: { ...ofRows("0"), "0.tooltip": names },
    ...drawn,
  },
  grid: {
    valid: () => [
      {
        id: "report-sweep",
        title: "Sweep",
        columns: 2,
        width: 100,
        height: 100,
        x: axis("x"),
        y: axis("y"),
        panels: [{ title: "a", marks: [figures.points({ rows: rows(), x: "x", y: "y" })] }],
      },
    ],
    kinds: {
      ...titled,
      ...axisKinds("0.x"),
      ...axisKinds("0.y"),
      "0.width": positive,
      "0.height": positive,
      "0.panels": list,
      "0.panels[].title": text,
      "0.panels[].marks": untouched,
    },
    use: ({ spec }: figures.Figure) => spec,
  },
  horizontalRules: {
    valid: () => [[1, 2], { name: "rule", width: 1, dash: [4, 2] }],
    kinds: {
      "0": list,
      "1.name": text,
      "1.width": positive,
      "1.dash": anyList,
      "1.dash[]": nonNegative,
    },
    ...drawn,
  },
  influenceMarks: {
    valid: () => [{ rows: rows(), x: "x", y: "y", phase: "name", testPoint: 1.5, count: 2 }],
    kinds: { ...ofRows("0"), "0.testPoint": real },
    ...drawn,
  },
  labels: {
    valid: () => [
      {
        rows: rows(),
        x: "x",
        y: "y",
        text: "name",
        align: "left",
        dx: 1,
        dy: -1,
        colour: "#333333",
      },
    ],
    kinds: { ...ofRows("0"), "0.dx": real, "0.dy": real, "0.colour": text },
    ...drawn,
  },
  layer: {
    valid: () => [
      {
        id: "report-sweep",
        title: "Sweep",
        x: axis("x"),
        y: axis("y"),
        width: 100,
        height: 100,
        marks: [figures.points({ rows: rows(), x: "x", y: "y" })],
      },
    ],
    kinds: {
      ...titled,
      ...axisKinds("0.x"),
      ...axisKinds("0.y"),
      "0.width": positive,
      "0.height": positive,
      "0.marks": untouched,
    },
    use: ({ spec }: figures.Figure) => spec,
  },
  line: {
    valid: () => [
      {
        id: "report-sweep",
        title: "Sweep",
        rows: rows(),
        x: field("x"),
        y: { ...field("y"), error: "error" },
        series: { field: "name" },
        spread: "band",
        tooltip: ["name"],
        width: 100,
        height: 100,
      },
    ],
    kinds: {
      ...titled,
      ...ofRows("0"),
      "0.x.title": text,
      "0.y.title": text,
      "0.tooltip": names,
      "0.width": positive,
      "0.height": positive,
    },
    use: ({ spec }: figures.Figure) => spec,
  },
  mostInfluential: { valid: () => [[1, 3, 2], 2], kinds: { "0": anyList } },
  networkDiagram: {
    valid: () => [{ id: "report-sweep", title: "Sweep", network, inputs: [[2]] }],
    kinds: { ...titled, "0.inputs": list, "0.inputs[][]": label },
    use: ({ spec }: figures.Figure) => spec,
  },
  networkStages: {
    valid: () => [network, [[2]]],
    kinds: { "1": list, "1[][]": label },
  },
  path: {
    valid: () => [
      {
        rows: rows(),
        x: "x",
        y: "y",
        series: { field: "name" },
        width: 1,
        dash: [4, 2],
        colour: "#aaaaaa",
      },
    ],
    kinds: {
      ...ofRows("0"),
      "0.width": positive,
      "0.dash": anyList,
      "0.dash[]": nonNegative,
      "0.colour": text,
    },
    ...drawn,
  },
  points: {
    valid: () => [
      {
        rows: rows(),
        x: "x",
        y: "y",
        series: { field: "name" },
        size: 30,
        opacity: 0.5,
        tooltip: ["name"],
        side: "left",
      },
    ],
    kinds: { ...ofRows("0"), "0.size": positive, "0.opacity": fraction, "0.tooltip": names },
    ...drawn,
  },
  regions: {
    valid: () => [[{ from: 0, to: 1, phase: "AFM", label: "low" }], { labels: true }],
    kinds: {
      "0": anyList,
      "0[].from": real,
      "0[].to": real,
      "0[].phase": text,
      "0[].label": text,
    },
    use: (marks: figures.Mark[]) =>
      figure([...marks, figures.points({ rows: rows(), x: "x", y: "y" })]).spec,
  },
  renderSvg: { valid: () => [one] },
  save: {
    valid: () => [one, folder, { formats: ["svg", "pdf"], width: 86, resolution: 150 }],
    kinds: {
      "1": { takes: () => false, leavesOut: ({ value }) => value === "no such word" },
      "2.formats": list,
      "2.width": untouched,
      "2.resolution": untouched,
    },
  },
  scatter: {
    valid: () => [
      {
        id: "report-sweep",
        title: "Sweep",
        rows: rows(),
        x: field("x"),
        y: field("y"),
        series: { field: "name" },
        size: 30,
        tooltip: ["name"],
        width: 100,
        height: 100,
      },
    ],
    kinds: {
      ...titled,
      ...ofRows("0"),
      "0.x.title": text,
      "0.y.title": text,
      "0.size": positive,
      "0.tooltip": names,
      "0.width": positive,
      "0.height": positive,
    },
    use: ({ spec }: figures.Figure) => spec,
  },
  show: { valid: () => [one] },
  table: {
    valid: () => [[{ a: 1, b: "x" }], { title: "a table", digits: 3 }],
    kinds: { "0": anyList, "0[]": untouched, "1.title": text },
  },
  verticalRules: {
    valid: () => [[1, 2], { name: "rule", width: 1, dash: [4, 2] }],
    kinds: {
      "0": list,
      "1.name": text,
      "1.width": positive,
      "1.dash": anyList,
      "1.dash[]": nonNegative,
    },
    ...drawn,
  },
};

sweepRoom("figures", figures, entries);
