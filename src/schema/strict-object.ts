import { Type, type TObject, type TOptional, type TProperties, type TSchema, type TSchemaOptions } from "typebox";

/** An object without other members than these: an unknown one is a mistake that is reported. */
export function strict<Properties extends TProperties>(
  properties: Properties,
  description?: string,
): TObject<Properties> {
  return Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });
}

/** The same members, each of which may be missing. */
export function optional<Properties extends TProperties>(
  properties: Properties,
): { [Name in keyof Properties]: TOptional<Properties[Name]> } {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, asOptional(schema)])) as never;
}

/** What `Type.Optional` gives, without its two deep copies of the schema, which nested parts pay for again and again. */
function asOptional<Schema extends TSchema>(schema: Schema): TOptional<Schema> {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema)); // with TypeBox's hidden members
  return Object.defineProperty(copy, "~optional", { value: true, configurable: true, writable: true }) as never;
}

/** A strict object, each of whose members may be missing. */
export function partial<Properties extends TProperties>(properties: Properties, description?: string) {
  return strict(optional(properties), description);
}

/** A string out of a list that is written once: the type is the union of its words. */
export function choice<const Words extends readonly string[]>(words: Words, options: TSchemaOptions = {}) {
  return Type.Unsafe<Words[number]>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      options,
    ),
  );
}
