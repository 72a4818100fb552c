// Builds the page that explains: one file that works from disk, offline. Nothing is done when
// nothing changed.
import { mkdirSync, readFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Failure } from "../base/failure.mjs";
import { filesBelow, hashFiles, sha256 } from "../base/hash.mjs";
import { readJsonIfSound } from "../base/json-file.mjs";
import { inProject, root } from "../base/project.mjs";
import { writeAtomically } from "../base/atomic.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const record = inProject(".cache", "explain-page.json");
/** Where `phaselens explain` finds it, and the package takes it from. */
export const pagePath = inProject("lib", "page", "explain.html");

/** Budget of the page. */
const MOST_BYTES = 6e6;

/**
 * The library has to be built.
 * @param {(text: string) => void} [say]  that it takes a while (default: on a line)
 * @returns {Promise<boolean>} whether anything was built
 * @throws Failure where the page is larger than its budget
 */
export async function buildPage(say = console.log) {
  const sources = hashFiles(root, [...filesBelow(here), ...library()]);
  const known = readJsonIfSound(record);
  if (known?.sources === sources && known.page === hashOf(pagePath)) return false;
  say("Building the page that explains …");
  const html = await page();
  if (Buffer.byteLength(html) > MOST_BYTES)
    throw new Failure(`The page has ${Buffer.byteLength(html)} bytes, more than ${MOST_BYTES}.`);
  mkdirSync(dirname(pagePath), { recursive: true });
  writeAtomically(pagePath, html);
  writeAtomically(record, JSON.stringify({ sources, page: sha256(html) }));
  return true;
}

/** What any part may be made of. */
const library = () => [
  ...filesBelow(inProject("lib", "dist"), (path) => path.endsWith(".js")),
  inProject("package-lock.json"),
];

const hashOf = (path) => existsSync(path) && sha256(readFileSync(path));

/** Each part is made when something that it is made of has changed. */
async function page() {
  const { inScript, template } = await import("./template.mjs");
  const { style } = await import("phaselens/internal/report/style");
  const worker = await part("worker", ["worker", "node"], async () => {
    const { scriptOf } = await import("./bundles.mjs");
    const { code } = await scriptOf("worker/worker.ts");
    return gzipSync(code, { level: 9 }).toString("base64");
  });
  const own = await part("page", ["page", "worker/protocol.ts"], async () => {
    const { scriptOf } = await import("./bundles.mjs");
    return scriptOf("page/main.ts");
  });
  const shown = await part("example", ["example"], async () => {
    const { example } = await import("./example/example.mjs");
    return example();
  });
  return template({
    script: inScript(own.code),
    styles: `${own.css}\n${style}\n${readFileSync(join(here, "page", "style.css"), "utf8")}`,
    worker,
    example: shown,
  });
}

/**
 * @template T
 * @param {string} name  @param {string[]} sources  files and folders in this one
 * @param {() => T | Promise<T>} make  @returns {Promise<T>}
 */
async function part(name, sources, make) {
  const key = hashFiles(root, [
    join(here, "bundles.mjs"),
    ...sources.flatMap((own) => (/\./.test(own) ? [join(here, own)] : filesBelow(join(here, own)))),
    ...library(),
  ]);
  const path = inProject(".cache", "explain-page", `${name}.json`);
  const known = readJsonIfSound(path);
  if (known?.key === key) return known.made;
  const made = await make();
  mkdirSync(dirname(path), { recursive: true });
  writeAtomically(path, JSON.stringify({ key, made }));
  return made;
}
