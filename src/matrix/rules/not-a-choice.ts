import { checkValues } from "../engine/checkable-values.ts";
import { plainText, type Json } from "../../schema/json.ts";
import type { CheckedKnob } from "../engine/knob-catalogue.ts";
import { meant } from "../yaml/nearest.ts";
import { shown } from "../yaml/shape.ts";
import type { Rule } from "../rule.ts";

/** A value that is not among the choices. Where the list is open (plugins add to it) it is a warning. */
export const notAChoice: Rule = {
  code: "not-a-choice",
  severity: "error",
  eachSystem: true,
  check: (context) =>
    checkValues(context, (value, { definition }, name) => {
      const choices = definition.values ?? [];
      if (choices.length === 0) return null;
      const wrong = chosen(value, definition).find((item) => !choices.includes(plainText(item)));
      if (wrong === undefined) return null;
      const message = `\`${name}\` ${definition.open ? "has no known choice" : "cannot be"} ${shown(wrong)}`;
      const hint = meant(plainText(wrong), choices, true);
      return { message, hint, ...(definition.open ? { severity: "warning" as const } : {}) };
    }),
};

/** The parts of a value that have to be choices. A number stands for its digits: `optimization_level: 2`. */
function chosen(value: Json, { type, values = [] }: CheckedKnob["definition"]): Json[] {
  if (type === "choice") return typeof value === "string" || typeof value === "number" ? [value] : [];
  if (type === "list") return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  // Words beside a number are taken as well (`auto`); where the list has numbers, they are the only ones.
  const numbersListed = values.some((word) => Number.isFinite(Number(word)));
  return typeof value === "number" && numbersListed ? [value] : [];
}
