// npm start: installs what is missing, builds, runs the notebooks and writes results/.
import { relative, resolve } from "node:path";
import { build } from "./build.mjs";
import { buildPage, pagePath } from "./explain-page/page.mjs";
import { runCommand, wholeNumber } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { inProject } from "./base/project.mjs";
import { count } from "./gallery/gallery.mjs";
import { readNotebooks, select } from "./run/notebooks.mjs";
import { presetFrom } from "./run/preset.mjs";
import { duration, progressLines } from "./run/progress-lines.mjs";
import { shippedVerdicts } from "./verdicts/fingerprint.mjs";
import { verdict } from "./run/records.mjs";
import { drawAhead, openResults, writeResults } from "./gallery/results.mjs";
import { shipVerdicts } from "./verdicts/ship.mjs";
import { executeTogether } from "./run/together.mjs";
import { readVerdicts } from "./verdicts/verdicts.mjs";

const usage = `
npm start [-- OPTIONS]    runs the notebooks and writes results/ (open results/index.html)

  --only ID …      only these figures, notebooks or papers; what results/ holds of the others stays
  --preset NAME    quick (default, minutes), standard (the scale of data/verdicts.json, within an hour)
                   or paper (the papers' full size, hours)
  --force          run again what has run already; ensembles and networks in .cache/phaselens are still used
  --jobs N         notebooks at a time (default: one for each core)
  --timeout S      longest time of one cell in seconds
  --notebooks DIR  take the notebooks from there (default: notebooks)
  --results DIR    write there (default: results); files of others in it stay, and are refused where they are in the way
  --ship           run at preset standard and put the verdicts into data/verdicts.json (npm run verdicts)
  --verdicts FILE  the shipped verdicts, shown beside those of this run (default: data/verdicts.json)
  --verbose        show where an unexpected failure came from

Exit code: 0 all is well, 1 an identity, a claim of physics or a notebook failed, 2 the call was wrong.`;

const options = /** @type {const} */ ({
  only: { type: "string", multiple: true },
  preset: { type: "string" },
  force: { type: "boolean" },
  jobs: { type: "string" },
  timeout: { type: "string" },
  notebooks: { type: "string" },
  results: { type: "string" },
  ship: { type: "boolean" },
  verdicts: { type: "string" },
});

/** Ends at once and takes the notebooks' processes along (they are killed as this one exits). */
for (const [signal, code] of /** @type {const} */ ([
  ["SIGINT", 130],
  ["SIGTERM", 143],
])) {
  process.once(signal, () => {
    console.error("\nInterrupted; results/ is as it was before.");
    process.exit(code);
  });
}

runCommand({ usage, options }, async (given, rest) => {
  const preset = presetFrom(given.preset ?? (given.ship ? "standard" : undefined));
  if (given.ship && preset !== "standard")
    throw new Failure(`--ship writes the verdicts of preset standard, not of ${preset}.`, {
      exitCode: 2,
    });
  const verdictsPath = resolve(given.verdicts ?? shippedVerdicts);
  readVerdicts(verdictsPath); // a damaged file is better known before the notebooks run than after
  const jobs = given.jobs === undefined ? undefined : wholeNumber(given.jobs, "jobs", 1, 1);
  const timeout =
    given.timeout === undefined ? undefined : wholeNumber(given.timeout, "timeout", 1, 1);
  const notebooks = readNotebooks(resolve(given.notebooks ?? inProject("notebooks")));
  const wanted = [...(given.only ?? []), ...rest].flatMap((ids) => ids.split(",")).filter(Boolean);
  const chosen = select(notebooks, wanted);

  ensureInstalled();
  await build();

  const folder = resolve(given.results ?? inProject("results"));
  await openResults(folder); // what cannot be written there is known before an hour of computing
  const begun = Date.now();
  console.log(`Running ${chosen.length} of ${notebooks.length} notebooks, preset ${preset}:`);
  const lines = progressLines(
    chosen.map((file) => file.name),
    { preset },
  );
  let results;
  const drawing = [];
  /** Built beside the notebooks, from when the first of them is done. */
  let page;
  try {
    const running = executeTogether(chosen, {
      preset,
      jobs,
      timeout,
      force: given.force,
      onNotebook: lines.event,
      onDone: (result) => {
        lines.done(result);
        drawing.push(drawAhead(result));
        page ??= buildPage(lines.print);
        page.catch(() => {}); // it is said where it is waited for
      },
    });
    results = await Promise.all(running);
    await Promise.all(drawing);
  } finally {
    lines.close();
  }

  const names = notebooks.map((file) => file.name);
  const shipped = given.ship ? await shipVerdicts(verdictsPath, results, names) : undefined;
  await (page ?? buildPage());
  const entries = await writeResults(folder, results, names, readVerdicts(verdictsPath), pagePath);
  const ran = new Set(chosen.map((file) => file.name));
  const code = report(
    entries.filter((entry) => ran.has(entry.name)),
    folder,
    (Date.now() - begun) / 1000,
  );
  if (shipped) reportShipped(shipped, verdictsPath);
  return code;
});

/**
 * Prints the verdicts and where to look.
 * @param {import("./gallery/gallery.mjs").Entry[]} entries of this run
 * @param {string} folder
 * @param {number} seconds
 * @returns {number} exit code
 */
function report(entries, folder, seconds) {
  const claims = entries.flatMap((entry) => entry.claims);
  const counts = count(claims);
  const unfinished = entries.filter((entry) => entry.failures.some((failure) => !failure.claim));
  console.log("");
  for (const claim of claims.filter((one) => verdict(one) === "fails")) {
    console.log(
      `✗ ${claim.figure}: ${claim.statement}: ${claim.value} (expected ${claim.expected})`,
    );
  }
  for (const entry of unfinished) console.log(`✗ ${entry.name} did not finish.`);
  const { identity, physics } = counts;
  console.log(
    `Claims: physics ${physics.holds} hold, ${physics.fails} fail · identities ${identity.holds} hold, ${identity.fails} fail · ` +
      `${counts.reported} reported. Time: ${duration(seconds)}.`,
  );
  const shownFolder = relative(process.cwd(), folder) || ".";
  console.log(
    `Gallery: ${shownFolder}/index.html    Own models: ${shownFolder}/explain.html    Claims: ${shownFolder}/claims.json    Notebooks: ${shownFolder}/notebooks/`,
  );
  return counts.fails > 0 || entries.some((entry) => entry.failures.length > 0) ? 1 : 0;
}

/** @param {{ shipped: string[], left: string[] }} names  @param {string} path */
function reportShipped({ shipped, left }, path) {
  console.log(
    `Verdicts of ${shipped.length} ${shipped.length === 1 ? "notebook" : "notebooks"} written: ${relative(process.cwd(), path)}`,
  );
  if (left.length > 0) console.log(`✗ Not written, since they did not finish: ${left.join(", ")}.`);
}
