"use strict";
// What the kernel and the thread that hears interrupts share: numbers of an Int32Array.
module.exports = {
  /** 1: what the library computes is to end (read by its `stopIfCancelled`). */
  CANCELLED: 0,
  /** How often something was ended from outside, without its `finally` (read by its locks). */
  ENDED: 1,
  /** 1 while a cell runs. */
  RUNNING: 2,
  /** How much of the kernel itself runs: its compiler must come to its end. */
  OWN: 3,
  /** How many interrupts the kernel has heard. */
  HEARD: 4,
  /** 1 where what does not look at `CANCELLED` may be ended: Node would end with it otherwise. */
  MAY_END: 5,
  LENGTH: 6,
  /** How long a computation may take to look at `CANCELLED`, ms. */
  PATIENCE: 500,
};
