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
    if (isDisorder(error)) thread.finish();
    else keep(thread, bytes);
    if (isMissing) return undefined;
    throw error;
  }
  let open = true;
  let usable = true;
  return {
    facts,
    async ask(ask, ...values) {
      try {
        return await thread.ask({ ask, values });
      } catch (error) {
        usable &&= !isDisorder(error);
        throw error;
      }
    },
    close() {
      if (!open) return;
      open = false;
      if (!usable) {
        thread.finish();
        return;
      }
      thread.ask({ ask: "close", values: [] }).catch(() => {}); // it is lost, and so is the file
      keep(thread, bytes);
    },
  };
}

/**
 * Whether the library in the thread may be in disorder: once it has aborted it does so in every
 * call that follows, and of a damaged file it may keep parts that it takes for those of the next.
 */
const isDisorder = (error: unknown): boolean =>
  /Aborted\(|cannot be read as HDF5/.test((error as Error).message);

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
