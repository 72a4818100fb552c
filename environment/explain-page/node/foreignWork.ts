// Stands for the library's watch over other projects' parsers: in a page, its reader stops them by
// a button.
export const allowanceFor = (): { megabytes: number; seconds: number } => ({
  megabytes: Infinity,
  seconds: Infinity,
});
export const foreign = <T>(_allowance: unknown, call: () => T): T => call();
export const foreignTurns = foreign;
export const step = (): void => {};
