import { serverMessage } from "./failure-text.ts";

/** What one event of a completion stream carries, whichever of the two endpoints it is from. */
export interface CompletionEvent {
  /** True where it has text, token ids, reasoning or a tool call. A role alone is not a token. */
  bearsTokens: boolean;
  /** The answer's text in this event. */
  text: string;
  /** All that was said in this event: reasoning, text, calls. The same as `text` for a plain answer. */
  said: string;
  /** Ids of the tokens in this event; null where the server does not return them. */
  tokenIds: number[] | null;
  /** `usage` so far; null where the event has none. */
  promptTokens: number | null;
  completionTokens: number | null;
  finish: string | null;
  /** The server's message where the event is an error inside a stream that began as a success. */
  error: string | null;
  /** Choices in the event; 0 where it has only `usage`. */
  choices: number;
}

interface RawChoice {
  text?: string | null;
  delta?: {
    content?: string | null;
    reasoning_content?: string | null;
    reasoning?: string | null;
    tool_calls?: { function?: { name?: string | null; arguments?: string | null } }[] | null;
  } | null;
  token_ids?: number[] | null;
  finish_reason?: string | null;
}

interface RawEvent {
  choices?: RawChoice[] | null;
  usage?: { prompt_tokens?: number | null; completion_tokens?: number | null } | null;
  error?: unknown;
  object?: unknown;
}

/** The data of the event that ends a stream; it is not JSON. */
export const DONE = "[DONE]";

/** Reads the data of one event. Null where it is not a JSON object. */
export function readCompletionEvent(data: string): CompletionEvent | null {
  let raw: RawEvent;
  try {
    raw = JSON.parse(data) as RawEvent;
  } catch {
    return null;
  }
  if (raw === null || typeof raw !== "object" || Array.isArray(raw)) return null;
  const event: CompletionEvent = {
    bearsTokens: false,
    text: "",
    said: "",
    tokenIds: null,
    promptTokens: raw.usage?.prompt_tokens ?? null,
    completionTokens: raw.usage?.completion_tokens ?? null,
    finish: null,
    error: errorOf(raw),
    choices: raw.choices?.length ?? 0,
  };
  for (const choice of raw.choices ?? []) addChoice(event, choice);
  event.bearsTokens ||= event.said !== "" || (event.tokenIds?.length ?? 0) > 0;
  return event;
}

function errorOf(raw: RawEvent): string | null {
  // `{"object": "error", "message": …}` is the form of older vLLM and of SGLang.
  if ((raw.error === undefined || raw.error === null) && raw.object !== "error") return null;
  return serverMessage(raw) ?? "an error without a message";
}

function addChoice(event: CompletionEvent, choice: RawChoice): void {
  const delta = choice.delta ?? {};
  const text = choice.text ?? delta.content ?? "";
  const calls = delta.tool_calls ?? [];
  event.text += text;
  // Servers that send both spellings of reasoning send the same under each.
  event.said += (delta.reasoning_content ?? delta.reasoning ?? "") + text;
  for (const call of calls) event.said += (call.function?.name ?? "") + (call.function?.arguments ?? "");
  if (calls.length > 0) event.bearsTokens = true;
  if (Array.isArray(choice.token_ids)) event.tokenIds = event.tokenIds?.concat(choice.token_ids) ?? choice.token_ids;
  event.finish = choice.finish_reason ?? event.finish;
}
