/**
 * A Vega-Lite chart as SVG text, drawn without a browser.
 * @param {object} spec
 * @returns {Promise<string>}
 */
export async function svgOf(spec) {
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
