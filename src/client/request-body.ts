import { fail, succeed, type Result } from "../schema/result.ts";
import type { Endpoint, Sample } from "../schema/sample.ts";
import type { Workload } from "../schema/workload.ts";

type EndpointKind = Workload["endpoint"];

interface EndpointForm {
  path: string;
  /** The members that carry the prompt; null where this endpoint cannot take such a prompt. */
  prompt(prompt: Sample["prompt"]): { [member: string]: unknown } | null;
}

const forms: Readonly<Record<EndpointKind, EndpointForm>> = {
  completions: {
    path: "/v1/completions",
    prompt: (prompt) => ({ prompt: "text" in prompt ? prompt.text : prompt.tokens }),
  },
  chat: {
    path: "/v1/chat/completions",
    prompt: (prompt) => ("text" in prompt ? { messages: [{ role: "user", content: prompt.text }] } : null),
  },
};

/** The path of an endpoint, behind the server's address. */
export function requestPath(kind: EndpointKind): string {
  return forms[kind].path;
}

/**
 * The JSON body of one streaming request. Every sampling parameter is explicit, so that no default of the server or of
 * the model decides. A sample with a forced output length gets exactly so many tokens. The endpoint's own members are
 * added, but never take the place of one of ours (of `stream_options` the members are joined).
 */
export function requestBody(
  sample: Sample,
  workload: Workload,
  endpoint: Endpoint,
): Result<{ [member: string]: unknown }> {
  const prompt = forms[workload.endpoint].prompt(sample.prompt);
  if (prompt === null) {
    return fail(
      "prompt-not-taken",
      `sample ${sample.index} is a list of token ids, and ${requestPath(workload.endpoint)} takes text only`,
      "Set `prompt: text`, or `endpoint: completions`, in the workload.",
    );
  }
  const { sampling, load } = workload;
  const { stream_options: streamOptions, ...fields } = endpoint.requestFields;
  return succeed({
    ...fields,
    model: endpoint.model,
    ...prompt,
    stream: true,
    stream_options: { ...(streamOptions as object | undefined), include_usage: true },
    temperature: sampling.temperature,
    top_p: sampling.top_p,
    top_k: sampling.top_k,
    seed: sampling.seed,
    max_tokens: sample.outputTokens ?? sampling.max_tokens,
    min_tokens: sample.outputTokens ?? sampling.min_tokens,
    ignore_eos: sample.outputTokens === null ? sampling.ignore_eos : true,
    ...(load.truncate_prompt_tokens === undefined ? {} : { truncate_prompt_tokens: load.truncate_prompt_tokens }),
  });
}
