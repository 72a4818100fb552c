// npm run explore: the loss surface around the minimum, in the browser. Options: --port N, --once, --no-open, --verbose.
import { parseArgs } from "node:util";
import { openBrowser } from "./explore/openBrowser.mjs";
import { serve } from "./explore/serve.mjs";
import { lossSurface } from "./explore/surface.mjs";

const usage = "Usage: npm run explore -- [--port N] [--once] [--no-open] [--verbose]";

function readOptions() {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "0" }, once: { type: "boolean" }, "no-open": { type: "boolean" }, verbose: { type: "boolean" } },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65535) throw new Error(`--port is "${values.port}". Give a whole number up to 65535; 0 takes a free port.`);
  return { ...values, port };
}

function explain(error) {
  if (error.code === "EADDRINUSE") return `Port ${error.port} is in use. Choose another with --port, or leave it out to take a free one.`;
  if (error.code === "MODULE_NOT_FOUND") return `${error.message.split("\n")[0]}. Run: npm install`;
  return String(error.code).startsWith("ERR_PARSE_ARGS") ? `${error.message}\n${usage}` : error.message;
}

try {
  const options = readOptions();
  const { x, y, z, layout } = await lossSurface();
  const data = [{ type: "surface", x, y, z, colorscale: "Viridis" }];
  const server = await serve({ data, layout }, { port: options.port, once: options.once });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, server.close);
  console.log(`Loss surface: ${server.url}`);
  console.log(options.once ? "Ends when one page has been loaded." : "Ctrl-C ends it.");
  if (!options["no-open"]) openBrowser(server.url);
  await server.closed;
} catch (error) {
  console.error(process.argv.includes("--verbose") ? error : explain(error));
  process.exitCode = 1;
}
