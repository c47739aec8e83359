import type { Json } from "../../schema/json.ts";

type Schema = { [keyword: string]: Json };

/**
 * A TypeBox schema in a form that gives one precise error for one mistake. TypeBox writes every union as `anyOf`, of which
 * ajv reports all branches; here a union of constants becomes an `enum`, one of tagged maps goes by its tag, and one of
 * maps and plain values by the type that was written, and of several maps by the members that only one requires.
 */
export function preciseSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(preciseSchema);
  if (schema === null || typeof schema !== "object") return schema;
  const { anyOf, ...rest } = schema;
  const own = Object.fromEntries(Object.entries(rest).map(([keyword, value]) => [keyword, preciseSchema(value)]));
  if (!Array.isArray(anyOf)) return own;
  return { ...own, ...preciseUnion(anyOf.map((branch) => preciseSchema(branch) as Schema)) };
}

function preciseUnion(branches: Schema[]): Schema {
  if (branches.every((branch) => "const" in branch)) return { enum: branches.map((branch) => branch["const"] ?? null) };
  const maps = branches.filter((branch) => branch["type"] === "object");
  const tag = tagOf(maps);
  const tagged: Schema | null =
    tag === null ? null : { type: "object", required: [tag], discriminator: { propertyName: tag }, oneOf: maps };
  if (tagged !== null && maps.length === branches.length) return tagged;
  const plain = branches.filter((branch) => branch["type"] !== "object");
  const types = plain.flatMap((branch) => branch["type"] ?? []);
  // Keywords of numbers do not touch texts and the other way about, so plain branches can lie on top of each other.
  const merged: Schema = { ...Object.assign({}, ...plain), type: types };
  if (maps.length === 0) return merged;
  return { ...merged, type: [...types, "object"], if: { not: { type: "object" } }, else: tagged ?? byMembers(maps) };
}

/** One of several maps without a tag: one that requires members is meant where these are written, else the last. */
function byMembers([map, ...others]: Schema[]): Schema {
  if (map === undefined || others.length === 0) return map ?? {};
  const isMeant = { required: map["required"] ?? [] };
  return {
    allOf: [
      { if: { not: isMeant }, else: map },
      { if: isMeant, else: byMembers(others) },
    ],
  };
}

/** The member that is a constant in every branch. */
function tagOf(branches: Schema[]): string | null {
  const propertiesOf = (branch: Schema) => (branch["properties"] ?? {}) as { [name: string]: Schema };
  const [first, ...others] = branches.map(propertiesOf);
  const isTag = (name: string) => others.every((properties) => "const" in (properties[name] ?? {}));
  return Object.entries(first ?? {}).find(([name, schema]) => "const" in schema && isTag(name))?.[0] ?? null;
}
