// Where the time of a row goes, by V8's sampling profiler.
import { Session } from "node:inspector/promises";
import { basename } from "node:path";

/** Between samples, in microseconds. */
const INTERVAL = 200;
/** Work is repeated for so long, in milliseconds. */
const MOMENT = 1500;

/**
 * Shares of the time that functions took themselves, without those that they called; the largest
 * first. Frames of a native library, of which V8 knows no more than where they lie, are one.
 * @param {() => unknown} work
 * @returns {Promise<{ name: string, share: number }[]>}
 */
export async function profileOf(work) {
  const names = await kernelNames();
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
  await session.post("Profiler.start");
  const begin = performance.now();
  do await work();
  while (performance.now() - begin < MOMENT);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  return sharesOf(profile, names);
}

/**
 * @param {{ nodes: any[], samples?: number[], timeDeltas?: number[] }} profile
 * @param {Map<string, string>} kernels  their names by number
 */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }, kernels) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const id of node.children ?? []) byId.get(id).parent = node;
  const nameOf = new Map(nodes.map((node) => [node.id, nameIn(node, kernels)]));
  const times = new Map();
  let whole = 0;
  samples.forEach((id, k) => {
    const name = nameOf.get(id);
    if (name === "(idle)") return;
    whole += timeDeltas[k];
    times.set(name, (times.get(name) ?? 0) + timeDeltas[k]);
  });
  const shares = [...times].map(([name, time]) => ({ name, share: time / whole }));
  return shares.sort((a, b) => b.share - a.share);
}

/**
 * What a kernel calls inside its module counts as the kernel.
 * @param {any} node  @param {Map<string, string>} kernels
 * @returns {string}
 */
function nameIn({ callFrame: { functionName, url }, parent }, kernels) {
  const [, number] = /^wasm-function\[(\d+)\]$/.exec(functionName) ?? [];
  if (number !== undefined)
    return kernels.get(number) ?? (parent ? nameIn(parent, kernels) : "a kernel");
  if (functionName.startsWith("js-to-wasm")) return "kernels that V8 calls without a frame";
  if (functionName === "(garbage collector)") return "garbage collection";
  if (functionName === "(idle)") return functionName;
  if (url === "" && !functionName.startsWith("(")) return "native code";
  const file = basename(url).replace(/\.m?js$/, "");
  return file === "" ? "Node itself" : `${functionName || "a function"} (${file})`;
}

/** Exports of WebAssembly are named by their number, which is what profiles know. */
async function kernelNames() {
  const { makeArena } = await import("phaselens/internal/kernels/arena");
  const { table } = await import("phaselens/internal/kernels/table");
  const { networkTable } = await import("phaselens/internal/kernels/networkTable");
  const arena = makeArena({ doubles: 0 });
  return new Map(
    Object.keys({ ...table, ...networkTable }).map((kernel) => [arena[kernel].name, kernel]),
  );
}
