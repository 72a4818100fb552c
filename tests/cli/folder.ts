import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { runNode, type Ended } from "../support/runNode.js";

/** A folder that is gone when the tests of a file are over. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const command = new URL("../../lib/bin/phaselens.mjs", import.meta.url);

/** `phaselens …args` in a folder. */
export const phaselensIn =
  (cwd: string) =>
  (...args: string[]): Promise<Ended> =>
    runNode(command, args, { cwd }).ended;
