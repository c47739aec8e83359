import { plainWord } from "./nearest.ts";
import keys from "./other-keys.json" with { type: "json" };
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
  /** True of a word whose true is the setting's false: `disable_radix_cache`. */
  isOpposite?: boolean;
}

export const otherWords: readonly OtherWords[] = words;

/** The row of a word, however it is spelled (`--random-input-len`); null where no tool that we know has it. */
export function otherWord(name: string): OtherWords | null {
  const plain = plainWord(name);
  return otherWords.find((row) => row.words.split(" ").includes(plain)) ?? null;
}

/** Words that other tools use, by the end of the pointer that they stand at, and by what they are here. */
type WordsByPlace = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The choice of a member that another tool calls so; null where it is not known. */
export function otherValue(pointer: string, value: string): string | null {
  return wordAt(values, pointer, value, () => true);
}

/** The key of a map, of those that it takes, that another tool calls so; null where it is not known. */
export function otherKey(pointer: string, key: string, known: readonly string[]): string | null {
  return wordAt(keys, pointer, key, (one) => known.includes(one));
}

function wordAt(places: WordsByPlace, pointer: string, word: string, isThere: (one: string) => boolean): string | null {
  const spellings = [word.toLowerCase(), plainWord(word)];
  const [, choices = {}] = Object.entries(places).find(([of]) => new RegExp(of).test(pointer)) ?? [];
  const found = Object.entries(choices).find(
    ([choice, theirs]) => isThere(choice) && theirs.split(" ").some((one) => spellings.includes(one)),
  );
  return found?.[0] ?? null;
}
