/**
 * A Vega-Lite chart as SVG text, drawn without a browser.
 * @param {object} spec
 * @returns {Promise<string>}
 */
export async function svgOf(spec) {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
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
  const view = new vega.View(vega.parse(compiled), { renderer: "none" }).logLevel(vega.Error);
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}
