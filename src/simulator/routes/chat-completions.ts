import { asMap, type Json } from "../../schema/json.ts";
import { answer } from "../answer.ts";
import { chatDialect } from "../dialects.ts";
import { readBody, sendRefusal, type Route } from "../exchange.ts";
import { badRequest, readGeneration, readJson, readPrompt, type Read } from "../generation-request.ts";

export const chatCompletions: Route = {
  method: "POST",
  path: "/v1/chat/completions",
  async answer(exchange) {
    const { request, response, service } = exchange;
    const body = readJson(await readBody(request));
    if (!body.ok) return sendRefusal(response, body.refusal);
    const text = chatText(body.value["messages"]);
    if (!text.ok) return sendRefusal(response, text.refusal);
    const prompt = readPrompt(text.value, service.configuration.machinery.model.vocab);
    if (!prompt.ok) return sendRefusal(response, prompt.refusal);
    const generation = readGeneration(body.value, prompt.value, service, chatDialect);
    if (!generation.ok) return sendRefusal(response, generation.refusal);
    answer(exchange, generation.value, chatDialect);
  },
};

/** All messages in one text, each behind its role: a template that no model was trained on. */
export function chatText(messages: Json | undefined): Read<string> {
  if (!Array.isArray(messages) || messages.length === 0) {
    return badRequest("[{'type': 'missing', 'loc': ('body', 'messages'), 'msg': 'Field required'}]", "messages");
  }
  const parts: string[] = [];
  for (const item of messages) {
    const message = asMap(item);
    if (message === null) return badRequest("Each message must be an object.", "messages");
    const role = typeof message["role"] === "string" ? message["role"] : "user";
    parts.push(`<|${role}|>\n\n${contentText(message["content"])} <|end|>`);
  }
  return { ok: true, value: `${parts.join(" ")} <|assistant|>\n\n` };
}

function contentText(content: Json | undefined): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part) => asMap(part)?.["text"] ?? part)
    .filter((text) => typeof text === "string")
    .join(" ");
}
