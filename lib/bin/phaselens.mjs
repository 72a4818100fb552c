#!/usr/bin/env node
// The command `phaselens`; a file of its own, so that it is executable before and after the library
// is built.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
if (existsSync(command)) {
  const { runCli } = await import("../dist/cli.js");
  process.exitCode = await runCli(process.argv.slice(2));
} else {
  console.error(`phaselens: ${command} is missing. Build the library first: npm run build.`);
  process.exitCode = 1;
}
