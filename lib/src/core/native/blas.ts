import { nodeModule, onNode } from "../files/nodeModule.js";
import { loadBlas, type NativeBlas } from "./load.js";
import { libraryPlace, type Place } from "./places.js";

type Storage = InstanceType<typeof import("node:async_hooks").AsyncLocalStorage<true>>;

let place: Place | undefined | null = null; // null: not looked for yet
let loaded: NativeBlas | undefined;
let portable: Storage | undefined;

/**
 * Where the native library lies that large products and eigenproblems go to: the file
 * PHASELENS_BLAS names, or what `libraryPlace` finds; none if PHASELENS_BLAS is "off", in a
 * browser, and inside `withoutNative`.
 */
export function nativePlace(): Place | undefined {
  if (!onNode() || isPortable()) return undefined;
  if (place === null) {
    const wish = process.env.PHASELENS_BLAS ?? "";
    place = wish === "off" ? undefined : wish === "" ? libraryPlace() : named(wish);
  }
  return place;
}

const named = (path: string): Place => ({ name: "BLAS", path });

/**
 * That library, opened at the first call; `undefined` where there is none. One that was found by
 * itself and cannot be opened counts as none; one that the user named throws.
 * @throws EnvironmentError see `loadBlas`
 */
export function nativeBlas(): NativeBlas | undefined {
  const found = nativePlace();
  if (found === undefined) return undefined;
  if (loaded === undefined) {
    try {
      loaded = loadBlas(found);
    } catch (error) {
      if (process.env.PHASELENS_BLAS) throw error;
      place = undefined;
    }
  }
  return loaded;
}

/** Whether this runs inside `withoutNative`. */
export const isPortable = (): boolean => portable?.getStore() === true;

/**
 * Runs `action` (also what it awaits) with the project's own kernels only, which round after each
 * operation: for numbers whose bytes are promised on every machine, such as ensembles.
 */
export function withoutNative<T>(action: () => T): T {
  if (!onNode()) return action();
  portable ??= new (nodeModule("node:async_hooks", "portable bytes").AsyncLocalStorage)<true>();
  return portable.run(true, action);
}
