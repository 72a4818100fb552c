"use strict";
// tslab 1.0.22 prints the last expression of a cell as Node's console does. Values of the library
// are shown as tables instead, figures are drawn, and a claim, which has been shown, is left out.

/**
 * An executor of tslab that shows what a cell ends with.
 * @param {(root: string, converters: any, output: any) => any} createExecutor  tslab's
 * @param {string} root  folder of the notebook: where its packages are looked for
 */
function showingExecutor(createExecutor, root, converters, output) {
  /** @type {{ value: unknown } | undefined} */
  let last;
  const made = createExecutor(root, converters, { ...output, log: (value) => (last = { value }) });
  const execute = async (source) => {
    last = undefined;
    const sound = await made.execute(source);
    if (last && !(await isShown(last.value, root))) output.log(last.value);
    return sound;
  };
  return { ...made, execute };
}

/** Whether the library has shown the value in its own way. */
async function isShown(value, root) {
  if (typeof value !== "object" || value === null) return false;
  try {
    const path = require.resolve("phaselens/internal/figures/output/showLast", { paths: [root] });
    const { showLast } = require(path);
    return await showLast(value);
  } catch {
    return false; // not installed there, or a value with a getter that throws
  }
}

module.exports = { showingExecutor };
