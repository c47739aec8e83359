import { plainWord } from "./nearest.ts";
import words from "./other-words.json" with { type: "json" };

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
