import type { AsyncLocalStorage } from "node:async_hooks";
import { nodeModule, onNode } from "../files/nodeModule.js";

let storage: AsyncLocalStorage<readonly string[]> | undefined;
const store = (): AsyncLocalStorage<readonly string[]> =>
  (storage ??= new (nodeModule("node:async_hooks", "the cache").AsyncLocalStorage)<
    readonly string[]
  >());

/**
 * The cache files whose values the present call is part of computing, the outermost first; those of
 * the thread that asked this one included. Who waits for one of them waits for himself.
 */
export function filesBeingComputed(): readonly string[] {
  return onNode() ? (store().getStore() ?? []) : [];
}

/** Runs `action` as a part of computing these files. */
export function whileComputing<T>(files: readonly string[], action: () => T): T {
  return files.length === 0 ? action() : store().run(files, action);
}
