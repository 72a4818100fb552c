// Stands for the library's way to Node's modules: a page has those that read files.
import * as fs from "./fs.js";
import * as os from "./os.js";
import * as path from "./path.js";
import * as crypto from "./crypto.js";
import * as zlib from "./zlib.js";

const modules: Readonly<Record<string, unknown>> = {
  "node:fs": fs,
  "node:os": os,
  "node:path": path,
  "node:crypto": crypto,
  "node:zlib": zlib,
};

export const onNode = (): boolean => false;

export function nodeModule(name: string, purpose: string): unknown {
  if (Object.hasOwn(modules, name)) return modules[name];
  throw new Error(
    `${purpose} needs ${name}, which a page has not. Do this part on the command line.`,
  );
}
