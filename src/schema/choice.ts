import { Type, type TSchemaOptions } from "typebox";

/** A string out of a list that is written once: the type is the union of its words. */
export function choice<const Words extends readonly string[]>(words: Words, options: TSchemaOptions = {}) {
  return Type.Unsafe<Words[number]>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      options,
    ),
  );
}
