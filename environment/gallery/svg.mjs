import { readFileSync } from "node:fs";
import { keep, readKept } from "../base/kept.mjs";
import { inProject } from "../base/project.mjs";
import { installedVersion } from "../verdicts/versions.mjs";

/** What a picture depends on besides its chart. */
const drawnBy = () => [
  ...["vega", "vega-lite"].map(installedVersion),
  readFileSync(new URL(import.meta.url), "utf8"),
  readFileSync(inProject("lib", "dist", "figures", "output", "closedLoader.js"), "utf8"),
];

/**
 * A Vega-Lite chart as SVG text, drawn without a browser, once.
 * @param {object} spec
 * @returns {Promise<string>}
 */
export async function svgOf(spec) {
  const inputs = [spec, drawnBy()];
  const earlier = readKept("pictures", inputs);
  if (earlier !== undefined) return earlier;
  const svg = await drawn(spec);
  keep("pictures", inputs, svg);
  return svg;
}

/** @param {object} spec  @returns {Promise<string>} */
async function drawn(spec) {
  const [vega, vegaLite, { closedLoader }] = await Promise.all([
    import("vega"),
    import("vega-lite"),
    import("phaselens/internal/figures/output/closedLoader"),
  ]);
  // Specs say "v5" because that is what JupyterLab draws; the compiler here is newer and remarks on
  // it.
  const quiet = {
    warn: () => quiet,
    info: () => quiet,
    debug: () => quiet,
    error: () => quiet,
    level: () => quiet,
  };
  const compiled = vegaLite.compile(/** @type {any} */ (spec), {
    logger: /** @type {any} */ (quiet),
  }).spec;
  const view = new vega.View(vega.parse(compiled), {
    renderer: "none",
    loader: closedLoader, // a notebook may be anybody's
  }).logLevel(vega.Error);
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}
