// A small Jupyter client: starts the real kernel as Jupyter would, from its command line and a
// connection file, and speaks the Jupyter messaging protocol 5.3 with it over ZeroMQ.
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kernelCommand } from "./kernelspec.mjs";

const delimiter = "<IDS|MSG>";

/**
 * @typedef {{ header: { msg_type: string }, parent: { msg_id?: string }, content: any }} Message
 */

/** A port that is free now. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });

/** tslab's own copy of the ZeroMQ binding. */
function zeroMq() {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve("tslab"))("zeromq");
}

/** @param {Buffer[]} frames  @returns {Message} */
function decode(frames) {
  const start = frames.findIndex((frame) => frame.toString() === delimiter);
  const part = (offset) => JSON.parse(frames[start + offset].toString());
  return { header: part(2), parent: part(3), content: part(5) };
}

/**
 * Starts a kernel in a folder.
 * @param {string} folder  @param {NodeJS.ProcessEnv} env
 * @param {(connectionFile: string) => string[]} [command]  its command line (default: our kernel's)
 * @returns {Promise<{ request(type: string, content: object, onOutput?: (message: Message) =>
 *   void, channel?: "shell" | "control"): Promise<any>, interrupt(): void,
 *   close(): Promise<void> }>}
 *   `request` resolves with the content of the reply once the kernel is idle again; outputs come
 *   through `onOutput` before that, or, as in JupyterLab, later;
 *   `interrupt` does what the button of JupyterLab does for a kernel of interrupt mode "signal"
 */
export async function startKernel(folder, env, command = kernelCommand) {
  const { Dealer, Subscriber } = zeroMq();
  const key = randomUUID();
  const ports = {};
  for (const name of ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"])
    ports[name] = await freePort();
  const connection = {
    transport: "tcp",
    ip: "127.0.0.1",
    key,
    signature_scheme: "hmac-sha256",
    kernel_name: "tslab",
    ...ports,
  };
  const scratch = mkdtempSync(join(tmpdir(), "phaselens-kernel-"));
  const file = join(scratch, "connection.json");
  writeFileSync(file, JSON.stringify(connection));

  const [program, ...args] = command(file);
  const kernel = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) =>
    kernel.once("exit", (code, signal) =>
      resolve(`the kernel ended (exit code ${code}, signal ${signal})`),
    ),
  );
  const stop = () => kernel.kill("SIGKILL");
  process.once("exit", stop);

  const shell = new Dealer({ linger: 0 });
  const control = new Dealer({ linger: 0 });
  const iopub = new Subscriber({ linger: 0 });
  shell.connect(`tcp://127.0.0.1:${connection.shell_port}`);
  control.connect(`tcp://127.0.0.1:${connection.control_port}`);
  iopub.connect(`tcp://127.0.0.1:${connection.iopub_port}`);
  iopub.subscribe("");

  /**
   * Open requests by message identity. @type {Map<string, { reply(message: Message): void,
   * publish(message: Message): void }>}
   */
  const open = new Map();
  const listen = async (socket, deliver) => {
    for await (const frames of socket) {
      const message = decode(frames);
      const request = open.get(message.parent.msg_id ?? "");
      if (request) deliver(request, message);
    }
  };
  const closed = () => {}; // a closed socket ends its loop with an error
  listen(shell, (request, message) => request.reply(message)).catch(closed);
  listen(control, (request, message) => request.reply(message)).catch(closed);
  listen(iopub, (request, message) => request.publish(message)).catch(closed);

  function request(type, content, onOutput = () => {}, channel = "shell") {
    const header = {
      msg_id: randomUUID(),
      session: key,
      username: "phaselens",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const signature = createHmac("sha256", key);
    for (const part of parts) signature.update(part);
    const answer = new Promise((resolve) => {
      let reply = null;
      let idle = false;
      const finish = () => reply && idle && resolve(reply.content);
      open.set(header.msg_id, {
        reply(message) {
          reply = message;
          finish();
        },
        publish(message) {
          if (message.header.msg_type !== "status") onOutput(message);
          else if (message.content.execution_state === "idle") {
            idle = true;
            finish();
          }
        },
      });
    });
    (channel === "shell" ? shell : control).send([delimiter, signature.digest("hex"), ...parts]);
    const failed = ended.then((reason) =>
      Promise.reject(new Error(/** @type {string} */ (reason))),
    );
    return Promise.race([answer, failed]);
  }

  async function close() {
    shell.close();
    control.close();
    iopub.close();
    kernel.kill("SIGTERM");
    const kill = setTimeout(stop, 2000);
    await ended;
    clearTimeout(kill);
    process.off("exit", stop);
    rmSync(scratch, { recursive: true, force: true });
  }

  try {
    await greeted(request, ended);
  } catch (error) {
    await close();
    throw error;
  }
  return { request, interrupt: () => void kernel.kill("SIGINT"), close };
}

/**
 * Waits for the kernel. Its first status messages may be published before our subscription has
 * reached it, and then a request never looks idle to us: so the greeting is repeated until one
 * whole exchange has been seen.
 */
async function greeted(request, ended) {
  for (let attempt = 0; attempt < 60; attempt++) {
    const pause = new Promise((resolve) => setTimeout(resolve, 500, null));
    const reply = await Promise.race([request("kernel_info_request", {}), pause]);
    if (reply) return;
  }
  throw new Error(
    `the kernel did not answer within 30 s; ${await Promise.race([ended, "it still runs"])}`,
  );
}
