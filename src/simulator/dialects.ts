import type { Json } from "../schema/json.ts";

/** What an answer says of itself, the same in all its chunks. */
export interface AnswerHead {
  id: string;
  created: number;
  model: string;
  fingerprint: string;
}

/** One piece of a streamed answer; texts are JSON already where the name says so. */
interface Piece {
  textJson: string;
  /** `[1,2]` or `null`. */
  idsJson: string;
  /** `[1,2]` in the first piece of an answer that returns ids, else `null`. */
  promptIdsJson: string;
  first: boolean;
  /** `null`, or the reason in quotes. */
  finishJson: string;
  /** `,"usage":{…}` or nothing. */
  usage: string;
  /** `,"system_fingerprint":…` in the last chunk, else nothing. */
  fingerprint: string;
}

/** How one of the two endpoints words its answers: members and their order as vLLM 0.32.0 sends them. */
export interface Dialect {
  idPrefix: string;
  /** What `max_tokens` is where the request does not say; null for all that fits. */
  defaultMaxTokens: number | null;
  /** The constant beginning of every chunk. */
  open(head: AnswerHead): string;
  chunk(open: string, piece: Piece): string;
  usageChunk(open: string, usage: string, fingerprint: string): string;
  whole(head: AnswerHead, said: { text: string; ids: Json; promptIds: Json; finish: string }, usage: Json): Json;
}

const opening = (object: string, head: AnswerHead) =>
  `data: {"id":${JSON.stringify(head.id)},"object":"${object}","created":${head.created},"model":${JSON.stringify(head.model)},"choices":[`;

/** The last chunk, with counts and no choice. */
const usageChunk = (open: string, usage: string, fingerprint: string) => `${open}]${usage}${fingerprint}}\n\n`;

/** A whole answer with its one choice; `ofPrompt` is what one of the endpoints says of the prompt after the counts. */
const whole = (object: string, head: AnswerHead, choice: Json, usage: Json, ofPrompt: { [member: string]: Json }) => ({
  id: head.id,
  object,
  created: head.created,
  model: head.model,
  choices: [choice],
  service_tier: null,
  system_fingerprint: head.fingerprint,
  usage,
  ...ofPrompt,
  kv_transfer_params: null,
  ec_transfer_params: null,
  metrics: null,
});

export const completionDialect: Dialect = {
  idPrefix: "cmpl",
  defaultMaxTokens: 16,
  open: (head) => opening("text_completion", head),
  chunk: (open, piece) =>
    `${open}{"index":0,"text":${piece.textJson},"logprobs":null,"finish_reason":${piece.finishJson},"stop_reason":null,"prompt_token_ids":${piece.promptIdsJson},"token_ids":${piece.idsJson}}]${piece.usage}${piece.fingerprint}}\n\n`,
  usageChunk,
  whole(head, { text, ids, promptIds, finish }, usage) {
    const choice = {
      index: 0,
      text,
      logprobs: null,
      finish_reason: finish,
      stop_reason: null,
      token_ids: ids,
      prompt_logprobs: null,
      prompt_token_ids: promptIds,
      routed_experts: null,
    };
    return whole("text_completion", head, choice, usage, {});
  },
};

export const chatDialect: Dialect = {
  idPrefix: "chatcmpl",
  defaultMaxTokens: null,
  open: (head) => opening("chat.completion.chunk", head),
  chunk(open, piece) {
    // The role comes with the first token, in a chunk of its own that bears none.
    const role = piece.first
      ? `${open}{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"prompt_token_ids":${piece.promptIdsJson},"prompt_text":null}\n\n`
      : "";
    const stop = piece.finishJson === "null" ? "" : `"stop_reason":null,`;
    return `${role}${open}{"index":0,"delta":{"content":${piece.textJson}},"logprobs":null,"finish_reason":${piece.finishJson},${stop}"token_ids":${piece.idsJson}}]${piece.usage}${piece.fingerprint}}\n\n`;
  },
  usageChunk,
  whole(head, { text, ids, promptIds, finish }, usage) {
    const ofAnswer = { refusal: null, annotations: null, audio: null, function_call: null, reasoning: null };
    const choice = {
      index: 0,
      message: { role: "assistant", content: text, ...ofAnswer },
      logprobs: null,
      finish_reason: finish,
      stop_reason: null,
      token_ids: ids,
      routed_experts: null,
    };
    const ofPrompt = { prompt_logprobs: null, prompt_token_ids: promptIds, prompt_text: null };
    return whole("chat.completion", head, choice, usage, ofPrompt);
  },
};
