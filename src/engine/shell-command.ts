import { isSecret } from "../schema/secrets.ts";
import { shellWord } from "../schema/shell-line.ts";
import { entriesByName } from "../schema/text-order.ts";
import type { CommandLine } from "./command-line.ts";
import type { Hooks } from "./hooks.ts";

/**
 * What to paste into a POSIX shell: what runs before the launch, folders made, variables set, the program and its arguments;
 * what runs after each trial as comments. A secret is shown as the variable that holds it, so that the lines work in the shell
 * that has it. PATH and HOME are the shell's own.
 */
export function shellCommand(
  command: CommandLine,
  { beforeLaunch, afterTrial }: Pick<Hooks, "beforeLaunch" | "afterTrial"> = { beforeLaunch: [], afterTrial: [] },
): string {
  const words = (argv: readonly string[]): string => argv.map((item) => withoutSecrets(item, command)).join(" ");
  const makeFolders = command.folders.length === 0 ? [] : [`mkdir -p ${command.folders.map(quoted).join(" ")} &&`];
  const variables = entriesByName(command.variables)
    .filter(([name]) => name !== "PATH" && name !== "HOME")
    .map(([name, value]) => {
      const reference = command.references[name] ?? (isSecret(name, value) ? name : null);
      return `${name}=${reference === null ? quoted(value) : `"$${reference}"`}`;
    });
  return [
    ...beforeLaunch.map((hook) => `${words(hook)} &&`),
    [...makeFolders, ...variables, words(command.argv)].join(" "),
    ...afterTrial.map((hook) => `# after each trial: ${words(hook)}`),
  ].join("\n");
}

function withoutSecrets(item: string, { variables, references, secrets }: CommandLine): string {
  // The longest first: one may be a part of another.
  const hidden = Object.entries(variables)
    .filter(([, value]) => value !== "" && secrets.includes(value))
    .toSorted(([, one], [, other]) => other.length - one.length);
  const shown = (text: string, [first, ...others] = hidden): string => {
    if (first === undefined) return text === "" ? "" : quoted(text);
    const [name, value] = first;
    return text
      .split(value)
      .map((part) => shown(part, others))
      .join(`"$${references[name] ?? name}"`);
  };
  return item === "" ? quoted(item) : shown(item);
}

/** One word of the shell. `$HOME/` at its start is the shell's own. */
function quoted(text: string): string {
  if (text.startsWith("$HOME/")) return `"$HOME"/${quoted(text.slice("$HOME/".length))}`;
  return shellWord(text);
}
