// Set up before each test file of `npm run coverage`: writes which parts of lib/dist the file ran,
// counted by V8 itself. Vitest's own coverage takes the library through its transformation first,
// and then looks for V8's counts at the wrong places.
import { mkdirSync, writeFileSync } from "node:fs";
import inspector from "node:inspector";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { sha256 } from "../base/hash.mjs";

const session = new inspector.Session();
session.connect();
/** Answers at once: the session is one with its own process. */
const ask = (method, parameters = {}) => {
  let answer;
  session.post(method, parameters, (error, result) => {
    if (error) throw new Error(error.message);
    answer = result;
  });
  return answer;
};
ask("Profiler.enable");
ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

afterAll(() => {
  const folder = process.env.PHASELENS_COVERAGE;
  mkdirSync(folder, { recursive: true });
  const { result } = ask("Profiler.takePreciseCoverage");
  const ours = result
    .filter(({ url }) => url.includes("/lib/dist/"))
    .map(({ url, functions }) => ({
      file: url.slice(url.indexOf("/lib/dist/") + "/lib/dist/".length),
      ranges: functions.flatMap(({ ranges }) =>
        ranges.map(({ startOffset, endOffset, count }) => [startOffset, endOffset, count]),
      ),
    }));
  const name = sha256(expect.getState().testPath).slice(0, 16);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(ours));
});
