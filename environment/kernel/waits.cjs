"use strict";
// Where a cell waits an interrupt goes on with an error, as it does where one computes. tslab only
// stops looking at a cell, which then runs on behind.

class KeyboardInterrupt extends Error {
  constructor() {
    super("The cell was interrupted.");
    this.name = "KeyboardInterrupt";
    this.stack = "";
  }
}

/** Of the await that a cell is at. @type {((reason: Error) => void) | undefined} */
let reject;

/**
 * What a cell awaits.
 * @param {unknown} value
 * @param {(waiting: boolean) => void} tell  called with true at once, with false when it goes on
 */
function waitFor(value, tell) {
  tell(true);
  return new Promise((resolve, refuse) => {
    reject = refuse;
    const over = () => void (reject = reject === refuse ? undefined : reject);
    Promise.resolve(value).then(
      (outcome) => {
        over();
        tell(false);
        resolve(outcome);
      },
      (error) => {
        over();
        refuse(error);
      },
    );
  });
}

/**
 * What a cell iterates over with `for await`.
 * @param {any} items  @param {(waiting: boolean) => void} tell  as above, at each turn
 */
function eachOf(items, tell) {
  const all = (async function* () {
    yield* items;
  })();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => waitFor(all.next(), tell),
      return: (/** @type {any} */ value) => all.return(value),
    }),
  };
}

/** Ends the await that a cell is at. @returns {boolean} false where there is none */
function breakOff() {
  const own = reject;
  reject = undefined;
  own?.(new KeyboardInterrupt());
  return own !== undefined;
}

module.exports = { breakOff, eachOf, waitFor };
