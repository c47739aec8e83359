import { plainText, type Json } from "../../schema/json.ts";
import { checkValues, hasType, typesInWords } from "../engine/checkable-values.ts";
import { shown } from "../yaml/shape.ts";
import type { CheckedKnob } from "../engine/knob-catalogue.ts";
import type { Rule } from "../rule.ts";

/** A value of another type than the knob takes. */
export const wrongType: Rule = {
  code: "wrong-type",
  severity: "error",
  eachSystem: true,
  check: (context) =>
    checkValues(context, (value, knob, name) => {
      if (hasType(value, knob)) return null;
      const message = `\`${name}\` takes ${typesInWords[knob.definition.type]}, not ${shown(value)}`;
      return { message, hint: hintFor(knob, value) };
    }),
};

function hintFor({ definition }: CheckedKnob, value: Json): string {
  const words = definition.values ?? [];
  const named = words.length === 0 ? "" : `; also ${words.join(", ")}`;
  if (typeof value === "string" && (definition.type === "int" || definition.type === "float")) {
    return `write the number in full and without quotes${named}`;
  }
  if (typeof value === "string" && definition.type === "bool") return "write true or false without quotes";
  if (definition.type === "string" && typeof value !== "object") return `write it in quotes: "${plainText(value)}"`;
  if (definition.type === "list") return "write it as a list: [a, b]";
  if (definition.type === "choice") return `one of ${words.join(", ")}`;
  return `write ${typesInWords[definition.type]}${named}`;
}
