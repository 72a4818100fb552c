/**
 * A foreseen failure of one of the commands: its message says what happened and what to do, so it
 * is printed without a stack. Exit code 2 means that the command was called wrongly, 1 that its
 * work failed.
 */
export class Failure extends Error {
  /** @param {string} message  @param {{ exitCode?: number, cause?: unknown }} [options] */
  constructor(message, { exitCode = 1, cause } = {}) {
    super(message, { cause });
    this.name = "Failure";
    this.exitCode = exitCode;
  }
}
