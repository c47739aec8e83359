import { plainWord } from "./nearest.ts";
import values from "./other-values.json" with { type: "json" };

/** Words that other tools use for one of the choices of a member, by the end of its pointer. */
const otherValues: Readonly<Record<string, Readonly<Record<string, string>>>> = values;

/** The choice of a member that another tool calls so; null where it is not known. */
export function otherValue(pointer: string, value: string): string | null {
  const spellings = [value.toLowerCase(), plainWord(value)];
  const [, choices = {}] = Object.entries(otherValues).find(([of]) => new RegExp(of).test(pointer)) ?? [];
  const found = Object.entries(choices).find(([, words]) => words.split(" ").some((word) => spellings.includes(word)));
  return found?.[0] ?? null;
}
