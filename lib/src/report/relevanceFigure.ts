import { printedNumber } from "../figures/charts/tickLabels.js";
import { listOf, name, optional, record, tensorOf, text } from "../core/arguments/kinds.js";
import { takes } from "../core/arguments/takes.js";
import { ShapeError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { curve } from "../figures/marks/curve.js";
import { makeFigure, type Figure } from "../figures/charts/figure.js";
import { grid } from "../figures/charts/grid.js";
import { points } from "../figures/marks/points.js";
import { divergingScale } from "../figures/colours/palette.js";
import { blocked, projected } from "./blocks.js";
import { namedBars } from "./namedBars.js";

/** Options of `relevanceFigure`. */
export interface RelevanceFigureOptions {
  readonly id: string;
  readonly title: string;
  /** What is drawn, e.g. "relevance R". */
  readonly quantity: string;
  /** Of one sample, [features] or [channels, …space]. */
  readonly relevance: Tensor;
  /** The sample itself, drawn beside it (default: relevance alone). */
  readonly input?: Tensor;
  /** Names of the features (default: their numbers). */
  readonly names?: readonly string[];
}

/** More bars than these are a line. */
const MOST_BARS = 40;
/** Cells along an axis of a map. */
const MOST_CELLS = 56;

const aSample = tensorOf(["features", "…"]);
const relevanceOptions = record({
  id: name,
  title: text,
  quantity: text,
  relevance: aSample,
  input: optional(aSample),
  names: optional(listOf(text)),
});

/** @throws ShapeError for an input or names of another sample */
function checkExtents({ relevance: { shape }, input, names }: RelevanceFigureOptions): void {
  if (input && String(input.shape) !== String(shape))
    throw new ShapeError(
      `figures.relevance: input has shape [${input.shape}], relevance [${shape}]; they must be of one sample.`,
    );
  if (names && shape.length === 1 && names.length !== shape[0])
    throw new ShapeError(
      `figures.relevance: there are ${names.length} names for ${shape[0]} features. Name each.`,
    );
}

/**
 * Relevance of one sample by its shape: bars for a few features, a line for a sequence, a map for a
 * plane, the sum over all axes but two beyond.
 */
export function relevanceFigure(options: RelevanceFigureOptions): Figure {
  takes("figures.relevance", { options: [options, relevanceOptions] });
  checkExtents(options);
  const {
    relevance: { shape, data },
  } = options;
  const axes = shape.filter((extent) => extent !== 1).length;
  if (shape.length === 1 && data.length <= MOST_BARS) return featureBars(options);
  return shape.length <= 2 || axes <= 1 ? sequence(options) : map(options);
}

function featureBars({ id, title, quantity, relevance, names }: RelevanceFigureOptions): Figure {
  const bars = Array.from(relevance.data, (value, k) => ({ name: names?.[k] ?? `${k}`, value }));
  return namedBars({ id, title, quantity, bars, kind: names ? null : "feature" });
}

/** Lines drawn apart. */
const MOST_CHANNELS = 4;

function sequence({ id, title, quantity, relevance, input }: RelevanceFigureOptions): Figure {
  const rowsOf = (values: Tensor): { place: number; value: number; channel: string }[] => {
    const apart = values.shape.length === 2 && values.shape[0] <= MOST_CHANNELS;
    const { data, shape } = apart ? values : projected(values, 1);
    const length = shape[shape.length - 1];
    return Array.from(data, (value, p) => ({
      place: p % length,
      value,
      channel: `channel ${Math.floor(p / length)}`,
    }));
  };
  const panel = (values: Tensor, y: string): object => {
    const rows = rowsOf(values);
    const several = new Set(rows.map(({ channel }) => channel)).size > 1;
    const look = {
      rows,
      x: "place",
      y: "value",
      series: several ? { field: "channel" } : { name: y },
    };
    const dots = rows.length <= 64 ? [points({ ...look, size: 16 })] : [];
    return {
      marks: [curve({ ...look, width: 1.5 }), ...dots],
      y: { title: y, zero: true, format: "~g" },
    };
  };
  const panels = [
    ...(input ? [panel(input, "input x")] : []),
    panel(relevance, quantity),
  ] as Parameters<typeof grid>[0]["panels"];
  return grid({
    id,
    title,
    columns: 1,
    panels,
    letters: false,
    width: 480,
    height: 150,
    x: { title: "place in the sequence" },
  });
}

function map({ id, title, quantity, relevance, input }: RelevanceFigureOptions): Figure {
  const plane = projected(relevance, 2);
  const { values, rows, columns, block } = blocked(plane, MOST_CELLS, "sum");
  const cell = Math.max(3, Math.min(14, Math.floor(280 / Math.max(rows, columns))));
  const cells = (numbers: Float64Array): object[] =>
    Array.from(numbers, (value, p) => ({
      row: block * Math.floor(p / columns),
      column: block * (p % columns),
      value,
    }));
  const axis = (field: string): object => ({
    field,
    type: "ordinal",
    axis: { labelAngle: 0, labelOverlap: "greedy", labelSeparation: 4, ticks: false },
    title: field,
  });
  const unit = (numbers: Float64Array, colour: object): object => ({
    data: { values: cells(numbers) },
    width: { step: cell },
    height: { step: cell },
    mark: "rect",
    encoding: {
      x: axis("column"),
      y: axis("row"),
      color: { field: "value", type: "quantitative", ...colour },
    },
  });
  const legend = (text: string): object => ({
    title: text,
    labelExpr: printedNumber(),
    gradientLength: Math.min(160, Math.max(60, rows * cell)),
  });
  const right = unit(values, {
    scale: values.some((value) => value < 0) ? divergingScale(values) : { scheme: "reds" },
    legend: legend(quantity),
  });
  const body = input
    ? {
        hconcat: [
          unit(blocked(mean(input), MOST_CELLS, "mean").values, {
            scale: { scheme: "greys" },
            legend: legend("input x"),
          }),
          right,
        ],
        resolve: { scale: { color: "independent" } },
      }
    : right;
  return makeFigure(id, title, body);
}

/** Mean over channels and hidden axes. */
function mean(input: Tensor): Tensor {
  const { shape, data } = projected(input, 2);
  return tensor(
    shape,
    data.map((value) => (value * data.length) / input.data.length),
  );
}
