import type { Engine } from "../../../schema/engine.ts";
import { jsonOrText, parseJson, type Json } from "../../../schema/json.ts";
import { isSecret } from "../../../schema/secrets.ts";
import type { Assignment } from "../../../schema/knob.ts";
import type { KnobDefinition } from "../../../schema/knob-definition.ts";

/** What could not be carried over, and why. */
export interface LeftBehind {
  what: string;
  why: string;
}

/** Flags of an engine as settings of a matrix. */
export interface ReadEngineFlags {
  knobs: Assignment;
  /** The model, where a word says it. */
  model: string | null;
  left: LeftBehind[];
}

/** `vllm serve` flags as knobs, by the flags that the engine file names. `words`: what follows the command. */
export function readEngineFlags(engine: Engine, words: readonly string[]): ReadEngineFlags {
  const read: ReadEngineFlags = { knobs: {}, model: null, left: [] };
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place]!;
    if (!/^-{1,2}[a-z]/i.test(word)) {
      if (word.includes("$")) read.left.push({ what: word, why: ofTheShell });
      else if (read.model === null) read.model = word;
      else read.left.push({ what: word, why: "it follows no flag" });
      continue;
    }
    const [flag = "", ...rest] = word.split("=");
    const inline = rest.length === 0 ? null : rest.join("=");
    const knob = knobOf(engine, flag);
    const next = words[place + 1];
    const hasValue = inline !== null || (next !== undefined && !/^-{1,2}[a-z]/i.test(next));
    if (knob?.isSwitch === true && inline === null) {
      read.knobs[knob.name] = !knob.isNegated;
      continue;
    }
    const text = inline ?? (hasValue ? next! : "");
    if (inline === null && hasValue) place += 1;
    if (flag === "--model" && !text.includes("$")) read.model = text;
    else take(read, engine, { flag, knob, text });
  }
  return read;
}

/** The same of one entry of a sweep's file: `max_num_seqs`, or a dotted member, with its value. */
export function readEngineEntry(engine: Engine, read: ReadEngineFlags, name: string, value: Json): void {
  const flag = `--${name.replace(/^-+/, "")}`;
  const knob = knobOf(engine, flag);
  if (knob !== null && (typeof value === "boolean" || typeof value === "object")) read.knobs[knob.name] = value;
  else take(read, engine, { flag, knob, text: typeof value === "string" ? value : JSON.stringify(value) });
}

export const ofTheShell = "a variable of the shell that the file does not set";

interface FoundKnob {
  name: string;
  definition: KnobDefinition | null;
  isSwitch: boolean;
  isNegated: boolean;
}

function take(
  read: ReadEngineFlags,
  engine: Engine,
  { flag, knob, text }: { flag: string; knob: FoundKnob | null; text: string },
): void {
  const what = text === "" ? flag : `${flag} ${text}`;
  const bare = plain(flag);
  const own = engine.notKnobs[bare];
  if (isSecret(bare, text))
    read.left.push({ what: flag, why: "a secret is not part of a matrix: put it into a variable" });
  else if (knob === null)
    read.left.push({
      what,
      why: own ?? `${engine.name} has no knob of this flag: pass it in \`sut.extra_args\` if it is one`,
    });
  else if (text.includes("$")) read.left.push({ what, why: ofTheShell });
  else {
    const value = valueOf(knob, text);
    if (value === undefined)
      read.left.push({ what, why: `\`${text}\` is not a valid ${knob.definition?.type ?? "value"}` });
    else read.knobs[knob.name] = value;
  }
}

function plain(flag: string): string {
  return flag.replace(/^-+/, "").replaceAll("-", "_");
}

/** By the flag, its negation, or the engine's short form (`-tp`); a dotted flag is a member of a knob that takes a map. */
function knobOf({ knobs, notKnobs }: Engine, flag: string): FoundKnob | null {
  const [own = "", ...path] = flag.split(".");
  // What the engine file says of a short flag: "set the knob `quantization`".
  const meant = /^set the knob `(\w+)`$/.exec(notKnobs[plain(own)] ?? "")?.[1];
  const head = knobs[meant ?? ""]?.flag ?? own;
  const name = plain(head);
  for (const [knob, definition] of Object.entries(knobs)) {
    const isSwitch = definition.type === "bool";
    if (definition.negation !== undefined && plain(definition.negation) === name)
      return { name: knob, definition, isSwitch, isNegated: true };
    const isShort = head === `-${definition.short}`;
    if (!isShort && plain(definition.flag ?? "") !== name) continue;
    if (path.length === 0) return { name: knob, definition, isSwitch, isNegated: false };
    return { name: `${knob}.${path.join(".")}`, definition: null, isSwitch: false, isNegated: false };
  }
  return null;
}

/** Undefined where the text is no such value. `--max-model-len 16k` is a number too, as vLLM reads it. */
function valueOf({ definition }: FoundKnob, text: string): Json | undefined {
  switch (definition?.type) {
    case "int":
    case "float": {
      const [, digits, unit = ""] = /^(-?[\d.]+(?:e[+-]?\d+)?)([kmgKMG]?)$/.exec(text) ?? [];
      const value = Number(digits) * (units[unit] ?? 1);
      return Number.isFinite(value) ? value : undefined;
    }
    case "bool":
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined;
    case "json":
      return parseJson(text);
    case "list": {
      const list = parseJson(text);
      return list === undefined ? text.split(/[\s,]+/) : list;
    }
    case undefined:
      return jsonOrText(text);
    default:
      return text;
  }
}

/** Of vLLM's numbers: small letters are decimal, capitals binary. */
const units: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
