import type { ListedCommand } from "./cli/command.js";
import { UsageError } from "./cli/command.js";
import { completionCommand } from "./cli/completion.js";
import { shownLines } from "./cli/print.js";
import { PhaselensError } from "./core/errors.js";
import { phaselensVersion } from "./generate/phaselensVersion.js";

const commands: Readonly<Record<string, ListedCommand>> = {
  explain: {
    summary: "explains a model's outputs: relevance, influence, uncertainty",
    load: async () => (await import("./cli/explain.js")).explainCommand,
  },
  audit: {
    summary: "examines whether a model's influence functions can be trusted",
    load: async () => (await import("./cli/audit.js")).auditCommand,
  },
  new: {
    summary: "writes a notebook that explains a model",
    load: async () => (await import("./cli/newNotebook.js")).newCommand,
  },
  generate: {
    summary: "makes the lattice ensembles or jets that a manifest names",
    load: async () => (await import("./cli/generate.js")).generateCommand,
  },
  study: {
    summary: "retrains a model as a manifest asks: without points, on bootstraps, from other seeds",
    load: async () => (await import("./cli/study.js")).studyCommand,
  },
  merge: {
    summary: "checks what the shards of generate or study made and writes the index",
    load: async () => (await import("./cli/merge.js")).mergeCommand,
  },
  completion: {
    summary: "prints the completion of a shell",
    load: () => Promise.resolve(completionCommand(commands)),
  },
};

function usage(): string {
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(12)}${summary}`,
  );
  return `phaselens ${phaselensVersion}: explain and audit machine-learned models of physics

Usage: phaselens <command> [options]

${lines.join("\n")}

phaselens <command> --help describes a command.
Exit codes: 0 done, 1 the work failed, 2 called wrongly; of audit: 1 the verdict is fail, 3 the audit itself failed.`;
}

/**
 * The command line: runs the command named first.
 * @param argv  without node and script
 * @returns exit code: 0 done, 1 the work failed, 2 called wrongly; a command may have others, which
 *   its help names
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === "--version") {
    console.log(phaselensVersion);
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    (name === undefined ? console.error : console.log)(usage());
    return name === undefined ? 2 : 0;
  }
  if (!Object.hasOwn(commands, name)) {
    console.error(
      `phaselens: there is no command "${name}"; there are ${Object.keys(commands).join(", ")}. phaselens --help lists them.`,
    );
    return 2;
  }
  const command = await commands[name].load();
  if (rest.includes("--help") || rest.includes("-h")) {
    console.log(command.usage);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(
        `phaselens ${name}: ${error.message} phaselens ${name} --help lists the options.`,
      );
      return 2;
    }
    const stack = error instanceof Error ? error.stack : String(error);
    console.error(
      error instanceof PhaselensError
        ? `phaselens ${name}: ${error.message}`
        : shownLines(stack ?? ""),
    );
    return command.failure ?? 1;
  }
}
