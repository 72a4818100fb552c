// A process that runs the command lines it is sent, one after another, and answers with what each
// printed and its exit code: Node is started and the library compiled once for many of them.
import { runCli } from "../../lib/dist/cli.js";

const streams = ["stdout", "stderr"];
const printed = { stdout: "", stderr: "" };
for (const name of streams)
  process[name].write = (chunk, encoding, written) => {
    printed[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    (typeof encoding === "function" ? encoding : written)?.();
    return true;
  };

let last = Promise.resolve();
process.on("message", ({ id, cwd, args }) => {
  last = last.then(async () => {
    process.chdir(cwd);
    for (const name of streams) printed[name] = "";
    const code = await runCli(args);
    process.send({ id, ended: { ...printed, code, signal: null } });
  });
});
process.on("disconnect", () => process.exit());
// what ends the process is told where it is waited for
process.on("uncaughtExceptionMonitor", ({ stack }) => process.send({ fatal: stack }));
