import { asMap, type Json } from "../schema/json.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Refusal } from "./exchange.ts";
import type { Generation, Service } from "./service.ts";
import { fractionOf, misspoken, speechOf, tokenize, type TokenizedText } from "./tokens.ts";

type Body = { [member: string]: Json };

/** A completion request, read: what to generate and how to answer. */
export interface GenerationRequest extends Generation {
  stream: boolean;
  includeUsage: boolean;
  continuousUsage: boolean;
  returnTokenIds: boolean;
}

/** What was read of a request, or why it is refused. */
export type Read<Value> = Result<Value, Refusal>;

/** Tokens that an answer has on average where the request sets no limit of its own. */
const usualTokens = 256;

export function badRequest(message: string, param: string | null = null): { ok: false; problem: Refusal } {
  return { ok: false, problem: { status: 400, type: "BadRequestError", message, param } };
}

/** The body as an object. */
export function readJson(text: string): Read<Body> {
  let body: Json;
  try {
    body = JSON.parse(text) as Json;
  } catch (error) {
    return badRequest(`[{'type': 'json_invalid', 'loc': ('body',), 'msg': 'JSON decode error: ${String(error)}'}]`);
  }
  const members = asMap(body);
  const message = "[{'type': 'model_attributes_type', 'loc': ('body',), 'msg': 'Input should be a valid dictionary'}]";
  return members === null ? badRequest(message) : succeed(members);
}

/** A prompt as vLLM takes it: text, token ids, or a list with one of these. */
export function readPrompt(prompt: Json | undefined, vocab: number): Read<TokenizedText> {
  const only = Array.isArray(prompt) && prompt.length === 1 && typeof prompt[0] !== "number" ? prompt[0] : prompt;
  if (typeof only === "string" && only !== "") return succeed(tokenize(only, vocab));
  if (Array.isArray(only) && only.length > 0 && only.every((id) => Number.isInteger(id))) {
    const ids = only as number[];
    const outside = ids.find((id) => id < 0 || id >= vocab);
    if (outside !== undefined) return badRequest(`Token id ${outside} is out of vocabulary`);
    return succeed({ ids, pieces: null });
  }
  if (Array.isArray(prompt) && prompt.length > 1) {
    return badRequest("The simulated engine takes one prompt in a request.", "prompt");
  }
  return badRequest("Either prompt or prompt_embeds must be provided and non-empty.");
}

/** The refusal where a request names a model that is not served; null where it names this one or none. */
export function refusedModel(body: Body, { configuration }: Pick<Service, "configuration">): Refusal | null {
  const { servedModelName } = configuration;
  if (typeof body["model"] !== "string" || body["model"] === servedModelName) return null;
  const message = `The model \`${body["model"]}\` does not exist. Valid aliases: ${servedModelName}.`;
  return { status: 404, type: "NotFoundError", message, param: "model" };
}

/** Looks at everything but the prompt's form; refuses in vLLM's words (`tiny_dev/error_*` of the recorded answers). */
export function readGeneration(
  body: Body,
  prompt: TokenizedText,
  service: Service,
  options: { idPrefix: string; defaultMaxTokens: number | null },
): Read<GenerationRequest> {
  const { maxModelLen, machinery } = service.configuration;
  const stranger = refusedModel(body, service);
  if (stranger !== null) return { ok: false, problem: stranger };
  if ((body["n"] ?? 1) !== 1) return badRequest("The simulated engine takes n=1.", "n");
  const asked = whole(body["max_completion_tokens"]) ?? whole(body["max_tokens"]) ?? options.defaultMaxTokens;
  if (asked !== null && asked < 1) return badRequest(`max_tokens must be at least 1, got ${asked}.`);
  if (asked !== null && asked > maxModelLen) {
    return badRequest(
      `max_tokens=${asked} cannot be greater than max_model_len=${maxModelLen}. Please request fewer output tokens. (parameter=max_tokens, value=${asked})`,
      "max_tokens",
    );
  }
  const minTokens = whole(body["min_tokens"]) ?? 0;
  if (asked !== null && minTokens > asked) {
    return badRequest(`min_tokens must be less than or equal to max_tokens=${asked}, got ${minTokens}.`);
  }
  const cut = truncate(prompt, whole(body["truncate_prompt_tokens"]), maxModelLen - (asked ?? 1));
  const length = cut.ids.length;
  if (length + (asked ?? 1) > maxModelLen) {
    return badRequest(
      `This model's maximum context length is ${maxModelLen} tokens. However, you requested ${asked ?? 1} output tokens and your prompt contains at least ${length} input tokens, for a total of at least ${length + (asked ?? 1)} tokens. Please reduce the length of the input prompt or the number of requested output tokens. (parameter=input_tokens, value=${length})`,
      "input_tokens",
    );
  }

  const maxTokens = asked ?? maxModelLen - length;
  const temperature = typeof body["temperature"] === "number" ? body["temperature"] : 0;
  // At temperature 0 the seed decides nothing, as in a real engine.
  const salt = temperature > 0 ? (whole(body["seed"]) ?? 0) + 1 : 0;
  const around = asked === null ? Math.min(maxTokens, usualTokens) : maxTokens;
  const natural = Math.max(1, minTokens, Math.round(around * (0.5 + fractionOf(cut.ids, salt))));
  const goesOn = body["ignore_eos"] === true || natural >= maxTokens;
  const streamOptions = asMap(body["stream_options"]) ?? {};
  const stream = body["stream"] === true;
  return succeed({
    id: `${options.idPrefix}-simulated${(++service.requests).toString(16).padStart(8, "0")}`,
    promptIds: cut.ids,
    speech: misspoken(speechOf(cut, machinery.model.vocab, salt), service.faults.wrongWords, cut),
    outputTokens: goesOn ? maxTokens : natural,
    finish: goesOn ? "length" : "stop",
    maxTokens,
    stream,
    includeUsage: streamOptions["include_usage"] === true,
    continuousUsage: streamOptions["continuous_usage_stats"] === true,
    returnTokenIds: body["return_token_ids"] === true,
  });
}

/** vLLM keeps the last tokens; -1 means as many as fit. */
function truncate(prompt: TokenizedText, asked: number | null, fitting: number): TokenizedText {
  if (asked === null) return prompt;
  const kept = asked === -1 ? fitting : asked;
  if (kept < 1 || kept >= prompt.ids.length) return prompt;
  return { ids: prompt.ids.slice(-kept), pieces: prompt.pieces?.slice(-kept) ?? null };
}

function whole(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isInteger(value) ? value : null;
}
