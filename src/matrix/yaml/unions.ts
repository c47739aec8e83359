import { asMap, plainText, type Json } from "../../schema/json.ts";

type Schema = { [keyword: string]: Json };

/** The union of which a map's schema is one form. */
export interface Union {
  forms: Schema[];
  /** The member that says which form it is; null where the other members do. */
  tag: string | null;
  /** What the whole union is for. */
  description: string;
}

/** The unions of a precise schema, by each of their forms. */
export function unionsIn(schema: Json, description = "", unions = new Map<object, Union>()): Map<object, Union> {
  if (Array.isArray(schema)) for (const one of schema) unionsIn(one, description, unions);
  const own = asMap(schema);
  if (own === null) return unions;
  const about = typeof own["description"] === "string" ? own["description"] : description;
  const forms = formsOf(own);
  const discriminator = asMap(own["discriminator"]);
  const tag = typeof discriminator?.["propertyName"] === "string" ? discriminator["propertyName"] : null;
  if (forms.length > 1)
    for (const form of forms) if (!unions.has(form)) unions.set(form, { forms, tag, description: about });
  for (const [keyword, below] of Object.entries(own)) unionsIn(below, keyword === "properties" ? "" : about, unions);
  return unions;
}

/** What the tag says of a form. */
export function tagValue(form: Schema, tag: string): string {
  return plainText(asMap(asMap(form["properties"])?.[tag])?.["const"] ?? "");
}

/** The maps that a union chooses from: by its tag, or by conditions on what is required. */
function formsOf(schema: Schema): Schema[] {
  if (Array.isArray(schema["oneOf"])) return schema["oneOf"] as Schema[];
  const { allOf, else: otherwise } = schema;
  const below = [...(Array.isArray(allOf) ? allOf : []), otherwise ?? null].map((part) => asMap(part));
  return below.flatMap((part) => {
    if (part === null) return [];
    const form = asMap(part["else"]) ?? part;
    // One that goes by its tag is a union of its own, within that of maps and plain values.
    if ("discriminator" in form) return [];
    return "properties" in form ? [form] : formsOf(form);
  });
}
