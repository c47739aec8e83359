import { inDialect, plainDialect } from "../../schema/dialect.ts";
import { defined } from "../../schema/json.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { Endpoint, Sample } from "../../schema/sample.ts";
import type { RequestClass, Workload } from "../../schema/workload.ts";
import type { Exchange } from "../drive/conversation.ts";
import { imageUrls } from "./made-images.ts";

type EndpointKind = Workload["endpoint"];

/** What a request is sent with beside its sample. */
export interface BodyParts {
  /** The turns before this one; empty for a single question. */
  history: readonly Exchange[];
  /** Null where the workload has no classes. */
  requestClass: RequestClass | null;
}

interface EndpointForm {
  path: string;
  /** The members that carry the prompt; null where this endpoint cannot take such a prompt. */
  prompt(sample: Sample, history: readonly Exchange[]): { [member: string]: unknown } | null;
}

const forms: Readonly<Record<EndpointKind, EndpointForm>> = {
  completions: {
    path: "/v1/completions",
    prompt({ prompt, turn }, history) {
      if (turn === null) return { prompt: "text" in prompt ? prompt.text : prompt.tokens };
      return "text" in prompt ? { prompt: transcript(turn.system, history, prompt.text) } : null;
    },
  },
  chat: {
    path: "/v1/chat/completions",
    prompt({ prompt, turn, images }, history) {
      if (!("text" in prompt)) return null;
      const system = turn?.system ?? null;
      const messages: { role: string; content: unknown }[] =
        system === null ? [] : [{ role: "system", content: system }];
      for (const { user, assistant } of history) {
        messages.push({ role: "user", content: user }, { role: "assistant", content: assistant });
      }
      const parts = images && imageUrls(images).map((url) => ({ type: "image_url", image_url: { url } }));
      const content = parts === undefined ? prompt.text : [{ type: "text", text: prompt.text }, ...parts];
      return { messages: [...messages, { role: "user", content }] };
    },
  },
};

/** The path of an endpoint, after the server's address. */
export function requestPath(kind: EndpointKind): string {
  return forms[kind].path;
}

/**
 * The JSON body of one streaming request. Every sampling parameter is explicit, so that no default of the server or of
 * the model decides. A sample with a forced output length gets exactly so many tokens. Members of the endpoint, of the
 * workload's `extra_body` and of its class's are added, the later over the earlier, but none replaces a member
 * that is set here (the endpoint's `stream_options` are merged). What the engine's dialect lacks or names otherwise is left
 * out or renamed.
 */
export function requestBody(
  sample: Sample,
  workload: Workload,
  endpoint: Endpoint,
  { history, requestClass }: BodyParts = { history: [], requestClass: null },
): Result<{ [member: string]: unknown }> {
  const prompt = forms[workload.endpoint].prompt(sample, history);
  if (prompt === null) {
    const taker = sample.turn === null ? requestPath(workload.endpoint) : "a conversation";
    return fail(
      "prompt-not-taken",
      `sample ${sample.index} is a list of token ids, and ${taker} takes text only`,
      `Set \`prompt: text\`${sample.turn === null ? ", or `endpoint: completions`," : ""} in the workload.`,
    );
  }
  const { load } = workload;
  const sampling = { ...workload.sampling, ...requestClass?.sampling };
  const mostTokens = sample.outputTokens ?? sample.mostTokens ?? sampling.max_tokens;
  const { stream_options: streamOptions, ...fields } = endpoint.requestFields;
  return succeed({
    ...fields,
    ...workload.extraBody,
    ...requestClass?.extra_body,
    model: requestClass?.model ?? endpoint.model,
    ...prompt,
    stream: true,
    stream_options: { ...(streamOptions as object | undefined), include_usage: true },
    ...inDialect(
      {
        temperature: sampling.temperature,
        top_p: sampling.top_p,
        top_k: sampling.top_k,
        seed: sampling.seed,
        max_tokens: mostTokens,
        min_tokens: sample.outputTokens ?? Math.min(sampling.min_tokens, mostTokens),
        ignore_eos: sample.outputTokens === null ? sampling.ignore_eos : true,
        ...defined({ priority: requestClass?.priority, truncate_prompt_tokens: load.truncate_prompt_tokens }),
      },
      endpoint.dialect ?? plainDialect,
    ),
  });
}

/** A conversation as plain text. It goes on from the turn before it character by character, so that a prefix cache finds that again. */
function transcript(system: string | null, history: readonly Exchange[], user: string): string {
  const before = history.map((one) => `User: ${one.user}\nAssistant:${one.assistant}\n`);
  return `${system === null ? "" : `${system}\n\n`}${before.join("")}User: ${user}\nAssistant:`;
}
