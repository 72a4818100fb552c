import { seriesNames, type Mark } from "./mark.js";
import { pointSymbol, seriesStyles } from "../colours/palette.js";

/**
 * A layer without rows that owns scales and legend; the marks themselves have constant looks. With
 * colour and shape encoded in every mark, Vega-Lite makes a legend for colours and another for
 * shapes as soon as curves and points meet, and draws curves as discs.
 */
export function legendMark(names: readonly string[], marks: readonly Mark[]): object {
  const styles = seriesStyles(names);
  const of = (name: string): Mark[] => marks.filter((mark) => seriesNames(mark).includes(name));
  const channel = (range: unknown[]): object => ({
    field: "series",
    type: "nominal",
    title: null,
    scale: { domain: [...names], range },
  });
  const colour = channel(styles.map((style) => style.colour));
  const symbol = (name: string, n: number): string => {
    const types = of(name).map((mark) => mark.mark.type);
    return types.includes("point")
      ? pointSymbol(styles[n].shape)
      : types.includes("bar")
        ? "square"
        : "stroke";
  };
  const shape = channel(names.map(symbol));
  const dashes = names.map(
    (name) => of(name).find((mark) => mark.mark.strokeDash)?.mark.strokeDash ?? [1, 0],
  );
  const dashed = marks.some((mark) => mark.series && mark.mark.strokeDash);
  return {
    data: { values: [] },
    mark: { type: "point", opacity: 1, tooltip: null },
    encoding: {
      fill: colour,
      stroke: colour,
      shape,
      ...(dashed ? { strokeDash: channel(dashes) } : {}),
    },
  };
}
