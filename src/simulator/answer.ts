import type { Json } from "../schema/json.ts";
import type { AnswerHead, Dialect } from "./dialects.ts";
import type { Output } from "./engine.ts";
import { eventStream } from "./event-stream.ts";
import { originHeader, refusalBody, sendJson, sendRefusal, type Exchange, type Refusal } from "./exchange.ts";
import type { GenerationRequest } from "./generation-request.ts";
import type { Listener } from "./service.ts";
import { engineDead } from "./shutdown-log.ts";

const dead: Refusal = { status: 500, type: "InternalServerError", message: engineDead, param: null };

/** A stalled stream has said so many chunks before it falls silent. */
const chunksBeforeStall = 3;

/** Starts the generation and answers with its tokens, as a stream or whole. */
export function answer(exchange: Exchange, request: GenerationRequest, dialect: Dialect): void {
  const { service, response } = exchange;
  const ordinal = service.requests;
  const { errorEvery, stallEvery } = service.faults;
  if (!service.alive) return sendRefusal(response, dead);
  if (errorEvery !== null && ordinal % errorEvery === 0) {
    return sendRefusal(response, { ...dead, message: "Internal Server Error" });
  }
  const head: AnswerHead = {
    id: request.id,
    created: Math.floor(Date.now() / 1000),
    model: service.configuration.servedModelName,
    fingerprint: exchange.fingerprint,
  };
  const stalls = stallEvery !== null && ordinal % stallEvery === 0;
  const listener = request.stream
    ? streamed(exchange, request, dialect, head, stalls)
    : gathered(exchange, request, dialect, head);
  const sequence = service.submit(request, listener);
  response.on("close", () => service.cancel(sequence));
}

function streamed(
  exchange: Exchange,
  request: GenerationRequest,
  dialect: Dialect,
  head: AnswerHead,
  stalls: boolean,
): Listener {
  const { response, service } = exchange;
  const { speech } = request;
  const open = dialect.open(head);
  const fingerprint = `,"system_fingerprint":${JSON.stringify(head.fingerprint)}`;
  const interval = service.configuration.streamInterval;
  let sent = 0;
  let chunks = 0;
  let isSaid = false;
  response.writeHead(200, { ...originHeader, "content-type": "text/event-stream; charset=utf-8" });
  response.flushHeaders();
  const stream = eventStream(response);
  return {
    tokens({ from, tokens, finished, sequence }) {
      const end = from + tokens;
      const first = sent === 0;
      if (!first && finished === null && end - sent < interval) return;
      if (stalls && chunks >= chunksBeforeStall) return;
      let text = "";
      let ids = "";
      for (let at = sent; at < end; at++) {
        text += speech.text(at);
        if (request.returnTokenIds) ids += (at === sent ? "" : ",") + speech.id(at);
      }
      sent = end;
      chunks++;
      const usage = () => `,"usage":${JSON.stringify(usageOf(exchange, request, end, sequence.cachedTokens))}`;
      let bytes = dialect.chunk(open, {
        textJson: JSON.stringify(text),
        idsJson: request.returnTokenIds ? `[${ids}]` : "null",
        promptIdsJson: first && request.returnTokenIds ? `[${request.promptIds.join(",")}]` : "null",
        first,
        finishJson: finished === null ? "null" : `"${finished}"`,
        usage: request.continuousUsage ? usage() : "",
        fingerprint: finished !== null && !request.includeUsage ? fingerprint : "",
      });
      if (finished !== null) {
        if (request.includeUsage) bytes += dialect.usageChunk(open, usage(), fingerprint);
        bytes += "data: [DONE]\n\n";
        isSaid = true;
      }
      stream.write(bytes);
    },
    over() {
      if (isSaid) stream.end("");
    },
    dead() {
      // As the killed EngineCore of the recorded answers: the status was sent long ago, so the error comes as an event.
      stream.end(`data: ${JSON.stringify(refusalBody(dead))}\n\ndata: [DONE]\n\n`);
    },
  };
}

function gathered(exchange: Exchange, request: GenerationRequest, dialect: Dialect, head: AnswerHead): Listener {
  const { response } = exchange;
  const { speech } = request;
  const say = ({ from, tokens, finished, sequence }: Output): void => {
    if (finished === null) return;
    const end = from + tokens;
    const places = Array.from({ length: end }, (_, at) => at);
    const said = {
      text: places.map((at) => speech.text(at)).join(""),
      ids: request.returnTokenIds ? places.map((at) => speech.id(at)) : null,
      promptIds: request.returnTokenIds ? [...request.promptIds] : null,
      finish: finished,
    };
    const { prompt_tokens_details: details = null, ...counts } = usageOf(exchange, request, end, sequence.cachedTokens);
    const usage = { ...counts, prompt_tokens_details: details, completion_tokens_details: null };
    sendJson(response, 200, dialect.whole(head, said, usage));
  };
  return { tokens: say, over: () => {}, dead: () => sendRefusal(response, dead) };
}

function usageOf(
  { service }: Exchange,
  request: GenerationRequest,
  completionTokens: number,
  cachedTokens: number,
): { [member: string]: Json } {
  const promptTokens = request.promptIds.length;
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + completionTokens,
    completion_tokens: completionTokens,
    ...(service.configuration.settings["enable_prompt_tokens_details"] === true
      ? { prompt_tokens_details: { cached_tokens: cachedTokens } }
      : {}),
  };
}
