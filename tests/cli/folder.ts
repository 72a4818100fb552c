import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { Ended } from "../support/runNode.js";

/** A folder that is gone when the tests of a file are over. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const runner = fileURLToPath(new URL("commandLines.mjs", import.meta.url));

interface Waiting {
  readonly resolve: (ended: Ended) => void;
  readonly reject: (reason: Error) => void;
}
interface Told {
  readonly id?: number;
  readonly ended?: Ended;
  /** The stack of the error that ends the process. */
  readonly fatal?: string;
}

/** A process that runs command lines, one at a time, in the order they are sent. */
function commandLines(): { child: ChildProcess; waiting: Map<number, Waiting> } {
  const child = fork(runner, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map<number, Waiting>();
  let why = "without a word";
  child.on("message", ({ id = -1, ended, fatal = why }: Told) => {
    why = fatal;
    if (ended) waiting.get(id)?.resolve(ended);
    waiting.delete(id);
  });
  child.on("exit", (code, signal) => {
    for (const { reject } of waiting.values())
      reject(new Error(`the process of phaselens ended with ${code ?? signal}: ${why}`));
  });
  return { child, waiting };
}

/**
 * `phaselens …args` in a folder, or in the one that there is at the time: all calls of a file in
 * one process, which is started by the first of them, so that no call can count on a process of
 * its own; that `lib/bin/phaselens.mjs` starts one is tested by tests/cli/report and by the pages
 * of the documentation.
 */
export function phaselensIn(cwd: string | (() => string)): (...args: string[]) => Promise<Ended> {
  let running: ReturnType<typeof commandLines> | undefined;
  let calls = 0;
  afterAll(async () => {
    if (!running || running.child.exitCode !== null) return;
    const ended = once(running.child, "exit");
    running.child.disconnect();
    await ended;
  });
  return (...args) =>
    new Promise((resolve, reject) => {
      const { child, waiting } = (running ??= commandLines());
      const id = calls++;
      waiting.set(id, { resolve, reject });
      const folder = typeof cwd === "string" ? cwd : cwd();
      child.send({ id, cwd: folder, args }, (error) => error && reject(error));
    });
}
