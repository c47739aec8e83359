import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { Static, TSchema } from "typebox";
import { Check } from "typebox/schema";
import type { Diagnostic } from "../../schema/diagnostic.ts";
import { escapeSegment, memberAlong, plainText, segmentsOf, type Json } from "../../schema/json.ts";
import { mapFaults } from "./map-faults.ts";
import { listed, meant } from "./nearest.ts";
import { otherValue } from "./other-words.ts";
import { asWritten, diagnosticAt, locate, Places, sourceOf, type SourceAt, type Texts } from "./places.ts";
import { descriptionIn, nameOf, type ShapeFault } from "./shape-fault.ts";
import { preciseSchema } from "./shape-schema.ts";
import { toJson, type Tree } from "./tree.ts";
import { adviceOnType, asCommands } from "./type-advice.ts";
import { unionsIn, type Union } from "./unions.ts";

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
  let unions: ReadonlyMap<object, Union> = new Map();
  return (tree, texts) => {
    precise ??= preciseSchema(JSON.parse(JSON.stringify(schema)) as Json) as object;
    const value = toJson(tree);
    const places = new Places(tree, texts);
    if (Check(precise, value)) return { value, places, diagnostics: [] };
    if (compiled === null) {
      compiled = compile(precise);
      unions = unionsIn(precise as Json);
    }
    compiled(value);
    const faults = faultsOf(compiled.errors ?? [], unions, value, (pointer) => sourceOf(places, pointer));
    const diagnostics = faults.map(({ pointer, aim, code, message, hint }) =>
      diagnosticAt(locate(places, pointer, aim), texts, { code, severity: "error", message, hint }),
    );
    const faulty = new Set(faults.flatMap((fault) => fault.faulty ?? []));
    places.leftOut = faulty;
    return { value: without(value, "", faulty), places, diagnostics };
  };
}

/** Whether a value has a shape. TypeBox's own `Value` would load 140 modules more at every start of the program. */
export function hasShape<Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> {
  return Check(schema, value);
}

/** How the value of a setting is put right: the first thing that is wrong with it; null where nothing is, or nobody knows. */
export function remedyOf(schema: object, value: Json, sourceAt: SourceAt): string | null {
  return firstFault(schema, value, sourceAt)?.hint ?? null;
}

/** What a file would be told of a member with this value: the first thing that is wrong with it; null where nothing is, or nobody knows. */
export function shapeFaultOf(member: string, schema: object, value: Json): ShapeFault | null {
  return firstFault({ type: "object", properties: { [member]: schema } }, { [member]: value }, () => "");
}

function firstFault(schema: object, value: Json, sourceAt: SourceAt): ShapeFault | null {
  const precise = preciseSchema(JSON.parse(JSON.stringify(schema)) as Json);
  const check = compile(precise as object);
  check(value);
  return faultsOf(check.errors ?? [], unionsIn(precise), value, sourceAt)[0] ?? null;
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

function isOfKeys({ keyword }: ErrorObject): boolean {
  return keyword === "required" || keyword === "additionalProperties";
}

/** All that ajv found: the keys of a map together, and everything else on its own. */
function faultsOf(
  errors: readonly ErrorObject[],
  unions: ReadonlyMap<object, Union>,
  whole: Json,
  sourceAt: SourceAt,
): ShapeFault[] {
  const { commands = [], others = [] } = Object.groupBy(errors, (error) =>
    isOfCommands(error, whole) ? "commands" : "others",
  );
  const maps = Map.groupBy(others.filter(isOfKeys), ({ instancePath }) => instancePath);
  return [
    ...[...maps.values()].flatMap((ofMap) => mapFaults(ofMap, unions)),
    ...others.filter((error) => !isOfKeys(error)).flatMap((error) => faultOf(error, sourceAt) ?? []),
    ...[...new Set(commands.map(({ instancePath }) => listAround(instancePath)))].map((pointer) => {
      const message = `\`${nameOf(pointer)}\` takes lists, one for each command, not texts`;
      const hint = asCommands(memberAlong(whole, segmentsOf(pointer)) as string[]);
      return {
        code: "wrong-type",
        pointer,
        aim: "value" as const,
        message,
        hint,
        faulty: pointer === "" ? null : pointer,
      };
    }),
  ];
}

/** True of one text of several, each of which should be a list: the words of one command, or commands. */
function isOfCommands({ keyword, params, instancePath }: ErrorObject, whole: Json): boolean {
  if (keyword !== "type" || params["type"] !== "array" || !/\/\d+$/.test(instancePath)) return false;
  const items = memberAlong(whole, segmentsOf(listAround(instancePath)));
  return Array.isArray(items) && items.every((item) => typeof item === "string");
}

function listAround(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf("/"));
}

/** What ajv found, in our words; null for what only says that another error is there. */
function faultOf(error: ErrorObject, sourceAt: SourceAt): ShapeFault | null {
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
    case "discriminator":
      return params["error"] === "tag" && params["tagValue"] === undefined ? null : unknownTag(error, pointer, params);
    case "type": {
      const wanted = [params["type"] ?? []].flat().map((type) => kindsOfValue[plainText(type)] ?? plainText(type));
      const value = error.data as Json;
      const message = `\`${name}\` takes ${wanted.join(" or ")}, not ${shown(value, sourceAt(pointer))}`;
      const hint = descriptionIn(error.parentSchema) || `write ${wanted.join(" or ")}`;
      return wrongValue("wrong-type", message, adviceOnType(pointer, value, error.parentSchema, sourceAt) ?? hint);
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
      const pattern = plainText(params["pattern"] ?? null);
      const slug = plainText(error.data as Json)
        .trim()
        .toLowerCase()
        .replaceAll(/[^a-z0-9._+=/-]+/g, "-");
      const instead = new RegExp(pattern).test(slug) ? `write \`${slug}\`: ` : "";
      const hint = `${instead}${descriptionIn(error.parentSchema) || `it has to match ${pattern}`}`;
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

/** A value as a message shows it: a number as `source`, its file, writes it. */
export function shown(value: Json, source = ""): string {
  const text = asWritten(value, source);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
