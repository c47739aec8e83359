import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { Static, TSchema } from "typebox";
import { Check } from "typebox/schema";
import type { Diagnostic } from "../../schema/diagnostic.ts";
import { plainText, type Json, escapeSegment, segmentsOf } from "../../schema/json.ts";
import { adviceOnKey, adviceOnType } from "./advice.ts";
import { listed, meant } from "./nearest.ts";
import { otherValue } from "./other-words.ts";
import { diagnosticAt, locate, Places, type Aim, type Texts } from "./places.ts";
import { preciseSchema } from "./shape-schema.ts";
import { toJson, type Tree } from "./tree.ts";

interface ShapeFault {
  code: string;
  pointer: string;
  aim: Aim;
  message: string;
  hint: string;
  /** What has to be left out for the rest to be used; null where nothing is there to leave out. */
  faulty: string | null;
}

/** A checked file: all that has the right shape, and where each part of it stands. */
export interface Shaped {
  /** Faulty members are left out; faulty items of a list are null, so that pointers stay true. */
  value: Json;
  places: Places;
  diagnostics: Diagnostic[];
}

/**
 * Makes the check of a shape from its TypeBox value. TypeBox says whether a file is right. What is wrong ajv says better, but
 * it compiles the schema first, which takes longer than all else here: that is left to files with a fault.
 */
export function shapeChecker(schema: object): (tree: Tree, texts: Texts) => Shaped {
  let precise: object | null = null;
  let compiled: ValidateFunction | null = null;
  return (tree, texts) => {
    precise ??= preciseSchema(JSON.parse(JSON.stringify(schema)) as Json) as object;
    const value = toJson(tree);
    const places = new Places(tree, texts);
    if (Check(precise, value)) return { value, places, diagnostics: [] };
    compiled ??= compile(precise);
    compiled(value);
    const faults = (compiled.errors ?? []).flatMap((error) => faultOf(error) ?? []);
    const diagnostics = faults.map(({ pointer, aim, code, message, hint }) =>
      diagnosticAt(locate(places, pointer, aim), texts, { code, severity: "error", message, hint }),
    );
    const faulty = new Set(faults.flatMap((fault) => fault.faulty ?? []));
    return { value: without(value, "", faulty), places, diagnostics };
  };
}

/** Whether a value has a shape. TypeBox's own `Value` would load 140 modules more at every start of the program. */
export function hasShape<Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> {
  return Check(schema, value);
}

function compile(schema: object): ValidateFunction {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    discriminator: true,
    strict: false,
    // Our own schemas, for one file of some kilobytes: neither checking nor optimising them pays for its time.
    validateSchema: false,
    code: { optimize: false },
  });
  return ajv.compile(schema);
}

function without(value: Json, pointer: string, faulty: ReadonlySet<string>): Json {
  if (faulty.size === 0 || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      const here = `${pointer}/${index}`;
      return faulty.has(here) ? null : without(item, here, faulty);
    });
  }
  const kept = Object.entries(value)
    .map(([key, member]) => ({ key, member, here: `${pointer}/${escapeSegment(key)}` }))
    .filter(({ here }) => !faulty.has(here));
  return Object.fromEntries(kept.map(({ key, member, here }) => [key, without(member, here, faulty)]));
}

const kindsOfValue: Record<string, string> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  null: "nothing",
};

