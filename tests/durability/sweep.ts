import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PhaselensError } from "phaselens/core";
import { expect } from "vitest";
import { Failure } from "../../environment/base/failure.mjs";
import { withFault, type Fault } from "../support/faultyDisk.js";
import type { Writer } from "./writers.js";

type Files = Readonly<Record<string, string>>;

/** What nobody reads under that name: drafts, and locks. */
const passing = /\.tmp$|\.draft$|(^|\/)\.phaselens-draft-|\.stale$|\.lock$/;

/** Times of the making differ from run to run; everything else is bytes. */
const timeless = (text: string): string =>
  text
    .replace(/"made": "[^"]*"/, '"made": ""')
    .replace(/"seconds": [\d.]+/, '"seconds": 0')
    .replace(/"check": "[^"]*"/, '"check": ""');

function filesOf(folder: string): { files: Files; left: string[] } {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  const shown = names.filter((name) => !passing.test(name));
  return {
    files: Object.fromEntries(
      shown.map((name) => [name, timeless(readFileSync(join(folder, name), "latin1"))]),
    ),
    left: names.filter((name) => passing.test(name)),
  };
}

// a thousand writes that wait for the disk would take longer than all the rest
const MEMORY = "/dev/shm";

const theirs = "file of others.txt";
const THEIRS = "not ours";

/** One writer with its folder before, and after a run that nothing disturbs. */
export interface Sweep {
  readonly operations: number;
  /** Tries one fault at one operation. */
  fault(at: number, fault: Fault): Promise<void>;
  end(): void;
}

export async function sweepOf(writer: Writer): Promise<Sweep> {
  const scratch = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "phaselens-kill-"));
  let count = 0;
  const fresh = (): string => join(scratch, String(++count));
  const begun = fresh();
  mkdirSync(begun);
  await writer.old(begun);
  writeFileSync(join(begun, theirs), THEIRS);
  const before = filesOf(begun).files;
  const prepared = (): string => {
    const folder = fresh();
    cpSync(begun, folder, { recursive: true });
    return folder;
  };
  const done = prepared();
  const { operations, error } = await withFault(done, 0, "killed", () => writer.next(done));
  if (error !== undefined) throw error;
  const { files: after, left } = filesOf(done);
  expect(left).toEqual([]);

  return {
    operations,
    end: () => rmSync(scratch, { recursive: true, force: true }),
    async fault(at, fault) {
      const folder = prepared();
      const { error: thrown } = await withFault(folder, at, fault, () => writer.next(folder));
      if (fault !== "killed" && thrown !== undefined)
        expect(
          thrown instanceof PhaselensError || thrown instanceof Failure ? "typed" : thrown,
        ).toBe("typed");
      const { files: between, left: drafts } = filesOf(folder);
      for (const [name, text] of Object.entries(before))
        if (name in after || name === theirs) expect(between, name).toHaveProperty([name]);
        else if (name in between) expect(between[name]).toBe(text);
      for (const [name, text] of Object.entries(between)) {
        const isWhole = [before[name], after[name]].includes(text) || writer.whole?.(name);
        expect(isWhole ? "whole" : text, name).toBe("whole");
      }
      // a lock that the system did not let go, beside a result that is there, goes with its process
      const mayStay = (name: string): boolean => thrown === undefined && name.endsWith(".lock");
      if (fault !== "killed") expect(drafts.filter((name) => !mayStay(name))).toEqual([]);
      await writer.check?.(folder);
      // another process: what this one did in the folder it does not remember under another name
      const again = fresh();
      renameSync(folder, again);
      await writer.next(again);
      const ended = filesOf(again);
      expect(ended.left).toEqual([]);
      expect(ended.files).toEqual(after);
      rmSync(again, { recursive: true, force: true });
    },
  };
}
