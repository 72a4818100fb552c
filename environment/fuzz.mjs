// npm run fuzz: tries every parser with damaged files, far longer than npm test does.
import { join } from "node:path";
import { writeAtomically } from "./base/atomic.mjs";
import { build } from "./build.mjs";
import { runCommand, wholeNumber } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { inProject } from "./base/project.mjs";

const usage = `
npm run fuzz                tries every parser of the project with 20,000 damaged inputs
  --only NAME    one parser (a function's name); may be given several times
  --runs N       inputs for each parser (default 20000)
  --seed N       default: the day, so that each night tries others
  --first N      number of the first input, to try one again
  --seconds N    at most so long for each parser

What fails is written to .cache/fuzz/PARSER-SEED-NUMBER, with the command that tries it again. Exit code 1 if anything does.`;

const text = { type: "string" };
const options = {
  only: { type: "string", multiple: true },
  runs: text,
  seed: text,
  first: text,
  seconds: text,
};

runCommand({ usage, options }, async (given) => {
  await build();
  // these need what was just built
  const { Fuzzer } = await import("../tests/fuzz/fuzz.mjs");
  const { parsers } = await import("../tests/fuzz/parsers/index.mjs");
  const runs = wholeNumber(given.runs, "runs", 1, 20_000);
  const seed = wholeNumber(given.seed, "seed", 0, Math.floor(Date.now() / 864e5));
  const first = wholeNumber(given.first, "first", 0, 0);
  const seconds = wholeNumber(given.seconds, "seconds", 1, Infinity);
  const unknown = given.only?.find((name) => !Object.hasOwn(parsers, name));
  if (unknown !== undefined) {
    const known = Object.keys(parsers).join(", ");
    throw new Failure(`There is no parser "${unknown}"; there are ${known}.`, { exitCode: 2 });
  }
  console.log(`seed ${seed}, ${runs} inputs a parser`);
  const fuzzer = new Fuzzer();
  let failed = 0;
  for (const name of given.only ?? Object.keys(parsers)) {
    const started = Date.now();
    const { tried, read, refused, faults } = await fuzzer.try(name, { seed, runs, first, seconds });
    const took = ((Date.now() - started) / 1000).toFixed(0);
    const counts = `${tried} tried, ${read} read, ${refused} refused, ${faults.length} failed`;
    console.log(`${name}: ${counts} (${took} s)`);
    for (const { input, fault } of faults) await report(name, seed, input, fault);
    failed += faults.length;
  }
  fuzzer.close();
  return failed > 0 ? 1 : 0;
});

/** Writes the input down, and says what it did. */
async function report(name, seed, input, fault) {
  const { inputOf, parsers } = await import("../tests/fuzz/parsers/index.mjs");
  const { randomOf } = await import("../tests/fuzz/parsers/inputs.mjs");
  const path = inProject(".cache", "fuzz", `${name}-${seed}-${input}`);
  writeAtomically(path, inputOf(parsers[name], randomOf(`${seed}/${name}/${input}`)).bytes);
  console.log(`  input ${input} ${fault.split("\n").slice(0, 6).join("\n    ")}`);
  console.log(`    ${join(path)}`);
  console.log(`    npm run fuzz -- --only ${name} --seed ${seed} --first ${input} --runs 1`);
}
