import type { Access } from "./access.ts";
import type { Dialect } from "./dialect.ts";
import { defined } from "./json.ts";

/** One thing to ask. Copied by `plainSample`, never by spreading: a member may be a getter. */
export interface Sample {
  /** Position in the dataset's file, before any selection: what `RequestRecord.sample` says. */
  index: number;
  /** What is sent: text, or token ids where the workload says `prompt: tokens`. */
  prompt: { text: string } | { tokens: number[] };
  /** What a good answer says; null where the dataset has none. */
  reference: string | null;
  /** A forced output length in tokens (synthetic); null where the model decides under `max_tokens`. */
  outputTokens: number | null;
  /** A lower limit than the workload's `max_tokens`, of an answer without a forced length; absent where there is none. */
  mostTokens?: number | undefined;
  /** Prompt tokens as the dataset knows them; null where only the engine can tell. */
  promptTokens: number | null;
  /** The words of a made text whose tokens were not counted: about as many. Absent where the tokens are known, or no length was asked for. */
  aboutPromptTokens?: number | undefined;
  /** Where it stands in a conversation; null for a single question. */
  turn: Turn | null;
  /** Images that go with the text, made when it is sent; absent where there are none. */
  images?: SampleImages | undefined;
  /** The request class whose own dataset it is of; absent where it may be of any class that has none. */
  class?: string | undefined;
}

/** All of a sample as plain data, to be written or told: its prompt may be made when it is read. */
export function plainSample(sample: Sample): Sample {
  const { index, prompt, reference, outputTokens, mostTokens, promptTokens, aboutPromptTokens, turn } = sample;
  const plain = { index, prompt, reference, outputTokens, mostTokens, promptTokens, aboutPromptTokens, turn };
  return { ...plain, ...defined({ images: sample.images, class: sample.class }) };
}

/** Random images, by what they are made from: one seed makes the same ones. */
export interface SampleImages {
  count: number;
  /** In pixels. */
  width: number;
  height: number;
  seed: string;
}

/** One turn of a conversation. The turns of one lie behind each other among the samples, and are sent in that order. */
export interface Turn {
  /** Number of the conversation, from 0. */
  conversation: number;
  /** From 0. */
  turn: number;
  /** What comes before the first turn; null where there is no system prompt. The same in every turn of a conversation. */
  system: string | null;
  /** Seconds that the user thinks before this turn; 0 for the first. */
  thinkS: number;
}

/** Samples by conversation: the turns of one, or a single question. A turn belongs to the sample before it where it is a later turn of that one's conversation. */
export function conversationsOf(samples: readonly Sample[]): Sample[][] {
  const conversations: Sample[][] = [];
  let before: Sample["turn"] = null;
  for (const sample of samples) {
    const { turn } = sample;
    const goesOn = turn !== null && before?.conversation === turn.conversation && turn.turn > before.turn;
    if (goesOn) conversations.at(-1)!.push(sample);
    else conversations.push([sample]);
    before = turn;
  }
  return conversations;
}

/** A dataset as it was found. */
export interface Dataset {
  name: string;
  samples: Sample[];
  hasReferences: boolean;
  /** Of the file, or of the samples that were made; part of `resolvedId`. */
  sha256: string;
  /** The file; null where the samples are made. */
  path: string | null;
  /** True where the digest is one that we know; false where it is another; null where none is known. */
  recognised: boolean | null;
}

/** What the client needs to know of a running engine. */
export interface Endpoint {
  /** `http://127.0.0.1:8000`, without a slash at the end. */
  url: string;
  /** The name that the engine serves the model under. */
  model: string;
  /** Members added to every request body. */
  requestFields: { [name: string]: unknown };
  /** How its requests differ from vLLM's; absent where they do not. */
  dialect?: Dialect;
  /** Finish reasons of whole answers, in addition to those that every server has; absent where it has none. */
  finishReasons?: readonly string[];
  /** Headers of every request; none of their secrets is stored. */
  access: Access;
}
