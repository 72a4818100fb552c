// The part of npm run format and npm run lint that Prettier leaves out: the code of notebooks.
import { runCommand } from "./base/command.mjs";
import { writeAtomically } from "./base/atomic.mjs";
import { inProject } from "./base/project.mjs";
import { formatted, oversized } from "./checks/cells.mjs";
import { readNotebooks, select } from "./run/notebooks.mjs";

const usage = `
node environment/format.mjs [NAME …]   formats the code cells of all notebooks, or of those that are named
  --check   write nothing; name the notebooks that are not formatted, and cells that are too large

Exit code: 0 all is well, 1 a notebook is not formatted or a cell of it is too large.`;

runCommand({ usage, options: { check: { type: "boolean" } } }, async ({ check }, names) => {
  let faults = 0;
  const complain = (/** @type {string} */ text) => {
    faults++;
    console.error(text);
  };
  for (const { name, path, content } of select(readNotebooks(inProject("notebooks")), names)) {
    const after = await formatted(content);
    const changed = after.cells.some((cell, k) => cell !== content.cells[k]);
    if (changed && check) complain(`${name}: not formatted; npm run format does it`);
    if (changed && !check) writeAtomically(path, `${JSON.stringify(after, undefined, 1)}\n`);
    for (const fault of oversized(after))
      complain(`${name}: ${fault}; move work into a function, or cut the cell`);
  }
  return faults > 0 ? 1 : 0;
});
