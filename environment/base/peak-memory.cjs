"use strict";
const { readFileSync } = require("node:fs");

/**
 * Largest resident set of this process, bytes. On Linux that of `resourceUsage` counts its parent's
 * as well, up to the moment of the fork: a small child of a large process looks as large, and what
 * it takes itself is not seen.
 * @returns {number}
 */
function peakBytes() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

module.exports = { peakBytes };
