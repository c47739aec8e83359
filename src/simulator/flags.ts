import { jsonOrText, parseJson, type Json } from "../schema/json.ts";
import { object, type Settings } from "./settings.ts";
import known from "./known-flags.json" with { type: "json" };

/** A flag of `vllm serve` as the data file has it. */
interface KnownFlag {
  name: string;
  aliases?: string[];
  negation?: string;
  takes: "nothing" | "value" | "optional" | "list";
  type?: "int" | "float" | "json" | "human_readable_int" | "human_readable_int_or_auto";
  choices?: string[];
}

type ParsedArguments = { ok: true; model: string | null; settings: Settings } | { ok: false; message: string[] };

const flags = known.flags as KnownFlag[];

/** The environment variables that this version of the engine reads. */
export const knownVariables: ReadonlySet<string> = new Set(known.variables);

interface Option {
  flag: KnownFlag;
  negated: boolean;
}

const options = new Map<string, Option>();
for (const flag of flags) {
  for (const name of [flag.name, ...(flag.aliases ?? [])]) options.set(name, { flag, negated: false });
  if (flag.negation !== undefined) options.set(flag.negation, { flag, negated: true });
}

const usageOfServe = "usage: vllm serve [model_tag] [options]";
const usageOfAll = [
  "usage: vllm [-h] [-v]",
  "            {chat,complete,serve,launch,bench,collect-env,download-kernels,preload,run-batch,snapshot}",
  "            ...",
];

/** A mistake on the command line, in argparse's words; it ends the program with 2. */
class Mistake extends Error {}

/**
 * Reads what follows `vllm serve`: the model, then flags in each form that vLLM takes (`--x 1`, `--x=1`, `--no-x`,
 * `--json.key value`, `-cc.mode=3`, `-O3`, underscores for dashes, unambiguous beginnings). A mistake comes back as the
 * lines that argparse prints: `failures/` of the recorded answers of vLLM 0.32.0 has them.
 */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  const settings: Settings = {};
  const unrecognized: string[] = [];
  let model: string | null = null;
  try {
    for (let at = 0; at < argv.length; at++) {
      const word = argv[at]!;
      if (!isFlag(word)) {
        if (model === null && unrecognized.length === 0) model = word;
        else unrecognized.push(word);
        continue;
      }
      const { name, path, inline } = split(word);
      const option = find(name);
      if (option === null) {
        unrecognized.push(word);
        continue;
      }
      const values: string[] = [];
      if (inline !== null) values.push(inline);
      else if (path !== null || option.flag.takes !== "nothing") {
        while (at + 1 < argv.length && !isFlag(argv[at + 1]!)) {
          values.push(argv[++at]!);
          if (option.flag.takes !== "list" || path !== null) break;
        }
      }
      assign(settings, option, path, values);
    }
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { ok: false, message: [usageOfServe, `vllm serve: error: ${error.message}`] };
  }
  if (unrecognized.length > 0) {
    return {
      ok: false,
      message: [...usageOfAll, `vllm: error: unrecognized arguments: ${unrecognized.join(" ")}`],
    };
  }
  return { ok: true, model, settings };
}

/** As argparse sees it: a negative number is a value. */
function isFlag(word: string): boolean {
  return word.startsWith("-") && word !== "-" && !/^-\d+(\.\d+)?$/.test(word);
}

/** `--a-b.c.d=e` is the flag `--a-b`, the path `c.d` inside its JSON value, the value `e`. `-O3` is an optimization level. */
function split(word: string): { name: string; path: string | null; inline: string | null } {
  const level = /^-O(?:=?(\d+))?$/.exec(word);
  if (level) return { name: "--optimization-level", path: null, inline: level[1] ?? null };
  const equals = word.indexOf("=");
  const whole = equals === -1 ? word : word.slice(0, equals);
  const inline = equals === -1 ? null : word.slice(equals + 1);
  const dot = whole.indexOf(".");
  const name = (dot === -1 ? whole : whole.slice(0, dot)).replaceAll("_", "-");
  return { name, path: dot === -1 ? null : whole.slice(dot + 1), inline };
}

