import { vi } from "vitest";

/**
 * What a test file finds in its process, to be put back when its tests are over: the next file may
 * share the process with it.
 * @returns {() => void}  puts back variables of the environment, spies, stand-ins and clocks
 */
export function processAsFound() {
  const variables = { ...process.env };
  return () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    vi.useRealTimers();
    for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
    Object.assign(process.env, variables);
  };
}
