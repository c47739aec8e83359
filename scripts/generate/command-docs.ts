import { routes } from "../../src/cli/commands.ts";
import { listCommands, type ListedCommand, type ListedFlag } from "../../src/cli/listing.ts";
import { exitCodeMeanings, exitCodes } from "../../src/schema/exit-code.ts";
import { table } from "./page.ts";

const commands = listCommands(routes);

/** `docs/commands.md`: every command with its flags. */
export function commandDocs(): string {
  return [
    "# Commands",
    "",
    "Made by `npm run generate` from `src/cli/commands.ts`; not edited by hand. `ceteris COMMAND --help` says the same, and",
    "`ceteris completions bash|zsh|fish` prints a script that completes commands and flags:",
    "",
    "```sh",
    "source <(ceteris completions bash)                                          # zsh: the same with zsh",
    "ceteris completions fish > ~/.config/fish/completions/ceteris.fish",
    "```",
    "",
    "stdout has results, stderr what people read beside them. How a command ends: [exit-codes.md](exit-codes.md). Variables that",
    "are read: [environment.md](environment.md).",
    "",
    ...commands.flatMap((command) => [
      `## ceteris ${command.name}`,
      "",
      `${command.brief}.`,
      "",
      "```",
      usage(command),
      "```",
      "",
      ...(command.flags.length === 0 ? [] : [flagTable(command.name), ""]),
    ]),
  ].join("\n");
}

/** The flags of one command, for its own page. */
export function flagTable(command: string): string {
  const found = commands.find(({ name }) => name === command);
  if (found === undefined) throw new Error(`there is no command ${command}`);
  return table(
    ["flag", "meaning", "default"],
    found.flags.map((flag) => [`\`${typed(flag)}\``, flag.meaning, flag.isNeeded ? "needed" : (flag.standard ?? "")]),
  );
}

function typed({ name, placeholder }: ListedFlag): string {
  return placeholder === null ? name : `${name} ${placeholder}`;
}

function usage({ name, argument, flags }: ListedCommand): string {
  const word = argument === null ? "" : ` ${argument.placeholder.toUpperCase()}${argument.isRepeated ? " …" : ""}`;
  const needed = flags.filter(({ isNeeded }) => isNeeded).map((flag) => ` ${typed(flag)}`);
  const others = flags.length > needed.length ? " [flags]" : "";
  return `ceteris ${name}${argument?.isOptional === true ? ` [${word.trim()}]` : word}${needed.join("")}${others}`;
}

/** `docs/exit-codes.md`. */
export function exitCodeDocs(): string {
  return [
    "# Exit codes",
    "",
    "Made by `npm run generate` from `src/schema/exit-code.ts`; not edited by hand. Other programs call Ceteris, so these stay.",
    "",
    table(
      ["code", "meaning"],
      Object.entries(exitCodeMeanings).map(([name, meaning]) => [
        String(exitCodes[name as keyof typeof exitCodeMeanings]),
        meaning,
      ]),
    ),
    "",
    "78 comes from the launcher `bin/ceteris.sh`, before Ceteris runs: there is no Node that is new enough.",
    "",
  ].join("\n");
}
