import type { ShardChoice } from "../generate/pieces.js";
import { UsageError } from "./command.js";

/** Part of a manifest. */
export const shardOption = {
  type: "string",
  value: "i/N",
  help: "only part i of N, counted from 1; parts may run anywhere, in any order",
} as const;

/** Threads of a manifest's run. */
export const jobsOption = {
  type: "string",
  value: "n",
  help: "worker threads (default: PHASELENS_JOBS, or the number of cores)",
} as const;

/** "3/8" as part 3 of 8. @throws UsageError */
export function readShard(text: string | undefined): ShardChoice | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = match ? [Number(match[1]), Number(match[2])] : [NaN, NaN];
  if (!(index >= 1 && index <= count))
    throw new UsageError(`--shard must be i/N with 1 ≤ i ≤ N, e.g. 3/8, got "${text}".`);
  return { index, count };
}
