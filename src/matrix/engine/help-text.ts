import type { Json } from "../../schema/json.ts";
import type { KnobType } from "../../schema/knob-definition.ts";

/** One option as argparse prints it. */
export interface HelpOption {
  /** The flag without its dashes, in snake_case. */
  name: string;
  flag: string;
  negation?: string;
  /** Other spellings, short ones included. */
  aliases: string[];
  type: KnobType;
  /** False where the help shows only a placeholder, so that the type is a guess (`string`). */
  typeIsCertain: boolean;
  values?: string[];
  /** The choices are known ones, others may exist. */
  open?: boolean;
  /** Absent where the help says none, says `None`, or prints something that is not a plain value. */
  default?: Json;
  /** Why it changes nothing, though it is taken. */
  inert?: string;
  group: string;
  /** The first sentence of its text. */
  help?: string;
}

interface RawOption {
  group: string;
  invocation: string;
  text: string;
}

/** The options of an argparse help (`--help=all`), in its order. */
export function parseHelp(help: string): HelpOption[] {
  return rawOptions(help).flatMap((raw) => optionOf(raw) ?? []);
}

/** Options stand at an indent of two; their text follows after two blanks or on deeper lines; a heading ends in a colon. */
function rawOptions(help: string): RawOption[] {
  const options: RawOption[] = [];
  let group: string | null = null;
  let open: RawOption | null = null;
  for (const line of help.split("\n")) {
    const heading = /^(\w[\w ]*):$/.exec(line)?.[1];
    if (heading !== undefined || (/^\S/.test(line) && line.trim() !== "")) {
      group = heading ?? null;
      open = null;
    } else if (group !== null && /^ {2}-/.test(line)) {
      const [invocation = "", ...text] = line.trim().split(/ {2,}/);
      open = { group, invocation, text: text.join(" ") };
      options.push(open);
    } else if (open && /^ {8,}\S/.test(line)) {
      open.text = joined(open.text, line.trim());
    } else if (line.trim() === "" && open) {
      open = null;
    }
  }
  return options;
}

/** argparse wraps at blanks and after hyphens. */
function joined(text: string, next: string): string {
  if (text === "") return next;
  return text.endsWith("-") ? text + next : `${text} ${next}`;
}

function optionOf(raw: RawOption): HelpOption | null {
  const parts = raw.invocation.split(/, (?=-)/).map((part) => {
    const [spelling = "", ...metavar] = part.split(" ");
    return { spelling, metavar: metavar.join(" ") };
  });
  const long = parts.filter(({ spelling }) => spelling.startsWith("--"));
  const first = long.find(({ spelling }) => !spelling.startsWith("--no-")) ?? long[0];
  if (!first) return null;
  const flag = first.spelling;
  const negation = long.find(({ spelling }) => negationsOf(flag).includes(spelling))?.spelling;
  const inert = inertness(raw.text);
  const fallback = statedDefault(raw.text);
  const help = firstSentence(raw.text);
  return {
    name: flag.slice(2).replaceAll("-", "_"),
    flag,
    ...(negation === undefined ? {} : { negation }),
    aliases: parts.map(({ spelling }) => spelling).filter((spelling) => spelling !== flag && spelling !== negation),
    ...typeOf(first.metavar, raw.text),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(inert === null ? {} : { inert }),
    group: raw.group,
    ...(help === "" ? {} : { help }),
  };
}

/** How the option that says false is called: argparse prefixes `no-`, vLLM 0.33.0 turns `enable-` and `disable-` around. */
function negationsOf(flag: string): string[] {
  const [, verb, rest] = /^--(enable|disable)-(.+)$/.exec(flag) ?? [];
  const turned = verb === undefined ? [] : [`--${verb === "enable" ? "disable" : "enable"}-${rest}`];
  return [`--no-${flag.slice(2)}`, ...turned];
}

/** What the help says of an option that is still taken and does nothing; null of any other. */
function inertness(text: string): string | null {
  return /\bdeprecated\b/i.test(text) && /\bhas no effect\b/.test(text) ? text.replace(/ *\(default: .*\)$/, "") : null;
}

function typeOf(metavar: string, text: string): Pick<HelpOption, "type" | "typeIsCertain" | "values" | "open"> {
  if (metavar === "") return { type: "bool", typeIsCertain: true };
  const braces = /^\{([^}]*)\}/.exec(metavar)?.[1];
  const isList = / \[.* \.\.\.\]$/.test(metavar);
  if (braces !== undefined) {
    const values = braces.split(",").filter((value) => value !== "None");
    if (isList) return { type: "list", typeIsCertain: true, values };
    if (values.every((value) => /^\d+$/.test(value))) return { type: "int", typeIsCertain: true, values };
    const open = metavar.includes(" or name registered in ");
    return { type: "choice", typeIsCertain: true, values, ...(open ? { open } : {}) };
  }
  // A quoted list is how vLLM shows "one of these, or another string".
  const quoted = /^\[('.*')\]$/.exec(metavar)?.[1];
  if (quoted !== undefined) {
    const values = quoted.split(", ").map((value) => value.slice(1, -1));
    return { type: "choice", typeIsCertain: true, values, open: true };
  }
  if (isList) return { type: "list", typeIsCertain: true };
  if (text.includes("valid JSON string")) return { type: "json", typeIsCertain: true };
  if (text.includes("Parse human-readable integers")) return { type: "int", typeIsCertain: true };
  const number = /\(default: -?\d+(\.\d+)?\)$/.exec(text);
  const type = number === null ? "string" : number[1] === undefined ? "int" : "float";
  return { type, typeIsCertain: false };
}

/** What `(default: …)` says, where it is a plain value of Python. */
function statedDefault(text: string): Json | undefined {
  const said = /.*\(default: (.*)\)$/.exec(text)?.[1];
  if (said === undefined || said === "None") return undefined;
  if (said === "True" || said === "False") return said === "True";
  if (said === "{}" || said === "[]") return said === "{}" ? {} : [];
  if (/^-?\d+(\.\d+)?$/.test(said)) return Number(said);
  return /^[\w./-]+$/.test(said) ? said : undefined;
}

/** Sentences that say how a value is written, not what it does. */
const mechanics = [
  /\(default: .*\)$/,
  /API docs: \S+ ?\S*#vllm\.config\.\w+/,
  /Should either be a valid JSON string or JSON keys passed individually\./,
  /Parse human-readable integers .*$/,
];

function firstSentence(text: string): string {
  let rest = text;
  for (const pattern of mechanics) rest = rest.replace(pattern, "");
  rest = rest.trim();
  const sentence = /^.*?(?<!e\.g)\.(?= [A-Z"-]|$)/.exec(rest)?.[0] ?? rest;
  return sentence.replace(/: - .*$/, ".").trim();
}
