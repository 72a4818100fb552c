/**
 * What a parser of another project may take for one call, beyond which its file is taken for
 * damaged.
 */
export interface Allowance {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Cells that the thread that waits looks at. */
export const TURN = 0;
export const RUNNING = 1;
export const MILLISECONDS = 2;
export const MEGABYTES = 3;
export const STEPS = 4;
export const CELLS = 5;

/** Every parser: 2 s and 300 MB beyond what the data need, less what it takes to notice. */
const [SECONDS, MEGABYTES_AT_ALL] = [1.5, 250];
/** Of sound files parsers read at least so many bytes in a second, and hold so many times them. */
const [BYTES_A_SECOND, TIMES_THE_BYTES] = [5e6, 8];

/** What parsing so many bytes may take. */
export const allowanceFor = (bytes: number): Allowance => ({
  seconds: SECONDS + bytes / BYTES_A_SECOND,
  megabytes: MEGABYTES_AT_ALL + (TIMES_THE_BYTES * bytes) / 2 ** 20,
});

let watched: Int32Array | undefined;
/** Calls may call others; the outermost counts. */
let depth = 0;

/** Lets another thread watch what parsers do in this one. */
export function watchedBy(cells: Int32Array): void {
  watched = cells;
}

/** The call makes progress: the time that it may take begins anew. */
export function step(): void {
  if (watched) watched[STEPS]++;
}

function begin({ seconds, megabytes }: Allowance): void {
  if (!watched || depth++ > 0) return;
  watched[MILLISECONDS] = Math.min(2 ** 31 - 1, 1000 * seconds);
  watched[MEGABYTES] = Math.min(2 ** 31 - 1, megabytes);
  watched[TURN]++;
  Atomics.store(watched, RUNNING, 1);
}

function end(): void {
  if (watched && --depth === 0) Atomics.store(watched, RUNNING, 0);
}

/**
 * Calls a parser of another project. In a thread of its own it is ended beyond the allowance; in
 * this one nothing ends it.
 */
export function foreign<T>(allowance: Allowance, call: () => T): T {
  begin(allowance);
  try {
    return call();
  } finally {
    end();
  }
}

/** The same of a call that takes turns with others. */
export async function foreignTurns<T>(allowance: Allowance, call: () => Promise<T>): Promise<T> {
  begin(allowance);
  try {
    return await call();
  } finally {
    end();
  }
}
