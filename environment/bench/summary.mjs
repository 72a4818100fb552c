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
 * "" or how far a row moved since an earlier measurement, such as "+23 %!"; of ours with a native
 * library behind it, where both have it.
 * @param {any} row  @param {any[]} earlier
 */
export function moved({ id, ours, native }, earlier) {
  const before = earlier.find((one) => one.id === id);
  const changes = [change(ours, before?.ours), change(native, before?.native)];
  return changes.filter((text) => text !== "").join(" / ");
}

/** @returns {string} "+5 %" from one median to the other, with a mark where that is much */
function change(side, before) {
  if (!side || !before) return "";
  const part = side.median / before.median - 1;
  const percent = `${part < 0 ? "−" : "+"}${Math.abs(100 * part).toFixed(0)} %`;
  return Math.abs(part) > MOVED ? `${percent}!` : percent;
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
    ["strongest peer: median (spread)", ({ peer }) => besides(peer, spread)],
    ["others", (row) => others(row).join(", ")],
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
  peer ? `${peer.label}: ${peer.missing ? "not measured" : words(peer)}` : "none";

/** The weaker peers of a row. @param {any} row  @returns {string[]} */
const others = ({ peer, peers = [] }) =>
  peers
    .filter((one) => one.label !== peer?.label)
    .map((one) => besides(one, ({ median }) => time(median)));

/**
 * The fastest of the peers that were measured; where none was, the first, which says why; null for
 * a row without peers.
 * @param {any[]} peers
 */
export function strongest(peers) {
  const measured = peers.filter(({ median }) => median > 0);
  if (measured.length === 0) return peers[0] ?? null;
  return measured.reduce((best, peer) => (peer.median < best.median ? peer : best));
}

/**
 * The measured rows that have a headline, for README.md: ours without and with a native library,
 * the strongest peer, both ratios, then machine and date.
 * @param {any[]} rows
 */
export function readmeTable(rows) {
  const headlines = rows.filter(({ headline }) => headline);
  const lines = headlines.map(({ headline, ours, native, peer, ratio, nativeRatio }) => {
    const cells = [
      headline,
      time(ours.median),
      native ? time(native.median) : "",
      besides(peer, ({ median }) => time(median)),
      ratio?.toPrecision(2) ?? "",
      nativeRatio?.toPrecision(2) ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const conditions = [...new Set(headlines.map((row) => conditionsOf(row.conditions)))];
  return [
    "| | here | with BLAS | strongest beside it | ratio | with BLAS |",
    "|---|---|---|---|---|---|",
    ...lines,
    "",
    `Medians, one thread each side: ${conditions.join("; ")}.`,
  ].join("\n");
}

/** @param {any} conditions */
export function conditionsOf({ date, machine, node, blas }) {
  return `${date.slice(0, 10)}, ${machine}, Node ${node.replace("v", "")}, ${blas ?? "no BLAS"}`;
}
