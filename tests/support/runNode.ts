import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Ended {
  stdout: string;
  stderr: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Starts `node file …args`; the file is found beside the caller. Resolves when the process has
 * ended, whatever its end.
 */
export function runNode(
  file: URL,
  args: readonly string[] = [],
  options: {
    env?: Record<string, string>;
    nodeArgs?: readonly string[];
    cwd?: string;
    /** Another Node than this one. */
    program?: string;
  } = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(
    options.program ?? process.execPath,
    [...(options.nodeArgs ?? []), fileURLToPath(file), ...args],
    {
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ stdout, stderr, code, signal }));
  });
  return { child, ended };
}
