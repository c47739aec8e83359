import { plainWord } from "./nearest.ts";
import words from "./other-words.json" with { type: "json" };
import values from "./other-values.json" with { type: "json" };

/**
 * Words under which other tools have what a matrix calls something else. The names on the right are settings, or members
 * by their path in a matrix; where there are several, the first that the study's engine has is what is meant, and all of them
 * where a note says in what they differ.
 */
interface OtherWords {
  tools: string;
  /** With blanks between them. */
  words: string;
  means: readonly string[];
  note?: string;
}

export const otherWords: readonly OtherWords[] = words;

/** The row of a word, however it is spelled (`--random-input-len`); null where no tool that we know has it. */
export function otherWord(name: string): OtherWords | null {
  const plain = plainWord(name);
  return otherWords.find((row) => row.words.split(" ").includes(plain)) ?? null;
}

/** Words that other tools use for one of the choices of a member, by the end of its pointer. */
const otherValues: Readonly<Record<string, Readonly<Record<string, string>>>> = values;

/** The choice of a member that another tool calls so; null where it is not known. */
export function otherValue(pointer: string, value: string): string | null {
  const spellings = [value.toLowerCase(), plainWord(value)];
  const [, choices = {}] = Object.entries(otherValues).find(([of]) => new RegExp(of).test(pointer)) ?? [];
  const found = Object.entries(choices).find(([, theirs]) =>
    theirs.split(" ").some((word) => spellings.includes(word)),
  );
  return found?.[0] ?? null;
}
