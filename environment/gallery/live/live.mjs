// Pages of figures that hang on a number: there it can be turned. Each is one file that works from
// disk; the gallery opens it in the place of the picture.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { keep, readKept } from "../../base/kept.mjs";
import { inProject } from "../../base/project.mjs";
import { escape } from "../escape.mjs";
import { page } from "../page.mjs";

const entry = fileURLToPath(new URL("main.ts", import.meta.url));

/** @param {{ spec?: any }} figure  @returns {any} the parameter that a reader may turn */
const turning = ({ spec }) => spec?.params?.find(({ bind }) => bind?.input === "range");

/** Whether a figure has a page of its own, on which it can be turned. */
export const isLive = (figure) => turning(figure) !== undefined;

/**
 * @param {{ id: string, title: string, spec?: object }} figure
 * @returns {Promise<string>} HTML
 */
export async function livePage(figure) {
  const name = turning(figure).bind.name.trim();
  const body = `<main class="live">
<div id="controls" role="group" aria-label="${escape(name)}"></div>
<div id="chart" role="img" aria-label="${escape(figure.title || figure.id)}"></div>
<script type="application/json" id="spec">${inScript(JSON.stringify(figure.spec))}</script>
<script type="application/json" id="name">${inScript(JSON.stringify(name))}</script>
</main>`;
  return page(figure.title || figure.id, body, await script());
}

/** Text that ends no element of HTML. */
const inScript = (text) => text.replaceAll("<", "\\u003c");

/** vega, vega-lite and what draws the chart, made once. */
async function script() {
  const inputs = [
    readFileSync(entry, "utf8"),
    readFileSync(inProject("package-lock.json"), "utf8"),
  ];
  const earlier = readKept("live", inputs);
  if (earlier !== undefined) return earlier;
  const { scriptOf } = await import("../../explain-page/bundles.mjs");
  const code = (await scriptOf(entry)).code.replaceAll("</script", "<\\/script");
  keep("live", inputs, code);
  return code;
}