function find(name: string): Option | null {
  const exact = options.get(name);
  if (exact) return exact;
  if (!name.startsWith("--")) return null;
  const beginnings = [...options.keys()].filter((candidate) => candidate.startsWith(name));
  if (new Set(beginnings.map((candidate) => options.get(candidate)!.flag)).size > 1) {
    throw new Mistake(`ambiguous option: ${name} could match ${beginnings.join(", ")}`);
  }
  return beginnings[0] === undefined ? null : options.get(beginnings[0])!;
}

function assign(settings: Settings, { flag, negated }: Option, path: string | null, values: string[]): void {
  const key = flag.name.replace(/^--/, "").replaceAll("-", "_");
  if (path !== null) {
    const root = object(settings, key);
    setPath(root, path.split("."), jsonOrText(values[0] ?? "true"));
    settings[key] = root;
    return;
  }
  if (flag.takes === "nothing") {
    if (values.length > 0) throw new Mistake(`argument ${title(flag)}: ignored explicit argument '${values[0]}'`);
    settings[key] = !negated;
    return;
  }
  if (values.length === 0 && flag.takes !== "optional") {
    throw new Mistake(`argument ${title(flag)}: expected ${flag.takes === "list" ? "at least one" : "one"} argument`);
  }
  const converted = values.map((value) => convert(flag, value));
  settings[key] = flag.takes === "list" ? converted : (converted[0] ?? null);
}

function title(flag: KnownFlag): string {
  const names = [flag.name, ...(flag.aliases ?? [])];
  return [...names, ...(flag.negation === undefined ? [] : [flag.negation])].join("/");
}

function convert(flag: KnownFlag, text: string): Json {
  if (flag.choices && !flag.choices.includes(text)) {
    const choices = flag.choices.map((choice) => `'${choice}'`).join(", ");
    throw new Mistake(`argument ${title(flag)}: invalid choice: '${text}' (choose from ${choices})`);
  }
  switch (flag.type) {
    case "int":
      if (!/^[+-]?\d+$/.test(text.trim())) throw invalid(flag, "int", text);
      return Number(text);
    case "float":
      if (text.trim() === "" || !Number.isFinite(Number(text))) throw invalid(flag, "float", text);
      return Number(text);
    case "human_readable_int":
      return humanReadableInt(flag, text);
    case "human_readable_int_or_auto":
      return text === "auto" || text === "-1" ? -1 : humanReadableInt(flag, text);
    case "json": {
      const value = parseJson(text);
      if (value !== undefined) return value;
      throw new Mistake(
        `argument ${title(flag)}: Value ${text} cannot be converted to <function loads at 0x7f8246695a80>.`,
      );
    }
    default:
      return text;
  }
}

/** `1k` is 1000, `1K` is 1024, `25.6k` is 25600: vLLM's own help for these flags. */
function humanReadableInt(flag: KnownFlag, text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kKmMgGtT])$/.exec(text.trim());
  if (match) {
    const [, number, suffix] = match as unknown as [string, string, string];
    const binary = suffix === suffix.toUpperCase();
    if (binary && number.includes(".")) {
      const instead = `${number}${suffix.toLowerCase()}`;
      throw new Mistake(
        `argument ${title(flag)}: Decimals are not allowed with binary suffixes like ${suffix}. Did you mean to use ${instead} instead?`,
      );
    }
    return Math.trunc(Number(number) * (binary ? 1024 : 1000) ** (1 + "kmgt".indexOf(suffix.toLowerCase())));
  }
  if (!/^[+-]?\d+$/.test(text.trim())) throw invalid(flag, "human_readable_int", text);
  return Number(text);
}

function invalid(flag: KnownFlag, type: string, text: string): Mistake {
  return new Mistake(`argument ${title(flag)}: invalid ${type} value: '${text}'`);
}

function setPath(root: Settings, path: string[], value: Json): void {
  let node = root;
  for (const step of path.slice(0, -1)) {
    const child = object(node, step);
    node[step] = child;
    node = child;
  }
  node[path.at(-1)!] = value;
}
