const faulty = "ngOnChanges(t){t.plotData&&Plotly.react(";

/**
 * nodeplotlib's script with one guard added. As published, a plot that arrives is first redrawn and
 * then drawn: redrawing fails, since there is nothing yet, and whether the drawing follows at once
 * or with the next sign of life from the server (up to 25 s) is a matter of luck.
 * @param {string} script  nodeplotlib's main.js
 * @throws if the place is not found, as in a later version of nodeplotlib
 */
export function repairedScript(script) {
  if (!script.includes(faulty))
    throw new Error(
      "nodeplotlib's main.js has changed. Look whether environment/explore/repairedScript.mjs is still needed.",
    );
  return script.replace(faulty, faulty.replace("t.plotData&&", "t.plotData&&this.plotContainer&&"));
}
