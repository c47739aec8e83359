import { fail, succeed, type Result } from "../schema/result.ts";

/** Tokens of a text; a failure where that cannot be told. */
export type CountText = (text: string) => Promise<Result<number>>;

/** What is put at the end of a text, where a word is too much: one token in most vocabularies, each in its own way. */
const fillers = [" a", " the", " .", "\n", "a", "1"];
/** Counts of one text. Three to five are usual. */
const mostCounts = 24;

/** What a text is made of: it begins with `head`, of about `headTokens` tokens, and goes on with as many words as fit. */
export interface Ingredients {
  head: string;
  headTokens: number;
  words: readonly string[];
}

/** A text, and the number of its tokens as counted. */
export interface FittedText {
  text: string;
  tokens: number;
}

/**
 * A text of `asked` tokens, made of a head, as many of the words as fit, and short fillers for the rest; `count` counts the
 * tokens of a text. Where the shortest such text is too long, or no text has that length (a vocabulary in which everything
 * takes an even number of tokens), it is the nearest that was found.
 */
export async function fitText(
  { head, headTokens, words }: Ingredients,
  asked: number,
  count: CountText,
): Promise<Result<FittedText>> {
  let kept = words.length;
  let filled = 0;
  let filler = 0;
  /** Fewest words that were too long: there is no way up past them. */
  let tooMany = words.length + 1;
  let closest: FittedText = { text: "", tokens: 0 };
  const seen = new Set<string>();
  for (let counts = 0; counts < mostCounts; counts += 1) {
    const text = head + words.slice(0, kept).join(" ") + (fillers[filler] ?? "").repeat(filled);
    const counted = await count(text);
    if (!counted.ok) return counted;
    const tokens = counted.value;
    if (tokens === asked) return succeed({ text, tokens });
    const over = tokens - asked;
    if (closest.text === "" || Math.abs(over) < Math.abs(closest.tokens - asked)) closest = { text, tokens };
    const perWord = Math.max(1, (tokens - headTokens - filled) / Math.max(1, kept));
    if (over > 0 && filled > 0) {
      filled = Math.max(0, filled - over);
    } else if (over > 0) {
      if (kept <= 1) break;
      tooMany = Math.min(tooMany, kept);
      kept = Math.max(1, kept - Math.ceil(over / perWord));
    } else {
      const more = filled === 0 ? Math.min(Math.floor(-over / perWord), tooMany - 1 - kept) : 0;
      kept += more;
      if (more === 0) filled += -over;
    }
    const state = `${kept} ${filled} ${filler}`;
    if (seen.has(state)) {
      // It goes round and round: this filler does not take the tokens that are missing.
      filler += 1;
      if (filler === fillers.length) break;
      filled = 1;
    }
    seen.add(state);
  }
  return succeed(closest);
}

/** The failure where exactly `asked` tokens are wanted and the nearest text has others. */
export function lengthNotMet(asked: number, { text, tokens }: FittedText): Result<never> {
  return fail(
    "length-not-met",
    `no prompt of exactly ${asked} tokens: the nearest has ${tokens} as the engine counts ("${excerpt(text)}")`,
    "Ask for longer prompts (special tokens and a chat's template count too), or set `prompt_lengths: nearest`.",
  );
}

function excerpt(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 20)}…${text.slice(-19)}`;
}
