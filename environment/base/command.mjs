// The frame of every command: checks Node, reads the options, turns errors into one sentence and an
// exit code. It runs before anything is installed, so it imports only what Node brings. The default
// import of node:util is on purpose: a named import of parseArgs would fail at link time on Node
// 16, before the sentence about its age could be printed.
import util from "node:util";
import { Failure } from "./failure.mjs";

const oldestNode = [20, 19];

/**
 * @param {string} version such as "20.19.0"
 * @returns {string | null} the sentence to print when that Node is too old
 */
export function complaintAboutNode(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return null;
  return `phaselens needs Node ${oldestNode.join(".")} or newer, this is Node ${version}. Install a current Node from https://nodejs.org.`;
}

/**
 * @typedef {object} Description
 * @property {string} usage  the text that --help prints
 * @property {Record<string, { type: "string" | "boolean", multiple?: boolean, short?: string }>}
 *   [options]
 * @property {boolean} [passThrough]  hand over all unknown arguments instead of refusing them
 *
 * @param {Description} description
 * @param {(options: Record<string, any>, args: string[]) => Promise<number | void>} work resolves
 *   to the exit code
 * @returns {Promise<void>}
 */
export async function runCommand(description, work) {
  const complaint = complaintAboutNode(process.versions.node);
  if (complaint) {
    console.error(complaint);
    process.exit(1);
  }
  try {
    const { options, args } = readArguments(description, process.argv.slice(2));
    if (options.help) {
      console.log(description.usage.trim());
      return;
    }
    process.exitCode = (await work(options, args)) ?? 0;
  } catch (error) {
    console.error(process.argv.includes("--verbose") ? error : sentence(error));
    process.exitCode = error instanceof Failure ? error.exitCode : 1;
  }
}

/** @param {Description} description  @param {string[]} argv */
function readArguments(description, argv) {
  const options = {
    help: { type: "boolean", short: "h" },
    verbose: { type: "boolean" },
    ...description.options,
  };
  if (description.passThrough) {
    const known = new Set(Object.keys(options).map((name) => `--${name}`));
    const { values } = util.parseArgs({
      args: argv.filter((argument) => known.has(argument)),
      options,
    });
    return { options: values, args: argv.filter((argument) => !known.has(argument)) };
  }
  try {
    const { values, positionals } = util.parseArgs({ args: argv, options, allowPositionals: true });
    return { options: values, args: positionals };
  } catch (error) {
    const fact = String(error.message).split(". ")[0];
    throw new Failure(`${fact}. --help lists the options.`, { exitCode: 2, cause: error });
  }
}

/** @param {unknown} error */
function sentence(error) {
  if (error instanceof Failure) return error.message;
  return `Unexpected failure: ${error instanceof Error ? error.message : String(error)} (--verbose shows where)`;
}

/**
 * A whole number from an option.
 * @param {string | undefined} text
 * @param {string} name
 * @param {number} smallest
 * @param {number} otherwise
 */
export function wholeNumber(text, name, smallest, otherwise) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < smallest) {
    throw new Failure(`--${name} must be a whole number >= ${smallest}, got "${text}".`, {
      exitCode: 2,
    });
  }
  return value;
}
