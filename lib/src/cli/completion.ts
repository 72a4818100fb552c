import {
  readArguments,
  UsageError,
  type Command,
  type ListedCommand,
  type Option,
  type Options,
} from "./command.js";

const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];
/** What a script has of each command. */
type Commands = Readonly<
  Record<string, Pick<ListedCommand, "summary"> & Pick<Command, "options" | "operand">>
>;

const usage = `Usage: phaselens completion <${shells.join("|")}>

Prints what completes commands, options and their values in a shell. It is made of the tables that read the command line.

Example:
  phaselens completion bash > ~/.local/share/bash-completion/completions/phaselens
  phaselens completion zsh > "\${fpath[1]}/_phaselens"
  phaselens completion fish > ~/.config/fish/completions/phaselens.fish

Exit codes: 0 done, 2 called wrongly.`;

/** `phaselens completion`, for all commands that there are when it runs. */
export function completionCommand(listed: Readonly<Record<string, ListedCommand>>): Command {
  return {
    options: {},
    operand: { name: "shell", choices: shells },
    usage,
    async run(argv) {
      const {
        operands: [shell],
      } = readArguments(argv, {}, 1);
      if (!(shells as readonly (string | undefined)[]).includes(shell))
        throw new UsageError(`Name a shell: ${shells.join(", ")}.`);
      const commands = Object.entries(listed).map(async ([name, { summary, load }]) => {
        const { options, operand } = await load();
        return [name, { summary, options, operand }] as const;
      });
      const loaded = Object.fromEntries(await Promise.all(commands));
      process.stdout.write(completionScript(shell as Shell, loaded));
      return 0;
    },
  };
}

/** The script that a shell reads. */
export function completionScript(shell: Shell, commands: Commands): string {
  return { bash, zsh, fish }[shell](commands);
}

const withHelp = (options: Options): [string, Option][] =>
  Object.entries({ ...options, help: { type: "boolean", help: "describe the command" } as Option });
const quoted = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;

function bash(commands: Commands): string {
  const words = (list: readonly string[]): string =>
    `COMPREPLY=($(compgen -W ${quoted(list.join("\n"))} -- "$current"))`;
  const values = ({ choices, completes }: Pick<Option, "choices" | "completes">): string => {
    if (choices) return words(choices);
    return completes
      ? `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen ${completes === "folder" ? "-d" : "-f"} -- "$current"))`
      : ":";
  };
  const byOption = Object.entries(commands).flatMap(([name, { options }]) =>
    Object.entries(options)
      .filter(([, { type }]) => type === "string")
      .map(
        ([option, table]) => `    ${quoted(`${name} --${option}`)}) ${values(table)}; return ;;`,
      ),
  );
  const byCommand = Object.entries(commands).map(([name, { options, operand }]) =>
    [
      `    ${name})`,
      `      case "$current" in`,
      `        -*) ${words(withHelp(options).map(([option]) => `--${option}`))} ;;`,
      `        *) ${operand ? values(operand) : words(withHelp(options).map(([option]) => `--${option}`))} ;;`,
      `      esac ;;`,
    ].join("\n"),
  );
  return `# Completion of phaselens for bash
_phaselens() {
  local IFS=$'\\n' current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    ${words([...Object.keys(commands), "--help", "--version"])}
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${byOption.join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${byCommand.join("\n")}
  esac
}
complete -F _phaselens phaselens
`;
}

function zsh(commands: Commands): string {
  const plain = (text: string): string => text.replace(/[[\]:\\]/g, "\\$&");
  const action = ({ choices, completes }: Pick<Option, "choices" | "completes">): string =>
    choices
      ? `(${choices.join(" ")})`
      : completes === "folder"
        ? "_files -/"
        : completes
          ? "_files"
          : " ";
  const cases = Object.entries(commands).map(([name, { options, operand }]) => {
    const specs = withHelp(options).map(
      ([option, table]) =>
        `--${option}[${plain(table.help)}]${table.type === "string" ? `:${plain(table.value ?? "value")}:${action(table)}` : ""}`,
    );
    if (operand) specs.push(`1:${plain(operand.name)}:${action(operand)}`);
    return `    ${name}) _arguments ${specs.map(quoted).join(" ")} ;;`;
  });
  return `#compdef phaselens
# Completion of phaselens for zsh
_phaselens() {
  local -a commands
  commands=(${Object.entries(commands)
    .map(([name, { summary }]) => quoted(`${name}:${summary}`))
    .join(" ")})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = _phaselens ]; then _phaselens "$@"; else compdef _phaselens phaselens; fi
`;
}

function fish(commands: Commands): string {
  const value = ({ choices, completes }: Pick<Option, "choices" | "completes">): string => {
    if (choices) return `-x -a ${quoted(choices.join(" "))}`;
    return completes === "folder"
      ? "-x -a '(__fish_complete_directories)'"
      : completes
        ? "-r -F"
        : "-x";
  };
  const lines = Object.entries(commands).flatMap(([name, { summary, options, operand }]) => {
    const inside = `complete -c phaselens -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c phaselens -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...withHelp(options).map(
        ([option, table]) =>
          `${inside} -l ${option} ${table.type === "string" ? value(table) : "-f"} -d ${quoted(table.help)}`,
      ),
      ...(operand
        ? [`${inside} ${operand.choices ? `-f -a ${quoted(operand.choices.join(" "))}` : "-F"}`]
        : []),
    ];
  });
  return `# Completion of phaselens for fish\ncomplete -c phaselens -n __fish_use_subcommand -f -l version -d 'print the version'\n${lines.join("\n")}\n`;
}
