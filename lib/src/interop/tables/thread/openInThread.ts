import { statSync } from "node:fs";
import { allowanceFor } from "./foreignWork.js";
import type { Opener } from "./openers.js";
import { patience } from "./overdue.js";
import { ReadingThread } from "./readingThread.js";

/** A file that is open in a thread of its own. */
export interface OpenThere {
  readonly facts: unknown;
  ask(what: string, ...values: readonly unknown[]): Promise<unknown>;
  close(): void;
}

/** How long a thread waits for the next file, ms: its start takes 40, and the parser's 100. */
const PATIENCE = 50;
/** A thread that has read more is not kept: memory of WebAssembly is never given back. */
const MOST_KEPT = 64 * 2 ** 20;

let idle: ReadingThread | undefined;
let ending: NodeJS.Timeout | undefined;

/**
 * Opens a file in a thread, in which a parser of another project may take so much time and memory
 * and no more, see `foreign`.
 * @returns undefined where there are no threads, or their module is missing (in a bundle)
 * @throws as the opener, and DataError naming the file where its parser took too much
 */
export async function openInThread(
  opener: Opener,
  path: string,
  ...more: readonly unknown[]
): Promise<OpenThere | undefined> {
  const bytes = sizeOf(path);
  const thread = threadFor(bytes);
  thread.path = path;
  let facts: unknown;
  try {
    facts = await thread.ask({ ask: "open", opener, values: [path, ...more] });
  } catch (error) {
    const isMissing = thread.isMute && (error as NodeJS.ErrnoException).code !== undefined;
    keep(thread, bytes);
    if (isMissing) return undefined;
    throw error;
  }
  let open = true;
  return {
    facts,
    ask: (ask, ...values) => thread.ask({ ask, values }),
    close() {
      if (!open) return;
      open = false;
      thread.ask({ ask: "close", values: [] }).catch(() => {}); // it is lost, and so is the file
      keep(thread, bytes);
    },
  };
}

/** 0 for what cannot be looked at; opening it says why. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** The idle one, if it may hold as much as is needed. */
function threadFor(bytes: number): ReadingThread {
  const wanted = patience() * allowanceFor(bytes).megabytes;
  const megabytes = 2 ** Math.ceil(Math.log2(wanted));
  const kept = idle;
  if (kept?.megabytes === megabytes && !kept.isLost) {
    clearTimeout(ending);
    idle = undefined;
    return kept;
  }
  return new ReadingThread(megabytes);
}

function keep(thread: ReadingThread, bytes: number): void {
  if (thread.isLost) return;
  if (idle || bytes > MOST_KEPT) return thread.finish();
  idle = thread;
  ending = setTimeout(() => {
    idle?.finish();
    idle = undefined;
  }, PATIENCE);
}
