import { Type, type TObject, type TProperties } from "typebox";

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
