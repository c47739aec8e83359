import type { RequestRecord } from "./observation.ts";
import type { Workload } from "./workload.ts";

/** The length in tokens that was asked of a prompt. */
export interface AskedPrompt {
  tokens: number;
  /** `exact`; `least`: a chat's template or a conversation's history is added to it; `about`: words, each of one token or more. */
  as: "exact" | "least" | "about";
}

/**
 * The output length in tokens that a request was to be forced to (by `ignore_eos` and `min_tokens`), over all its answers where
 * `extra_body` asks for several (`n`); null where the model was to end it.
 */
export function askedOutputOf(
  { askedOutputTokens, class: name }: Pick<RequestRecord, "askedOutputTokens" | "class">,
  workload: Pick<Workload, "sampling" | "classes" | "extraBody">,
): number | null {
  const own = name === null ? undefined : workload.classes.find((one) => one.name === name);
  const { n } = { ...workload.extraBody, ...own?.extra_body };
  const answers = typeof n === "number" ? n : 1;
  if (askedOutputTokens !== null) return answers * askedOutputTokens;
  const sampling = { ...workload.sampling, ...own?.sampling };
  return sampling.ignore_eos || sampling.min_tokens >= sampling.max_tokens ? answers * sampling.max_tokens : null;
}

/** The length that was asked of a request's prompt; null where its tokens could not be counted beforehand. */
export function askedPromptOf(
  {
    askedPromptTokens,
    askedPromptIsAbout,
    turn,
  }: Pick<RequestRecord, "askedPromptTokens" | "askedPromptIsAbout" | "turn">,
  { endpoint, load }: Pick<Workload, "endpoint" | "load">,
): AskedPrompt | null {
  if (askedPromptTokens === null) return null;
  const tokens = Math.min(askedPromptTokens, load.truncate_prompt_tokens ?? Infinity);
  if (askedPromptIsAbout) return { tokens, as: "about" };
  return { tokens, as: endpoint === "completions" && turn === null ? "exact" : "least" };
}
