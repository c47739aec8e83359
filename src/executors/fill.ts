import { shellWord } from "../schema/shell-line.ts";

/** What `{name}` stands for. A line of a script, or an argument, with a word that is null is left out. */
export type Words = Readonly<Record<string, string | number | null>>;

/** `{name}`, and not the shell's own `${name}`. */
const word = /(?<!\$)\{([a-z][a-z0-9_]*)\}/g;

/** Names in texts that stand for nothing, each once. */
export function unknownWords(texts: readonly string[], words: Words): string[] {
  const names = texts.flatMap((text) => [...text.matchAll(word)].map(([, name = ""]) => name));
  return [...new Set(names)].filter((name) => !Object.hasOwn(words, name));
}

/** An argument list with its words; each value stays within its argument, whatever it holds. */
export function fillArguments(argv: readonly string[], words: Words): string[] {
  return argv.flatMap((item) => filled(item, words) ?? []);
}

/** A script with its words. Those of `paths` become one word of the shell each; the others are put in as they are. */
export function fillScript(script: string, words: Words, paths: Readonly<Record<string, string>>): string {
  const quoted = Object.entries(paths).map(([name, value]) => [name, shellWord(value)]);
  const all = { ...words, ...Object.fromEntries(quoted) } as Words;
  return script
    .split("\n")
    .flatMap((line) => filled(line, all) ?? [])
    .join("\n");
}

function filled(text: string, words: Words): string | null {
  const isLeftOut = [...text.matchAll(word)].some(([, name = ""]) => words[name] === null);
  return isLeftOut ? null : text.replaceAll(word, (as, name: string) => String(words[name] ?? as));
}
