/** Median and spread of repeated measurements. @param {number[]} ms  milliseconds, at least one */
export function summary(ms) {
  const sorted = [...ms].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1], ms };
}

/** "340 ms", "1.25 s". @param {number} ms */
const time = (ms) => (ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`);

/** @param {{ median: number, min: number, max: number }} side */
const spread = ({ median, min, max }) => `${time(median)} (${time(min)} to ${time(max)})`;

/** The measured rows as a table of plain text. @param {any[]} rows */
export function table(rows) {
  const head = [
    "row",
    "ours: median (spread)",
    "memory",
    "peer: median (spread)",
    "ratio",
    "target",
  ];
  const body = rows.map(({ id, ours, peer, ratio, target }) => [
    id,
    spread(ours),
    `${ours.peakMegabytes} MB`,
    peer ? `${peer.label}: ${peer.missing ? "not installed" : spread(peer)}` : "none",
    ratio ? ratio.toPrecision(3) : "",
    target,
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((line) => line[column].length)),
  );
  return [head, widths.map((width) => "-".repeat(width)), ...body]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
