import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import type { ListedCommand, ListedFlag } from "./listing.ts";

const writers: Readonly<Record<string, (commands: readonly ListedCommand[]) => string>> = {
  bash: (commands) => `${bashFunction(commands)}complete -o default -F _ceteris ceteris\n`,
  zsh: (commands) =>
    `#compdef ceteris\nautoload -U +X bashcompinit && bashcompinit\n${bashFunction(commands)}complete -o default -F _ceteris ceteris\n`,
  fish: fishCompletions,
};

/** `ceteris completions SHELL`: a script for the shell, on stdout. */
export async function completionsCommand(
  world: World,
  shell: string,
  commands: readonly ListedCommand[],
): Promise<number> {
  const writer = Object.hasOwn(writers, shell) ? writers[shell] : undefined;
  if (writer === undefined) {
    world.streams.err(`ceteris: there are no completions for \`${shell}\`\n  Take bash, zsh or fish.\n`);
    return exitCodes.misconfigured;
  }
  world.streams.out(writer(commands));
  return exitCodes.done;
}

/** Completes the words of a list: commands, then the flags of the command, then the words that a flag takes. Elsewhere the shell completes files. */
function bashFunction(commands: readonly ListedCommand[]): string {
  const heads = firstWords(commands);
  return [
    "_ceteris() {",
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words=""',
    '  case "${COMP_WORDS[*]:1:COMP_CWORD-1} " in',
    `    " ") words="${[...heads.keys(), "--help", "--version"].join(" ")}" ;;`,
    ...[...heads]
      .filter(([, below]) => below.length > 0)
      .map(([head, below]) => `    "${head} ") words="${below.join(" ")}" ;;`),
    ...commands.flatMap(({ name, flags }) => [
      `    "${name} "*)`,
      `      words="${[...flags.map((flag) => flag.name), "--help"].join(" ")}"`,
      '      case "$before" in',
      ...flags.filter(takesValue).map((flag) => `        ${flag.name}) words="${flag.values.join(" ")}" ;;`),
      "      esac ;;",
    ]),
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "}",
    "",
  ].join("\n");
}

function fishCompletions(commands: readonly ListedCommand[]): string {
  const heads = firstWords(commands);
  const isFirst = `-n "__fish_use_subcommand"`;
  return [
    `complete -c ceteris ${isFirst} -l help -d 'Print help'`,
    `complete -c ceteris ${isFirst} -l version -d 'Print the version'`,
    ...[...heads].flatMap(([head, below]) => [
      `complete -c ceteris ${isFirst} -f -a ${head} -d ${quoted(briefOf(commands, head))}`,
      ...below.map(
        (name) =>
          `complete -c ceteris -n "__fish_seen_subcommand_from ${head}" -f -a ${name} -d ${quoted(briefOf(commands, `${head} ${name}`))}`,
      ),
    ]),
    ...commands.flatMap(({ name, flags }) => flags.map((flag) => fishFlag(name, flag))),
    "",
  ].join("\n");
}

function fishFlag(command: string, flag: ListedFlag): string {
  const isCalled = command
    .split(" ")
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join("; and ");
  const value = flag.values.length > 0 ? ` -x -a ${quoted(flag.values.join(" "))}` : takesValue(flag) ? " -r" : "";
  return `complete -c ceteris -n "${isCalled}" -l ${flag.name.slice(2)} -d ${quoted(flag.meaning)}${value}`;
}

function takesValue({ placeholder }: ListedFlag): boolean {
  return placeholder !== null;
}

/** First words of all commands, with the second ones that they have. */
function firstWords(commands: readonly ListedCommand[]): Map<string, string[]> {
  const words = commands.map(({ name }) => name.split(" "));
  return new Map(
    words.map(([head = ""]) => [
      head,
      words.filter(([first, second]) => first === head && second !== undefined).map(([, second = ""]) => second),
    ]),
  );
}

function briefOf(commands: readonly ListedCommand[], name: string): string {
  return commands.find((command) => command.name === name || command.name.startsWith(`${name} `))?.brief ?? "";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`\'`)}'`;
}
