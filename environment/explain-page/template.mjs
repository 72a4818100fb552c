// The page in one file: it may run its own script, compile WebAssembly, start workers from itself,
// and nothing else.
import { createHash } from "node:crypto";

/**
 * @param {{ script: string, styles: string, worker: string, example: object }} parts  the
 *   worker packed by gzip and written as base64; of the example files as base64, and classes
 * @returns {string}
 */
export function template({ script, styles, worker, example }) {
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}' 'wasm-unsafe-eval'`,
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>phaselens: why does the model say that?</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
<header><h1>Why does the model say that, and can it be trusted?</h1></header>
<main id="main"><noscript><p class="note">This page computes in your browser, which has scripts switched off. Allow them for this file.</p></noscript></main>
<footer>phaselens. Everything on this page was computed on this computer.</footer>
<script type="application/json" id="phaselens-document"></script>
<script type="application/json" id="phaselens-example">${JSON.stringify(example)}</script>
<script type="application/gzip" id="phaselens-worker">${worker}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** A script as it may stand in HTML. @param {string} code */
export const inScript = (code) =>
  code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
