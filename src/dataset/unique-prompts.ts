import { createHash } from "node:crypto";
import type { Sample } from "../schema/sample.ts";
import { firstToken, tokenCount } from "./made-text.ts";

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
    unique.push(saltedSample(sample, { position: start, digest, firstConversation: round * conversations }));
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
  firstConversation: number;
}

function saltedSample(sample: Sample, salt: Salt): Sample {
  const { turn } = sample;
  const system = turn?.system ?? null;
  const turned =
    turn === null
      ? null
      : {
          ...turn,
          conversation: salt.firstConversation + turn.conversation,
          system: system === null ? null : saltLine(salt) + system,
        };
  if (turn !== null && (turn.turn > 0 || system !== null)) return { ...sample, turn: turned };
  const { prompt } = sample;
  return {
    ...sample,
    turn: turned,
    get prompt() {
      return "tokens" in prompt
        ? { tokens: saltedTokens(prompt.tokens, salt) }
        : { text: saltLine(salt) + prompt.text };
    },
  };
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
