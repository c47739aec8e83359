import { buildApplication, type Application } from "@stricli/core";
import { createRequire } from "node:module";
import { routes } from "./commands.ts";
import type { Context } from "./context.ts";
import { listCommands } from "./listing.ts";
import { exitCodeOf, textFor } from "./text.ts";

/** The command line, with texts that know which command was `typed`. `colour`: escape sequences may go to a terminal. */
export function applicationFor(typed: readonly string[], colour: boolean): Application<Context> {
  const twoWords = typed.slice(0, 2).join(" ");
  const called = listCommands(routes).some(({ name }) => name === twoWords) ? twoWords : typed[0];
  return buildApplication(routes, {
    name: "ceteris",
    versionInfo: {
      getCurrentVersion: async () =>
        (createRequire(import.meta.url)("../../package.json") as { version: string }).version,
    },
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { caseStyle: "convert-camel-to-kebab", disableAnsiColor: !colour },
    determineExitCode: exitCodeOf,
    localization: { text: textFor(called) },
  });
}
