import { hashIds, type Speech } from "./tokens.ts";

export type FinishReason = "stop" | "length" | "abort";

/** What the engine is to generate. */
export interface Asked {
  id: string;
  promptIds: readonly number[];
  speech: Speech;
  /** How many tokens it will say, and why it ends there. */
  outputTokens: number;
  finish: "stop" | "length";
}

/** One request inside the engine. Times are the engine's seconds, counts are tokens. */
export interface Sequence extends Readonly<Omit<Asked, "promptIds">> {
  /** Prompt and output so far. */
  readonly tokens: number[];
  readonly promptTokens: number;
  /** Tokens whose keys and values are in the cache. */
  computed: number;
  readonly blocks: number[];
  /** Hashes of its full blocks, as far as they were needed. */
  readonly hashes: number[];
  /** Blocks of `blocks` that the cache was told the content of. */
  remembered: number;
  said: number;
  cachedTokens: number;
  preemptions: number;
  readonly arrivedS: number;
  scheduledS: number | null;
  firstTokenS: number | null;
  lastTokenS: number | null;
}

export function createSequence({ id, promptIds, speech, outputTokens, finish }: Asked, arrivedS: number): Sequence {
  return {
    id,
    tokens: [...promptIds],
    promptTokens: promptIds.length,
    speech,
    outputTokens,
    finish,
    computed: 0,
    blocks: [],
    hashes: [],
    remembered: 0,
    said: 0,
    cachedTokens: 0,
    preemptions: 0,
    arrivedS,
    scheduledS: null,
    firstTokenS: null,
    lastTokenS: null,
  };
}

/** The hashes of all full blocks among its tokens: each covers everything from the first token to the block's end. */
export function blockHashes(sequence: Sequence, blockSize: number): readonly number[] {
  const { hashes, tokens } = sequence;
  const full = Math.floor(tokens.length / blockSize);
  while (hashes.length < full) {
    const at = hashes.length;
    hashes.push(hashIds(at === 0 ? 0 : hashes[at - 1]!, tokens, at * blockSize, (at + 1) * blockSize));
  }
  return hashes;
}
