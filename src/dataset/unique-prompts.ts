import { createHash } from "node:crypto";
import type { Sample, SampleImages } from "../schema/sample.ts";
import { firstToken, tokenCount } from "./made-text.ts";
import { WrappedSample } from "./wrapped-sample.ts";

/** Digits of a salt: words that even the smallest vocabulary of English has, most as one token behind a blank. */
const saltWords = ["a", "all", "and", "are", "as", "at", "be", "by", "do", "for", "if", "in", "is", "it", "no", "not"];
/** 16⁶ requests of a trial, and one trial in 16⁸. */
const positionWords = 6;
const trialWords = 8;
/** 480³ each. */
const digitsOfTokens = 3;

/**
 * What each request of a trial asks, with a salt of its own at the start, so that no cache of prefixes helps from one
 * request to another, nor from one trial to another. Samples are cycled where there are fewer than `requests`, each
 * round with other salts; conversations stay whole, so there may be more by less than one.
 *
 * - A text gets a line of 14 short words before it.
 * - Of token ids the second to the seventh are replaced (the first may be a vocabulary's start): the length stays.
 * - A conversation is salted once, in its system prompt or else in its first question: within it, the history may be cached.
 *
 * Salted prompts are made when they are read: what is held is no longer than the samples are. `trial` is what sets the
 * trial apart from every other.
 */
export function uniquePrompts(samples: readonly Sample[], requests: number, trial: string): Sample[] {
  const digest = createHash("sha256").update(trial).digest();
  const conversations = 1 + samples.reduce((last, { turn }) => Math.max(last, turn?.conversation ?? 0), 0);
  const unique: Sample[] = [];
  let start = 0;
  for (let place = 0; ; place += 1) {
    const sample = samples[place % samples.length];
    const round = Math.floor(place / samples.length);
    const begins = sample?.turn === null || sample?.turn.turn === 0;
    if (sample === undefined || (unique.length >= requests && begins)) return unique;
    if (begins) start = place;
    unique.push(new SaltedSample(sample, { position: start, digest }, round * conversations));
  }
}

/** Tokens of a salt line, where each word is one and so is the line's end. */
export const saltTokens = positionWords + trialWords + 1;

/** The salt line of a text that `uniquePrompts` made; empty where it has none. */
export function saltOf(text: string): string {
  return saltPattern.exec(text)?.[0] ?? "";
}

const saltPattern = new RegExp(
  `^(?:${saltWords.join("|")})(?: (?:${saltWords.join("|")})){${positionWords + trialWords - 1}}\\n`,
);

interface Salt {
  position: number;
  digest: Buffer;
}

/** A sample with a salt, put together when it is read. */
class SaltedSample extends WrappedSample {
  readonly #salt: Salt;

  constructor(sample: Sample, salt: Salt, firstConversation: number) {
    const { turn } = sample;
    const system = turn?.system == null ? null : saltLine(salt) + turn.system;
    super(sample, { turn: turn && { ...turn, conversation: firstConversation + turn.conversation, system } });
    this.#salt = salt;
  }

  override get prompt(): Sample["prompt"] {
    const prompt = super.prompt;
    const { turn } = this;
    if (turn !== null && (turn.turn > 0 || turn.system !== null)) return prompt;
    return "tokens" in prompt
      ? { tokens: saltedTokens(prompt.tokens, this.#salt) }
      : { text: saltLine(this.#salt) + prompt.text };
  }

  /** Other images, as it is another prompt. */
  override get images(): SampleImages | undefined {
    const images = super.images;
    const { position, digest } = this.#salt;
    return images && { ...images, seed: `${images.seed} ${position} ${digest.toString("hex")}` };
  }
}

/** The position first and its lowest digit before the others: neighbours differ in their first token. */
function saltLine({ position, digest }: Salt): string {
  const base = saltWords.length;
  const ofPosition = Array.from({ length: positionWords }, (_, digit) => Math.floor(position / base ** digit) % base);
  const ofTrial = Array.from({ length: trialWords }, (_, digit) => digest[digit]! % base);
  return `${[...ofPosition, ...ofTrial].map((digit) => saltWords[digit]).join(" ")}\n`;
}

function saltedTokens(tokens: readonly number[], { position, digest }: Salt): number[] {
  const ofPosition = Array.from({ length: digitsOfTokens }, (_, digit) => Math.floor(position / tokenCount ** digit));
  const ofTrial = Array.from({ length: digitsOfTokens }, (_, digit) => digest.readUInt32BE(4 * digit));
  const salt = [...ofPosition, ...ofTrial].map((digit) => firstToken + (digit % tokenCount));
  return tokens.map((token, place) => (place === 0 ? token : (salt[place - 1] ?? token)));
}
