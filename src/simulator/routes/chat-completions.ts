import { asMap, type Json } from "../../schema/json.ts";
import { succeed } from "../../schema/result.ts";
import { chatDialect } from "../dialects.ts";
import { badRequest, type Read } from "../generation-request.ts";
import { generation } from "./completions.ts";

export const chatCompletions = generation("/v1/chat/completions", chatDialect, (body) => chatText(body["messages"]));

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
  return succeed(`${parts.join(" ")} <|assistant|>\n\n`);
}

function contentText(content: Json | undefined): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part) => asMap(part)?.["text"] ?? part)
    .filter((text) => typeof text === "string")
    .join(" ");
}
