// Child of bench.mjs: measures our side of one row. Arguments: bench file, row identity. Prints
// {"ms": […], "peakBytes": …}, or with "profile" as a third {"profile": […]}.
import { pathToFileURL } from "node:url";
import { peakBytes } from "../base/peak-memory.cjs";
import { profileOf } from "./profile.mjs";

const [file, id, mode] = process.argv.slice(2);
const { rows } = await import(pathToFileURL(file).href);
const row = rows.find((one) => one.id === id);
const input = await row.prepare?.();

/** Repetitions end here, in milliseconds, once there are FEWEST. */
const MOMENT = 15_000;
const FEWEST = 3;

await row.ours(input); // warms up the compiler and the caches
console.log(
  JSON.stringify(
    mode === "profile" ? { profile: await profileOf(() => row.ours(input)) } : await measured(),
  ),
);

async function measured() {
  const ms = [];
  const begin = performance.now();
  for (let i = 0; i < row.repetitions; i++) {
    if (i >= FEWEST && performance.now() - begin > MOMENT) break;
    globalThis.gc?.(); // rubbish of the repetition before is not counted in this one
    const start = performance.now();
    await row.ours(input);
    ms.push(performance.now() - start);
  }
  return { ms, peakBytes: peakBytes() };
}
