import { EnvironmentError } from "../errors.js";

interface NodeModules {
  "node:async_hooks": typeof import("node:async_hooks");
  "node:crypto": typeof import("node:crypto");
  "node:diagnostics_channel": typeof import("node:diagnostics_channel");
  "node:fs": typeof import("node:fs");
  "node:module": typeof import("node:module");
  "node:os": typeof import("node:os");
  "node:path": typeof import("node:path");
  "node:timers/promises": typeof import("node:timers/promises");
  "node:url": typeof import("node:url");
  "node:worker_threads": typeof import("node:worker_threads");
  "node:zlib": typeof import("node:zlib");
}

/**
 * Whether modules of Node can be had; a browser, or a bundler's stand-in for `process`, has none.
 */
export function onNode(): boolean {
  return typeof process !== "undefined" && typeof process.getBuiltinModule === "function";
}

/**
 * A module of Node, asked for when it is used and not when the library is loaded: a static import
 * would stop every bundler and browser at the first file, though most of the library only computes.
 * @param purpose  what is done with it, for the message
 * @throws EnvironmentError where there is none
 */
export function nodeModule<Name extends keyof NodeModules>(
  name: Name,
  purpose: string,
): NodeModules[Name] {
  if (!onNode()) {
    const fact = `${purpose} needs ${name}, which is not there (a browser?)`;
    throw new EnvironmentError(
      `${fact}. Do this part in Node 20.19 or later and hand over the result.`,
      { module: name },
    );
  }
  return process.getBuiltinModule(name) as unknown as NodeModules[Name];
}
