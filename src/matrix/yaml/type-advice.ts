import { stringify } from "yaml";
import { asMap, plainText, type Json, segmentsOf } from "../../schema/json.ts";
import { workloadScopes } from "../../schema/knob.ts";
import { meantNumber } from "./meant-number.ts";
import { listed } from "./nearest.ts";
import { asWritten, type SourceAt } from "./places.ts";
import { otherValue } from "./other-words.ts";
import { settingOf } from "./sections.ts";
import { tagValue } from "./unions.ts";

type Schema = { [keyword: string]: Json };

/** What to write in place of a value of the wrong type, where it is plain what its author meant; null elsewhere. */
export function adviceOnType(
  pointer: string,
  value: Json,
  schema: object = {},
  sourceAt: SourceAt = () => "",
): string | null {
  const takes = [(schema as Schema)["type"] ?? []].flat();
  const member = segmentsOf(pointer).at(-1) ?? "";
  const what = member === "" ? "it" : /^\d+$/.test(member) ? "each of them" : `\`${member}\``;
  return (
    ofSeveral(pointer, value, sourceAt) ??
    (takes.includes("array") ? asList(pointer, value) : null) ??
    (takes.includes("integer") || takes.includes("number")
      ? asNumber(pointer, value, takes, sourceAt(pointer))
      : null) ??
    (takes.includes("boolean") ? asSwitch(value) : null) ??
    (takes.includes("object") ? asMapOf(pointer, value, schema as Schema) : null) ??
    (takes.includes("string") && (typeof value === "number" || typeof value === "boolean")
      ? `write it in quotes, \`${inQuotes(value, sourceAt(pointer))}\`: ${what} is a text`
      : null)
  );
}

/** A text that YAML reads as a number or a boolean, in the quotes that it needs; `source` keeps the 0 of 0.30. */
export function inQuotes(value: number | boolean, source: string): string {
  return `"${asWritten(value, source)}"`;
}

/** Several values where one stands: an axis, or systems. */
function ofSeveral(pointer: string, value: Json, sourceAt: SourceAt): string | null {
  if (!Array.isArray(value)) return null;
  const member = /^\/sut\/(\w+)$/.exec(pointer)?.[1];
  if (member !== undefined) {
    const texts = value.map((one, index) =>
      typeof one === "number" ? inQuotes(one, sourceAt(`${pointer}/${index}`)) : plainText(one),
    );
    const points = texts.map((one) => `{ ${member}: ${one} }`).join(", ");
    const setting = settingOf(["sut", member]);
    const compared = setting === null ? "" : `; to compare them, a factor \`${setting}: [${texts.join(", ")}]\``;
    return `name one here; to run the matrix for each, \`systems: [${points}]\`${compared}`;
  }
  const values = value.map(plainText).join(", ");
  const [, scope = "", name = ""] = /^\/workloads\/\d+\/(\w+)\/(\w+)$/.exec(pointer) ?? [];
  return (workloadScopes as readonly string[]).includes(scope)
    ? `several values are an axis: \`sweep: { ${scope}.${name}: [${values}] }\` in the workload or at the top of the matrix`
    : null;
}

/** A list is wanted, and something else is written. */
function asList(pointer: string, value: Json): string | null {
  const isAxis = /\/(sweep|factors)\/[^/]+$/.test(pointer);
  if (isAxis && typeof value === "string" && value.startsWith("="))
    return "an axis has points: what is computed from others stands in `baseline: { knobs: … }`, in a row or in a named point";
  const [low, high] = isAxis ? rangeIn(plainText(value)) : [];
  if (low !== undefined)
    return `write \`{ from: ${low}, to: ${high}, factor: 2 }\`, or \`step: …\` in the place of \`factor\``;
  const parts = typeof value === "string" ? value.split(/\s*[,;]\s*|\s+/).filter((part) => part !== "") : [];
  if (parts.length > 1 && parts.every((part) => Number.isFinite(Number(part))))
    return `write \`[${parts.join(", ")}]\``;
  if (asMap(value) !== null) return isAxis ? null : ofEntries(pointer, value as Schema);
  return value === null ? null : `write a list: ${listOfWords(isArguments(pointer, value) ? wordsOf(value) : [value])}`;
}

