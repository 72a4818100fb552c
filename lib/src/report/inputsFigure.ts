import { printedNumber } from "../figures/charts/tickLabels.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { divergingScale } from "../figures/colours/palette.js";
import { makeFigure, type Figure } from "../figures/charts/figure.js";
import { blocked, projected } from "./blocks.js";

/** An input by its name, and what lies on it. */
export interface NamedInput {
  readonly name: string;
  readonly relevance: Tensor;
}

/** Cells along an axis of a map, and the width that a map takes at most, in pixels. */
const MOST_CELLS = 84;
const WIDTH = 440;

/**
 * Relevance of one sample of a model with several inputs: a map for each input that has any, one
 * below the other, in one scale of colours. Masks have none and are not drawn.
 */
export function inputsFigure(
  id: string,
  title: string,
  quantity: string,
  inputs: readonly NamedInput[],
): Figure {
  const drawn = inputs.filter(({ relevance }) => relevance.data.some((value) => value !== 0));
  const maps = (drawn.length > 0 ? drawn : inputs).map((input) => ({ ...input, ...plane(input) }));
  const all = maps.flatMap(({ values }) => Array.from(values));
  return makeFigure(id, title, {
    vconcat: maps.map((own) => unit(own, quantity, all)),
    resolve: { scale: { color: "shared" } },
  });
}

/** The input as a table of at most 84 cells a side: axes of one entry dropped, others summed. */
function plane({ relevance }: NamedInput): ReturnType<typeof blocked> {
  const shape = relevance.shape.filter((extent) => extent !== 1);
  const table = shape.length < 2 ? [1, shape[0] ?? 1] : shape;
  return blocked(projected(tensor(table, relevance.data), 2), MOST_CELLS, "sum");
}

function unit(
  { name, values, rows, columns, block }: NamedInput & ReturnType<typeof blocked>,
  quantity: string,
  all: readonly number[],
): object {
  const cell = Math.max(4, Math.min(14, Math.floor(WIDTH / columns)));
  const axis = (field: string, extent: number): object => ({
    field,
    type: "ordinal",
    axis:
      extent === 1
        ? null
        : { labelAngle: 0, labelOverlap: "greedy", labelSeparation: 4, ticks: false },
    title: field,
  });
  return {
    title: { text: name, anchor: "start", fontSize: 12 },
    data: {
      values: Array.from(values, (value, p) => ({
        row: block * Math.floor(p / columns),
        column: block * (p % columns),
        value,
      })),
    },
    width: { step: cell },
    height: { step: cell },
    mark: "rect",
    encoding: {
      x: axis("column", columns),
      y: axis("row", rows),
      color: {
        field: "value",
        type: "quantitative",
        scale: divergingScale(all),
        legend: { title: quantity, labelExpr: printedNumber(), gradientLength: 120 },
      },
    },
  };
}