/** What ajv found, in our words; null for what only says that another error is there. */
function faultOf(error: ErrorObject): ShapeFault | null {
  const pointer = error.instancePath;
  const name = nameOf(pointer);
  const params = error.params as { [name: string]: Json };
  const wrongValue = (code: string, message: string, hint: string): ShapeFault => ({
    code,
    pointer,
    aim: "value",
    message,
    hint,
    faulty: pointer === "" ? null : pointer,
  });
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(error, pointer, plainText(params["additionalProperty"] ?? null));
    case "required":
      return missingKey(
        pointer,
        plainText(params["missingProperty"] ?? null),
        descriptionOf(error, plainText(params["missingProperty"] ?? null)),
      );
    case "discriminator":
      return params["error"] === "tag" && params["tagValue"] === undefined ? null : unknownTag(error, pointer, params);
    case "type": {
      const wanted = [params["type"] ?? []].flat().map((type) => kindsOfValue[plainText(type)] ?? plainText(type));
      const message = `\`${name}\` takes ${wanted.join(" or ")}, not ${shown(error.data as Json)}`;
      const hint = descriptionIn(error.parentSchema) || `write ${wanted.join(" or ")}`;
      return wrongValue("wrong-type", message, adviceOnType(pointer, error.data as Json) ?? hint);
    }
    case "enum":
    case "const": {
      const choices = [params["allowedValues"] ?? params["allowedValue"] ?? []].flat().map(plainText);
      const hint = meantValue(pointer, error.data as Json, choices);
      return wrongValue("not-a-choice", `\`${name}\` cannot be ${shown(error.data as Json)}`, hint);
    }
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum": {
      const message = `\`${name}\` must be ${plainText(params["comparison"] ?? null)} ${plainText(params["limit"] ?? null)}, not ${shown(error.data as Json)}`;
      return wrongValue("out-of-range", message, descriptionIn(error.parentSchema) || "change the value");
    }
    case "pattern": {
      const hint = descriptionIn(error.parentSchema) || `it has to match ${plainText(params["pattern"] ?? null)}`;
      return wrongValue("bad-name", `${shown(error.data as Json)} cannot be \`${name}\``, hint);
    }
    case "maxItems":
    case "minItems": {
      const limit = Number(params["limit"]);
      const count = (error.data as Json[]).length;
      if (count > 0 || limit > 1) {
        const message = `\`${name}\` takes ${limit} entries, not ${count}`;
        return wrongValue("wrong-length", message, descriptionIn(error.parentSchema) || `write ${limit}`);
      }
      return wrongValue("empty-list", `\`${name}\` has nothing in it`, "write at least one entry");
    }
    case "not": {
      const { title } = error.parentSchema as { title: string };
      const [, owner = "", member = ""] = /^(.*?)\/((?:load\/)?[^/]+)$/.exec(pointer) ?? [];
      const message = `\`${member.replace("/", ".")}\` does nothing for \`${nameOf(owner)}\`: ${title}`;
      const fault = wrongValue("does-nothing", message, descriptionIn(error.parentSchema));
      return { ...fault, aim: "key" };
    }
    case "minLength":
      return wrongValue("empty-text", `\`${name}\` says nothing`, descriptionIn(error.parentSchema) || "write a text");
    default:
      return null;
  }
}

function unknownKey(error: ErrorObject, pointer: string, key: string): ShapeFault {
  const known = Object.keys((error.parentSchema?.["properties"] ?? {}) as object).filter((name) => name !== "$schema");
  const here = `${pointer}/${escapeSegment(key)}`;
  const message = `${pointer === "" ? "the file" : `\`${nameOf(pointer)}\``} takes no \`${key}\``;
  const advice = adviceOnKey(key, pointer, known);
  return {
    code: "unknown-key",
    pointer: here,
    aim: "key",
    message: advice.message ?? message,
    hint: advice.hint,
    faulty: here,
  };
}

function missingKey(pointer: string, key: string, description: string): ShapeFault {
  const message = `${pointer === "" ? "the file" : `\`${nameOf(pointer)}\``} lacks \`${key}\``;
  const hint = `add \`${key}:\`${description === "" ? "" : `: ${description}`}`;
  return { code: "missing-key", pointer, aim: "key", message, hint, faulty: null };
}

/** The tag of a union of maps is there, but names none of them. */
function unknownTag(error: ErrorObject, pointer: string, params: { [name: string]: Json }): ShapeFault {
  const tag = plainText(params["tag"] ?? null);
  const branches = (error.parentSchema?.["oneOf"] ?? []) as { properties: { [name: string]: { const: Json } } }[];
  const choices = branches.map((branch) => plainText(branch.properties[tag]?.const ?? null));
  const written = params["tagValue"] ?? null;
  const hint = meantValue(`${pointer}/${tag}`, written, choices);
  const message = `\`${tag}\` cannot be ${shown(written)}`;
  return { code: "not-a-choice", pointer: `${pointer}/${tag}`, aim: "value", message, hint, faulty: pointer };
}

/** The choice that other tools call so, else the one that is near; and all of them. */
function meantValue(pointer: string, written: Json, choices: readonly string[]): string {
  const other = otherValue(pointer, plainText(written));
  return other !== null && choices.includes(other)
    ? `here it is \`${other}\`; choices: ${listed(choices)}`
    : meant(plainText(written), choices, true);
}

function descriptionOf(error: ErrorObject, member: string): string {
  const properties = (error.parentSchema?.["properties"] ?? {}) as { [name: string]: object };
  return descriptionIn(properties[member]);
}

function descriptionIn(schema: object | undefined): string {
  return schema && "description" in schema ? String(schema.description) : "";
}

/** The last name of a pointer; an item goes by its list: `workloads[0]`. */
function nameOf(pointer: string): string {
  const segments = segmentsOf(pointer);
  const indexes: string[] = [];
  while (/^\d+$/.test(segments.at(-1) ?? "")) indexes.unshift(`[${segments.pop()}]`);
  return `${segments.at(-1) ?? ""}${indexes.join("")}`;
}

/** A value as a message shows it. */
export function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
