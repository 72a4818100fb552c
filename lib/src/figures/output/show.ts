import { aFigure } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { displayBundle } from "../../core/display.js";
import type { Figure } from "../charts/figure.js";
import { renderPng } from "./render.js";

/**
 * Shows a figure in the notebook: interactive where the front end knows Vega-Lite (JupyterLab, VS
 * Code), as PNG elsewhere (GitHub, nbconvert). Outside a notebook it only checks that the figure
 * can be drawn.
 * @throws MissingPackageError, ConfigError  as `renderPng`
 */
export async function show(figure: Figure): Promise<void> {
  takes("show", { figure: [figure, aFigure] });
  const png = await renderPng(figure);
  const title = figure.title || figure.id;
  displayBundle({
    "application/vnd.vegalite.v5+json": figure.spec,
    "image/png": Buffer.from(png).toString("base64"),
    "text/plain": title,
    "application/vnd.phaselens.figure+json": { id: figure.id, title },
  });
}