/** True of a text that is a command or a part of one: its words are items of their own. */
function isArguments(pointer: string, value: Json): value is string {
  return typeof value === "string" && (/^\/(sut|systems\/\d+)\//.test(pointer) || /(^|\s)-/.test(value));
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** A list as YAML has it, a text that looks like a number in quotes. */
function listOfWords(items: readonly Json[]): string {
  const text = stringify(items, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 });
  return `\`${text.trim()}\``;
}

/** Commands, each a list of its words, that are written without the list around each: one a text, or all words one command. */
export function asCommands(items: readonly string[]): string {
  const commands = items.some((item) => /\s/.test(item.trim())) ? items.map(wordsOf) : [[...items]];
  return `write a list of lists: ${listOfWords(commands)}`;
}

/** A map where a list of maps is wanted: its keys may be names of entries, or all of it one entry. */
function ofEntries(pointer: string, map: Schema): string {
  const [name] = Object.keys(map);
  const isNamed = Object.values(map).every((one) => asMap(one) !== null);
  const [, list = ""] = /\/(changes|steps|systems)$/.exec(pointer) ?? [];
  const member = list === "" ? null : `{ id: ${name}, ${list === "systems" ? "…" : "set: { … }"} }`;
  return isNamed && member !== null
    ? `write a list, each entry with its id: \`[${member}, …]\``
    : "write a list: each entry begins with `- `, also where there is one";
}

function asNumber(pointer: string, value: Json, takes: Json[], source: string): string | null {
  if (typeof value === "number") return tooLarge(value);
  if (typeof value !== "string") return null;
  if (/^[+.]*inf/i.test(value)) {
    if (/load\/rate$|load\.rate(\/|$)/.test(pointer))
      return "all requests at once are `scenario: offline`; as fast as so many users go, `scenario: closed`";
    return "write a number: nothing here is without end";
  }
  const [low, high] = rangeIn(value);
  if (low !== undefined && takes.includes("object"))
    return `write \`{ distribution: uniform, min: ${low}, max: ${high} }\``;
  const isArithmetic = /^[\w.()]+(\s*[-+*/]\s*[\w.()]+)+$/.test(value) && /[a-z]{2}/i.test(value);
  if (isArithmetic || /^[a-z]+\.[a-z_]+$/i.test(value)) return `what is computed begins with \`=\`: \`= ${value}\``;
  return meantNumber(value, segmentsOf(pointer).at(-1) ?? "", /^["']/.test(source));
}

/** The words that are true and false to YAML 1.1 and to people; null of any other value. */
function asSwitch(value: Json): string | null {
  const word = plainText(value).trim().toLowerCase();
  const meant = [/^(true|yes|y|on|1|enabled?)$/, /^(false|no|n|off|0|disabled?)$/].findIndex((one) => one.test(word));
  return meant < 0 ? null : `write \`${meant === 0}\` without quotes`;
}

/** Of a whole number that a computer cannot hold exactly; null of all others. */
export function tooLarge(value: number): string | null {
  return Number.isSafeInteger(value) || !Number.isInteger(value)
    ? null
    : `it is too large: write ${Number.MAX_SAFE_INTEGER} at most`;
}

/** The ends of `8..64` and `8-64`; nothing of other texts. */
function rangeIn(text: string): string[] {
  return /^(\d+)\s*(?:-|\.\.+|…|to)\s*(\d+)$/.exec(text)?.slice(1) ?? [];
}

/** A map is wanted, and one plain member of it is written: its tag, or its main member. */
function asMapOf(pointer: string, value: Json, schema: Schema): string | null {
  if (Array.isArray(value)) {
    if (value.some((one) => typeof one === "string" && one.startsWith("--")))
      return "write a map, with each flag by its name with underscores: `{ max_num_seqs: 64 }`";
    const maps = value.map((one) => asMap(one));
    if (value.length === 0 || maps.includes(null)) return null;
    const members = maps.flatMap((map) => Object.entries(map!)).map(([key, one]) => `${key}: ${plainText(one)}`);
    return `write one map: \`{ ${members.join(", ")} }\``;
  }
  const tag = asMap(schema["discriminator"])?.["propertyName"];
  const forms = (schema["oneOf"] ?? []) as Schema[];
  if (value === null) {
    const below = "write its members below it, indented";
    if (typeof tag === "string")
      return `${below}, and first its \`${tag}\`: ${listed(forms.map((form) => tagValue(form, tag)))}`;
    const required = (schema["required"] ?? []) as string[];
    return required.length === 0 ? below : `${below}; it needs ${listed(required)}`;
  }
  if (typeof value === "object") return null;
  if (typeof tag === "string") {
    const word = otherValue(`${pointer}/${tag}`, plainText(value)) ?? plainText(value);
    const form = forms.find((one) => tagValue(one, tag) === word);
    if (form === undefined) return null;
    const others = ((form["required"] ?? []) as string[]).filter((name) => name !== tag);
    return `write \`{ ${[`${tag}: ${word}`, ...others.map((name) => `${name}: …`)].join(", ")} }\``;
  }
  const members = asMap(schema["properties"]);
  if (members === null) return schema["type"] === "object" ? "write a map of settings: `{ NAME: value }`" : null;
  const required = (schema["required"] ?? []) as string[];
  const settings = ["set", "knobs"].find((name) => Object.hasOwn(members, name));
  const [, setting, written] = /^([\w.]+)\s*=\s*(\S+)$/.exec(plainText(value)) ?? [];
  if (settings !== undefined && setting !== undefined)
    return `write \`{ ${required.includes("id") ? "id: …, " : ""}${settings}: { ${setting}: ${written} } }\``;
  const fits = (name: string): boolean => {
    const type = asMap(members[name])?.["type"];
    return typeof value === "string"
      ? type === "string"
      : typeof value === "number" && (type === "integer" || type === "number");
  };
  const name = required.find(fits) ?? Object.keys(members).find(fits);
  return name === undefined ? null : `write \`{ ${name}: ${plainText(value)} }\``;
}
