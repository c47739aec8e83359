import { purpose, routes } from "./commands.ts";
import { listCommands } from "./listing.ts";

/** What bare `ceteris` says: its purpose, each command in a line, and where to go next. */
export function overview(): string {
  const commands = listCommands(routes);
  const widest = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${purpose}.`,
    "Each row of a matrix is measured in randomised blocks beside its baseline; a report says what it did, and how sure that is.",
    "",
    ...commands.map(({ name, brief }) => `  ${name.padEnd(widest)}  ${brief}`),
    "",
    "Next: `ceteris init` writes a first matrix, `ceteris bench URL` measures a server that runs already,",
    "and `ceteris COMMAND --help` lists the flags of a command.",
    "",
  ].join("\n");
}
