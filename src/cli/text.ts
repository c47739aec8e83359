import {
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
  type ApplicationText,
} from "@stricli/core";
import { exitCodes } from "../schema/exit-code.ts";
import { fileFault } from "../world/file-fault.ts";
import { flagName } from "./listing.ts";

/** What the command line says of its own misuse: what is wrong, which choices there are, and what next. `command`: the first word that was given. */
export function textFor(command: string | undefined): ApplicationText {
  const next = `\`ceteris ${command === undefined || command.startsWith("-") ? "" : `${command} `}--help\` lists its flags and arguments.`;
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      `ceteris: there is no command \`${input}\`\n  ${meant(corrections)}\`ceteris --help\` lists the commands.`,
    exceptionWhileParsingArguments(exception) {
      // Anything else is no misuse: the caller says that it is an internal error.
      if (!(exception instanceof ArgumentScannerError)) throw exception;
      return `ceteris: ${misuse(exception)}\n  ${next}`;
    },
    exceptionWhileRunningCommand: fault,
    exceptionWhileLoadingCommandFunction: fault,
    exceptionWhileLoadingCommandContext: fault,
  };
}

/** An internal error with its trace; what the system refused (no room, no descriptor, no right) is none, and has its remedy. */
export function fault(exception: unknown): string {
  const refused = fileFault(exception);
  if (refused !== null) return `ceteris: ${refused.message}\n  ${refused.hint}`;
  const trace = exception instanceof Error ? (exception.stack ?? exception.message) : String(exception);
  return `ceteris: internal error, please report it:\n${trace}`;
}

/** What a command that threw ends with. */
export function exitCodeOf(exception: unknown): number {
  return fileFault(exception) === null ? exitCodes.internalError : exitCodes.misconfigured;
}

function misuse(error: ArgumentScannerError): string {
  return formatMessageForArgumentScannerError(error, {
    AliasNotFoundError: ({ input }) => `there is no flag -${input}`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder, exception }) =>
      `--${externalFlagNameOrPlaceholder}: ${exception instanceof Error ? exception.message : String(exception)}`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `--${externalFlagName} takes ${oneOf(values)}, not \`${input}\``,
    FlagNotFoundError: ({ input, corrections }) =>
      `there is no flag --${input}${corrections.length === 0 ? "" : `; did you mean ${oneOf(corrections.map(flagName))}?`}`,
    InvalidNegatedFlagSyntaxError: ({ externalFlagName, valueText }) =>
      `--${externalFlagName} takes no value, but was given \`${valueText}\``,
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      `--${externalFlagName} is given twice: \`${previousInput}\` and \`${input}\``,
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      `\`${input}\` is one argument too many: ${expectedCount === 0 ? "none is" : expectedCount === 1 ? "one is" : `${expectedCount} are`} expected (put quotes around an argument that contains spaces)`,
    UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) =>
      `--${externalFlagName} needs a value${nextFlagName === undefined ? "" : `, and --${nextFlagName} follows at once`}`,
    UnsatisfiedPositionalError: ({ placeholder }) => `the argument <${placeholder}> is missing`,
  });
}

function meant(corrections: readonly string[]): string {
  return corrections.length === 0 ? "" : `Did you mean ${oneOf(corrections)}? `;
}

function oneOf(words: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "disjunction" }).format(words);
}
