import { checkValues } from "../engine/checkable-values.ts";
import type { CheckedKnob } from "../engine/knob-catalogue.ts";
import type { Rule } from "../rule.ts";

/** A number outside what the knob takes. */
export const outOfRange: Rule = {
  code: "out-of-range",
  severity: "error",
  eachSystem: true,
  check: (context) =>
    checkValues(context, (value, knob, name) => {
      if (typeof value !== "number" || isInRange(value, knob)) return null;
      const hint = knob.definition.help ?? "change the value, or take the row out";
      return { message: `\`${name}\` must be ${rangeInWords(knob)}, not ${value}`, hint };
    }),
};

function isInRange(value: number, { definition, greaterThan }: CheckedKnob): boolean {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = definition;
  return value >= min && value <= max && (greaterThan === null || value > greaterThan);
}

function rangeInWords({ definition: { min, max }, greaterThan }: CheckedKnob): string {
  const low = greaterThan === null ? (min === undefined ? [] : [`at least ${min}`]) : [`above ${greaterThan}`];
  return [...low, ...(max === undefined ? [] : [`at most ${max}`])].join(" and ");
}
