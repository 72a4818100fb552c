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

/** A row moved if its median changed by more than this. */
const MOVED = 0.1;

/**
 * "" or how far a row moved since an earlier measurement, such as "+23 %!".
 * @param {any} row  @param {any[]} earlier
 */
export function moved({ id, ours }, earlier) {
  const before = earlier.find((one) => one.id === id)?.ours?.median;
  if (before === undefined) return "";
  const change = ours.median / before - 1;
  const percent = `${change < 0 ? "−" : "+"}${Math.abs(100 * change).toFixed(0)} %`;
  return Math.abs(change) > MOVED ? `${percent}!` : percent;
}

/**
 * The measured rows as a table of plain text.
 * @param {any[]} rows
 * @param {any[]} [earlier]  rows of another time, against which they are held
 */
export function table(rows, earlier = []) {
  const columns = [
    ["row", ({ id }) => id],
    ["ours: median (spread)", ({ ours }) => spread(ours)],
    ["with BLAS", ({ native }) => (native ? time(native.median) : "")],
    ["memory", ({ ours }) => `${ours.peakMegabytes} MB`],
    ["peer: median (spread)", ({ peer }) => besides(peer, spread)],
    ["ratio", ({ ratio }) => ratio?.toPrecision(3) ?? ""],
    ["with BLAS", ({ nativeRatio }) => nativeRatio?.toPrecision(3) ?? ""],
    ...(earlier.length > 0 ? [["moved", (row) => moved(row, earlier)]] : []),
    ["target", ({ target }) => target],
  ];
  const head = columns.map(([title]) => title);
  const body = rows.map((row) => columns.map(([, cell]) => cell(row)));
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

/** @param {any} peer  @param {(side: any) => string} words */
const besides = (peer, words) =>
  peer ? `${peer.label}: ${peer.missing ? "not installed" : words(peer)}` : "none";

/**
 * The measured rows for README.md: ours without and with a native library, the peer, both ratios,
 * then machine and date.
 * @param {any[]} rows
 */
export function readmeTable(rows) {
  const lines = rows.map(({ title, ours, native, peer, ratio, nativeRatio }) => {
    const cells = [
      title,
      time(ours.median),
      native ? time(native.median) : "",
      besides(peer, ({ median }) => time(median)),
      ratio?.toPrecision(2) ?? "",
      nativeRatio?.toPrecision(2) ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const conditions = [...new Set(rows.map((row) => conditionsOf(row.conditions)))];
  return [
    "| | here | with BLAS | beside it | ratio | with BLAS |",
    "|---|---|---|---|---|---|",
    ...lines,
    "",
    `Medians, one thread each side: ${conditions.join("; ")}.`,
  ].join("\n");
}

/** @param {any} conditions */
function conditionsOf({ date, machine, node, blas }) {
  return `${date.slice(0, 10)}, ${machine}, Node ${node.replace("v", "")}, ${blas ?? "no BLAS"}`;
}
