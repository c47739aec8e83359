import { buildApplication, type Application } from "@stricli/core";
import { createRequire } from "node:module";
import { routes } from "./commands.ts";
import type { Context } from "./context.ts";
import { exitCodeOf, textFor } from "./text.ts";

/** The command line, with texts that know which command was meant. `colour`: escape sequences may go to a terminal. */
export function applicationFor(called: string | undefined, colour: boolean): Application<Context> {
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
