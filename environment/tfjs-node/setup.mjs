// npm run setup:tfjs-node: builds the native binding of TensorFlow.js, which npm ci leaves out
// because it cannot be downloaded everywhere.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runCommand } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { ensureInstalled } from "../base/install.mjs";
import { root } from "../base/project.mjs";
import { checkWheelWay, unpackWheel } from "./wheel.mjs";

const usage = `
npm run setup:tfjs-node    builds the native binding of TensorFlow.js: by its own download, or with the libraries of PyPI's TensorFlow
  -- --wheel     go straight to the second way
  -- --remove    take the binding away again
  -- --verbose   show what npm and the compiler say`;

runCommand(
  { usage, options: { wheel: { type: "boolean" }, remove: { type: "boolean" } } },
  async ({ wheel, remove, verbose }) => {
    ensureInstalled();
    const folder = packageFolder();
    if (remove) {
      for (const made of ["deps", "build", "build-tmp-napi-v8", join("lib", "napi-v8")])
        rmSync(join(folder, made), { recursive: true, force: true });
      console.log("The native binding is gone; plain TensorFlow.js is used.");
      return;
    }
    const version = bindingVersion();
    if (version) return console.log(`The native binding ${version} works already.`);
    if (!wheel) {
      console.log("Trying tfjs-node's own download …");
      if (runInstall(folder, verbose, 600_000)) return report("its own download");
      console.log("That failed; it is linked with the libraries of PyPI's TensorFlow instead.");
    }
    const python = checkWheelWay();
    unpackWheel(python, folder);
    console.log("Compiling the binding …");
    if (!runInstall(folder, verbose, 1_800_000)) {
      throw new Failure(
        "The binding could not be compiled. npm run setup:tfjs-node -- --wheel --verbose shows why.",
      );
    }
    report("the libraries of PyPI's TensorFlow");
  },
);

/** @returns {string} */
function packageFolder() {
  try {
    return dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-node/package.json"));
  } catch (cause) {
    throw new Failure(
      "@tensorflow/tfjs-node is not installed, although it is an optional dependency. Run npm ci without --omit=optional.",
      { cause },
    );
  }
}

/**
 * Runs the package's install script, and tells whether the binding works afterwards. As a script by
 * name, because `npm rebuild` heeds allowScripts, which keeps npm ci from running it.
 * @param {string} cwd  the package's folder
 */
function runInstall(cwd, verbose, timeout) {
  const path = process.env.npm_execpath;
  const [command, prefix] = path?.endsWith(".js") ? [process.execPath, [path]] : ["npm", []];
  // where Node brings them along, they need not be fetched
  const headers = dirname(dirname(realpathSync(process.execPath)));
  const env = existsSync(join(headers, "include", "node", "node_api.h"))
    ? { ...process.env, npm_config_nodedir: headers }
    : process.env;
  spawnSync(command, [...prefix, "run", "install"], {
    cwd,
    env,
    stdio: verbose ? "inherit" : "ignore",
    timeout,
    shell: process.platform === "win32",
  });
  return bindingVersion() !== null;
}

function report(way) {
  console.log(`The native binding ${bindingVersion()} works, by way of ${way}.`);
}

/**
 * Version of TensorFlow if the binding loads and computes; in another process, because a broken one
 * may end it.
 */
function bindingVersion() {
  const script = `
    const tf = require(${JSON.stringify(join(root, "environment", "tfjs-for-danfo"))});
    if (tf.getBackend() !== "tensorflow") process.exit(1);
    if (tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0] !== 11) process.exit(1);
    console.log(tf.version["tfjs-node"] + " on TensorFlow " + tf.backend().binding.TF_Version);`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" };
  const { status, stdout } = spawnSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    timeout: 120_000,
    cwd: root,
    env,
  });
  return status === 0 ? stdout.trim().split("\n").pop() : null;
}
