// Charts by Vega-Lite, drawn as SVG without compiling code from strings, which the page forbids
// itself.
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { printable } from "phaselens/internal/core/printable";
import { h } from "./dom.js";

export const COLOUR = { raises: "#b2182b", lowers: "#2166ac", rest: "#6b7280", line: "#1f5fa8" };

const config = {
  background: "#ffffff",
  font: "system-ui, sans-serif",
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", gridColor: "#e8e6e0" },
  legend: { labelFontSize: 12, titleFontSize: 12, orient: "bottom", titleFontWeight: "normal" },
  view: { stroke: null },
} as const;

/**
 * A chart with what it shows in words, for those who do not see it.
 * @param spec  Vega-Lite, without size of its own
 */
export function chart(spec: object, words: string): HTMLElement {
  const plate = h("div", { class: "plate" });
  const options = {
    ast: true,
    expr: expressionInterpreter,
    renderer: "svg",
    actions: false,
  } as const;
  const whole = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: "container",
    autosize: { type: "fit-x", contains: "padding" },
    config,
    ...spec,
  };
  // it takes the width of its place, so it has to have one
  requestAnimationFrame(() => {
    embed(plate, whole as never, { ...options, tooltip: false } as never).then(
      () => {
        const svg = plate.querySelector("svg");
        svg?.setAttribute("role", "img");
        svg?.setAttribute("aria-label", printable(words));
        for (const part of svg?.querySelectorAll("[aria-label],[role]") ?? [])
          for (const name of ["aria-label", "role", "aria-roledescription"])
            part.removeAttribute(name);
      },
      (error: unknown) => plate.append(`The chart cannot be drawn (${(error as Error).message}).`),
    );
  });
  return h("figure", {}, plate, h("figcaption", {}, words));
}

/** Bars from 0 to both sides, one a line, in the order given. */
export function signedBars(
  bars: readonly {
    readonly name: string;
    readonly value: number;
    readonly kind?: string;
    readonly error?: number;
  }[],
  title: string,
  colours: Readonly<Record<string, string>>,
  words: string,
): HTMLElement {
  const order = bars.map((_, k) => k);
  const named = bars.map((bar, place) => ({
    ...bar,
    place,
    low: bar.value - (bar.error ?? 0),
    high: bar.value + (bar.error ?? 0),
  }));
  const kinds = Object.keys(colours);
  const y = {
    field: "place",
    type: "ordinal",
    sort: order,
    title: null,
    axis: { labelExpr: `datum.value`, labelLimit: 190, domain: false, ticks: false },
  };
  // labels stand in a layer of their own: names may be the same, or hold anything
  return chart(
    {
      height: { step: 20 },
      data: { values: named },
      layer: [
        {
          mark: { type: "bar", height: { band: 0.7 } },
          encoding: {
            x: { field: "value", type: "quantitative", title, axis: { grid: true, tickCount: 5 } },
            color: {
              field: "kind",
              type: "nominal",
              title: null,
              scale: { domain: kinds, range: kinds.map((kind) => colours[kind]) },
              legend: kinds.length > 1 ? {} : null,
            },
          },
        },
        ...(bars.some(({ error }) => error !== undefined)
          ? [
              {
                mark: { type: "rule", color: "#222" },
                encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
              },
            ]
          : []),
      ],
      encoding: {
        y: {
          ...y,
          axis: { ...y.axis, labelExpr: namesOf(bars.map(({ name }) => name)) },
        },
      },
    },
    words,
  );
}

/** An expression that gives each place its name; names are strings in it, and nothing else. */
export const namesOf = (names: readonly string[]): string =>
  `${JSON.stringify(names.map(printable))}[datum.value]`;
