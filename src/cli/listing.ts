import type { Command, RouteMap } from "@stricli/core";
import type { Context } from "./context.ts";
import { asText } from "../schema/json.ts";

/** A flag as a person reads it. */
export interface ListedFlag {
  /** As it is typed: `--input-tokens`. */
  name: string;
  /** What stands for its value; null where it takes none. */
  placeholder: string | null;
  /** What it may be; empty where it takes no word of a list. */
  values: readonly string[];
  meaning: string;
  /** What holds without it, in words; null where that goes without saying. */
  standard: string | null;
  isNeeded: boolean;
}

export interface ListedCommand {
  /** What is typed to call it: `export mlperf`. */
  name: string;
  brief: string;
  argument: { placeholder: string; brief: string; isOptional: boolean; isRepeated: boolean } | null;
  flags: ListedFlag[];
}

/** Commands and flags as data, in the order of the help: what completions and docs are made from. */
export function listCommands(routes: RouteMap<Context>, prefix = ""): ListedCommand[] {
  return routes
    .getAllEntries()
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, target }) => {
      const called = prefix + name["convert-camel-to-kebab"];
      if (!("parameters" in target)) return listCommands(target, `${called} `);
      return [
        {
          name: called,
          brief: target.brief,
          argument: argumentOf(target.parameters),
          flags: flagsOf(target.parameters),
        },
      ];
    });
}

type Parameters = Command<Context>["parameters"];
type Flag = NonNullable<Parameters["flags"]>[string];

function flagsOf({ flags = {} }: Parameters): ListedFlag[] {
  return Object.entries(flags).map(([name, flag]) => ({
    name: flagName(name),
    placeholder: flag.kind === "boolean" || flag.kind === "counter" ? null : placeholderOf(flag),
    values: flag.kind === "enum" ? flag.values : [],
    meaning: textOf(flag, "meaning") ?? flag.brief,
    standard: textOf(flag, "standard"),
    isNeeded: flag.kind !== "boolean" && flag.optional !== true,
  }));
}

/** As it is typed: `sloTtftMs` is `--slo-ttft-ms`. */
export function flagName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function placeholderOf(flag: Flag): string {
  return flag.kind === "enum" ? flag.values.join("|") : (flag.placeholder ?? "VALUE");
}

/** What `flags.ts` writes beside what Stricli asks for. */
function textOf(flag: object, member: "meaning" | "standard"): string | null {
  return asText(Object.entries(flag).find(([name]) => name === member)?.[1]);
}

function argumentOf({ positional }: Parameters): ListedCommand["argument"] {
  const isRepeated = positional?.kind === "array";
  const parameter = isRepeated ? positional.parameter : positional?.parameters[0];
  if (parameter === undefined) return null;
  const { placeholder = "argument", brief, optional } = parameter;
  return { placeholder, brief, isOptional: optional === true, isRepeated };
}
