import { expressionOf } from "../../schema/computed.ts";
import { sameJson, type Json } from "../../schema/json.ts";
import { isClientKnob, nameInScope } from "../../schema/knob.ts";
import { namedVariable } from "../../schema/secrets.ts";
import { availability, type CheckedKnob } from "./knob-catalogue.ts";
import { computedHint, ofExpression, settingsByValue } from "../computed-values.ts";
import { oncePerPlace, type LintContext, type RuleFinding } from "../rule.ts";
import type { SettingValue } from "../settings.ts";
import { membersOfSetting } from "./knob-members.ts";

/**
 * Applies a check to every value of every knob that the engine has, and of every member of its map. A knob that it lacks has its own diagnostic, and what
 * its value should be is then nobody's business; null takes a knob back and is always allowed.
 */
export function checkValues(
  context: LintContext,
  check: (value: Json, knob: CheckedKnob, name: string, pointer: string) => Omit<RuleFinding, "pointer" | "aim"> | null,
): RuleFinding[] {
  const { study, catalogue } = context;
  const found = settingsByValue(context).flatMap(({ knob: name, values, where }) => {
    const knob = catalogue.find(name);
    if (knob === null || knob.definition.unsupported !== undefined) return [];
    if (availability(knob.definition, study.version) !== null) return [];
    if (where === "sweep" && !isClientKnob(name)) return [];
    const members = membersOfSetting(name, values, catalogue);
    const written = (members?.written ?? []).flatMap(({ path, known, ...one }) =>
      known === null ? [] : [{ ...one, knob: known, name: `${members?.whole}.${path}` }],
    );
    const whole = values.map((one) => ({ ...one, knob, name }));
    return [...whole, ...written].flatMap((one: SettingValue & { knob: CheckedKnob; name: string }) => {
      // What cannot be computed has its diagnostic. What another variable holds is a text.
      const isLater =
        one.value === null ||
        expressionOf(one.value) !== null ||
        (nameInScope(one.name, "env") !== null && namedVariable(one.value) !== null);
      const { value, pointer, result } = one;
      const wrong = isLater ? null : check(value, one.knob, one.name, pointer);
      if (wrong === null) return [];
      const computed =
        result === undefined ? {} : { message: wrong.message + ofExpression(result), hint: computedHint };
      return [{ ...wrong, ...computed, pointer, aim: "value" as const }];
    });
  });
  // The points of a range stand at one place.
  return oncePerPlace(found);
}

/** True where a value is one of the words that a knob takes beside its type: `auto` of a length. */
export function isNamedValue(value: Json, knob: CheckedKnob): boolean {
  return typeof value === "string" && (knob.definition.values?.includes(value) ?? false);
}

/** What a knob of a type takes, and its example in a hint. */
export const typesInWords: Record<CheckedKnob["definition"]["type"], string> = {
  any: "any value",
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  string: "a text",
  choice: "one of its choices",
  json: "a map or a list",
  list: "a list",
};

export function hasType(value: Json, knob: CheckedKnob): boolean {
  if (isNamedValue(value, knob)) return true;
  switch (knob.definition.type) {
    case "int":
      return Number.isSafeInteger(value);
    case "float":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "choice":
      return typeof value === "string" || typeof value === "number";
    case "json":
      return typeof value === "object";
    case "list":
      return Array.isArray(value) && (value.length > 0 || isArgument(knob) || isDefault(knob, value));
    case "any":
      return true;
  }
}

/** True of a list that is one argument or within a map. Of any other an empty one is no argument at all: the row would be the program that it is without it. */
function isArgument({ definition: { flag } }: CheckedKnob): boolean {
  return flag === undefined || flag.endsWith("=");
}

function isDefault({ definition }: CheckedKnob, value: Json): boolean {
  return sameJson((definition.default ?? null) as Json, value);
}
