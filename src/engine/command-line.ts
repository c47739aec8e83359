import { plainText, memberOf, type Json } from "../schema/json.ts";
import { scopeOf, writtenKey, type Assignment } from "../schema/knob.ts";
import { type KnobDefinition } from "../schema/knob-definition.ts";
import {
  formsOf,
  isPlainValue,
  isSecret,
  isSecretName,
  longestFirst,
  maskSecrets,
  secretValues,
} from "../schema/secrets.ts";
import { engineVariables, type EngineVariables, type VariablesRequest } from "./engine-variables.ts";

export interface CommandRequest extends VariablesRequest {
  model: string;
  revision: string | null;
  /** Passed through the engine's own knob `tokenizer`, where it has one. */
  tokenizer: string | null;
  /** Put before the engine's command: a program that runs another, with its arguments. Nothing where it is left out. */
  prefix?: readonly string[];
  extraArgs: readonly string[];
  /** What stands for `{executable}`: one item, or several (a runtime and its script). */
  executable: readonly string[];
  host: string;
  port: number;
}

/** How an engine is started: everything that the start needs and the record keeps. */
export interface CommandLine extends EngineVariables {
  argv: string[];
  /** Names of all variables, sorted. */
  environmentNames: string[];
  /** Those that are not secret, with their values, sorted by name. */
  environmentValues: { name: string; value: string }[];
  /** Values that must never be written anywhere. */
  secrets: string[];
}

/**
 * The argument list and environment of one engine, from its file and an assignment. The order of the knobs is the
 * engine file's, so that the same assignment gives the same command however the matrix wrote it.
 * Throws on a knob that the engine file does not have: the matrix was checked before.
 */
export function commandLine(request: CommandRequest): CommandLine {
  const { engine } = request;
  const knobs = engineKnobs(request);
  const unknown = Object.keys(knobs).find((knob) => memberOf(engine.knobs, knob)?.flag === undefined);
  if (unknown !== undefined) throw new Error(`${engine.name} has no flag for the knob ${unknown}`);
  const made = engineVariables({ ...request, version: request.version ?? null });
  const { variables, references } = made;
  const names = Object.keys(variables).toSorted();
  return {
    argv: [
      ...(request.prefix ?? []),
      ...engine.command.flatMap((item) => fillPlaceholders(item, request)),
      ...engine.always,
      ...(request.revision !== null && engine.revisionFlag !== null ? [engine.revisionFlag, request.revision] : []),
      ...Object.entries(engine.knobs).flatMap(([knob, definition]) =>
        flagsOf(
          definition,
          memberOf(knobs, knob) ?? null,
          (value) => request.written?.get(writtenKey(knob, value)) ?? plainText(value),
        ),
      ),
      ...request.extraArgs,
    ],
    ...made,
    environmentNames: names,
    environmentValues: names
      .map((name) => ({ name, value: variables[name] ?? "" }))
      .filter(({ name, value }) => references[name] === undefined && !isSecret(name, value)),
    // What the engine cannot know it cannot print; what a hook or a wrapper finds on its own, it can.
    secrets: longestFirst([...secretsWithin(made), ...secretValues(request.userVariables)]),
  };
}

/** What an engine knows and may repeat in an answer, the longest first: the secrets of its own environment. */
export function secretsWithin({ variables, references }: Pick<CommandLine, "variables" | "references">): string[] {
  const declared = Object.entries(references).flatMap(([name, source]) => {
    const value = variables[name] ?? "";
    const isHidden = isSecretName(name) || isSecretName(source) || !isPlainValue(value);
    return isHidden ? formsOf(value) : [];
  });
  return longestFirst([...declared, ...secretValues(variables)]);
}

/** The argument list as it may be stored or shown. */
export function maskedArgv(command: CommandLine): string[] {
  return command.argv.map((item) => maskSecrets(item, command.secrets));
}

/** The knobs that the command line carries: those of the engine, with the study's tokenizer among them. */
function engineKnobs({ engine, knobs, tokenizer }: CommandRequest): Assignment {
  const own = Object.entries(knobs).filter(([knob, value]) => isEngineKnob(knob) && value !== null);
  const implied: Assignment = tokenizer !== null && engine.knobs["tokenizer"] ? { tokenizer } : {};
  return { ...implied, ...Object.fromEntries(own) };
}

/** True for a knob of the engine's command line; false for those of the client and the environment, and for what is launched. */
export function isEngineKnob(knob: string): boolean {
  return scopeOf(knob) === null;
}

function fillPlaceholders(item: string, request: CommandRequest): readonly string[] {
  if (item === "{executable}") return request.executable;
  const filled = item
    .replaceAll("{model}", () => request.model)
    .replaceAll("{host}", () => request.host)
    .replaceAll("{port}", () => String(request.port));
  return [filled];
}

/** One knob as options; nothing for null, and for a bool that is false where the engine has no word for it. */
function flagsOf({ flag, negation, type }: KnobDefinition, value: Json, argumentOf: (value: Json) => string): string[] {
  if (flag === undefined || value === null) return [];
  if (type === "bool") return (value === true ? flag : negation)?.split(" ") ?? [];
  // `--set kv_cache_config.max_tokens=`: one argument holds path and value, a list too.
  if (flag.endsWith("=")) {
    const words = flag.split(" ");
    return [...words.slice(0, -1), `${words.at(-1)}${Array.isArray(value) ? plainText(value) : argumentOf(value)}`];
  }
  if (Array.isArray(value) && type !== "json") return value.length === 0 ? [] : [flag, ...value.map(argumentOf)];
  const argument = argumentOf(value);
  // A value that begins with a dash would be taken for an option.
  return argument.startsWith("-") ? [`${flag}=${argument}`] : [flag, argument];
}

/** Strings as they are, also where JSON is meant: the matrix may hold it ready. */
