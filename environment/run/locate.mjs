/**
 * The line of a cell that stands for a line of the JavaScript it was compiled to. The compiler
 * drops types, comments and blank lines and rewrites names, but keeps the order: so both texts are
 * normalised and aligned in order, which also tells repeated lines apart.
 * @param {string} source  the cell
 * @param {string} compiled  what tslab made of it
 * @param {number} compiledLine  from 1
 * @returns {number | null} line of the cell, from 1
 */
export function sourceLine(source, compiled, compiledLine) {
  const cellLines = source.split("\n").map(normalised);
  const compiledLines = compiled.split("\n").map(normalised);
  const partner = alignment(compiledLines, cellLines);
  // A line without a partner (a rewritten import, the half of a broken line) takes that of the
  // nearest line before it.
  for (let i = compiledLine - 1; i >= 0; i--) {
    if (partner[i] !== undefined) return partner[i] + 1;
  }
  return null;
}

/** Text of a line without what the compiler adds or removes. */
function normalised(line) {
  return line
    .replace(/\/\/.*$/, "")
    .replace(/exports\.tsLastExpr\d*\s*=|exports\./g, "")
    .replace(/\(0, [\w$]+_\d+\.([\w$]+)\)/g, "$1") // (0, module_1.name)(…) is name(…)
    .replace(/\b[\w$]+_\d+\./g, "")
    .replace(/\b(const|let|var|await|export|async)\b/g, "")
    .replace(/:\s*[\w.]+(<[^=()]*>)?(\[\])*(?=\s*[=,);])/g, "") // a type
    .replace(/[\s;'"`]/g, "");
}

/**
 * Pairs of lines that keep the order and have the greatest similarity in all (dynamic programming
 * over both texts).
 * @param {string[]} rows  @param {string[]} columns  @returns {(number | undefined)[]} column of each row
 */
function alignment(rows, columns) {
  const best = Array.from({ length: rows.length + 1 }, () => new Float64Array(columns.length + 1));
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let j = columns.length - 1; j >= 0; j--) {
      const paired = best[i + 1][j + 1] + similarity(rows[i], columns[j]);
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], paired);
    }
  }
  const partner = new Array(rows.length).fill(undefined);
  for (let i = 0, j = 0; i < rows.length && j < columns.length;) {
    const alike = similarity(rows[i], columns[j]);
    if (alike > 0 && best[i][j] === best[i + 1][j + 1] + alike) partner[i++] = j++;
    else if (best[i][j] === best[i + 1][j]) i++;
    else j++;
  }
  return partner;
}

/** 1 for equal lines, less for one inside the other, 0 for strangers and empty lines. */
function similarity(a, b) {
  if (!a || !b) return 0;
  if (a === b) return a.length > 1 ? 1 : 0.1; // a lone brace says little
  if (a.length < 2 || b.length < 2) return 0;
  if (a.includes(b) || b.includes(a))
    return (0.9 * Math.min(a.length, b.length)) / Math.max(a.length, b.length);
  const start = commonStart(a, b);
  return start >= 4 ? (0.5 * start) / Math.max(a.length, b.length) : 0;
}

function commonStart(a, b) {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return n;
}
