import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { html, type Html } from "./html.js";
import { table } from "./page.js";

/** A file that numbers come from. */
export interface FileFacts {
  /** What it was read for. */
  readonly role: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What one needs to make a report again. */
export interface Provenance {
  readonly command: string;
  readonly seed: number;
  readonly phaselens: string;
  readonly node: string;
  readonly platform: string;
  /** The native library that large products and eigenproblems went to, if there was one. */
  readonly blas?: string;
  /** Whether the project's own kernels added products with one rounding. */
  readonly fused?: boolean;
  /** ISO 8601. */
  readonly date: string;
  readonly seconds: number;
  readonly files: readonly FileFacts[];
}

/** Size and SHA-256 of a file, read in blocks. */
export function fileFacts(role: string, path: string): FileFacts {
  const hash = createHash("sha256");
  const block = Buffer.alloc(2 ** 20);
  const file = openSync(path, "r");
  try {
    for (let count; (count = readSync(file, block)) > 0;) hash.update(block.subarray(0, count));
  } finally {
    closeSync(file);
  }
  return { role, path, bytes: statSync(path).size, sha256: hash.digest("hex") };
}

export function provenanceSection({
  command,
  seed,
  phaselens,
  node,
  platform,
  blas,
  fused,
  date,
  seconds,
  files,
}: Provenance): Html {
  return html`<pre><code>${command}</code></pre>
    <p class="meta">
      phaselens ${phaselens}, Node ${node},
      ${platform}${blas ? `, ${blas}` : ""}${fused ? ", fused multiply-add" : ""}; ${date},
      ${seconds.toFixed(1)} s; seed ${seed}.
    </p>
    ${table(files, [
      { title: "read as", cell: ({ role }) => role },
      { title: "file", cell: ({ path }) => html`<code>${path}</code>` },
      { title: "bytes", number: true, cell: ({ bytes }) => bytes },
      { title: "SHA-256", cell: ({ sha256 }) => html`<code>${sha256}</code>` },
    ])}`;
}
