import { sliderText, type Slider } from "./slider.js";
import { list, optional } from "../../core/arguments/kinds.js";
import { anAxis, aSlider, figureOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { makeFigure, type Figure } from "./figure.js";
import { panelsBody, type Panel } from "./panel.js";

/** Options of `layer`. */
export interface LayerOptions extends Panel {
  readonly id: string;
  /** Title of the figure. */
  readonly title: string;
  /** A number that a reader may turn, where the front end is interactive (default none). */
  readonly slider?: Slider;
}

/**
 * A figure of one panel: marks over each other, back to front, on common axes.
 *
 *     layer({ id: "dawid2021-fig2a", title: "…", x: { title: "V₁ / J", scale: "symlog" }, y: {
 *     title: "O_CDW-I" },
 *       marks: [regions([…]), curve({ rows, x: "interaction", y: "orderParameter" })] })
 *
 * @throws ConfigError, NumericalError  as `panelsBody`
 */
export function layer(options: LayerOptions): Figure {
  takes("layer", {
    options: [
      options,
      figureOptions({ marks: list, x: anAxis, y: anAxis, slider: optional(aSlider) }),
    ],
  });
  const { id, title, slider, ...panel } = options;
  const body = panelsBody(`figure ${id}`, [panel], ([only]) => only, undefined, slider);
  return makeFigure(id, title, body, { subtitle: slider && sliderText(slider) });
}
