import { countText, figureText, percentText } from "../math/figures.ts";
import { askedOutputOf, askedPromptOf, type AskedPrompt } from "../schema/asked-lengths.ts";
import type { RequestRecord } from "../schema/observation.ts";
import type { Workload } from "../schema/workload.ts";
import type { CheckRule } from "./check.ts";
import { atMost, measuredRequests } from "./measured.ts";

/** The share of requests that may have another length than was asked for, in %: one in a hundred, as may fail at the lower fidelities. */
const MOST_OTHER = 1;
/** How far a length may be off: by this share of it, or by one token, since servers differ in whether they count the end token. */
const ALLOWED_SHARE = 0.01;
const ALLOWED_TOKENS = 1;

/** Our made words take at least one token each in every vocabulary that we know: a server that counts less than this share of them did not read them all. */
const FEWEST_OF_WORDS = 0.5;

interface Lengths {
  /** Requests whose length was asked for, and which the server counted. */
  n: number;
  asked: number;
  served: number;
  notKept: number;
}

/** Where an exact length was asked for (a forced output, a prompt that was counted before), the server counted that length. */
export const lengthsKept: CheckRule = {
  id: "lengths-kept",
  asks: "Where an exact length was asked for (a forced output, a prompt that was counted), the server counted that length.",
  limit: `${MOST_OTHER} % of the requests may differ by more than ${percentText(ALLOWED_SHARE)} and more than ${ALLOWED_TOKENS} token`,
  remedy:
    "Outputs: ask for natural lengths, or for lengths that fit the context. Prompts: check the server's context limit, and any proxy between it and the client.",
  judge({ spec, workload, observation }) {
    if (observation === null || spec.purpose !== "performance") return null;
    const outputs: Lengths = { n: 0, asked: 0, served: 0, notKept: 0 };
    const prompts: Lengths = { n: 0, asked: 0, served: 0, notKept: 0 };
    for (const request of measuredRequests(observation).finished) addRequest(request, workload, { outputs, prompts });
    const n = Math.max(outputs.n, prompts.n);
    if (n === 0) return null;
    const value = Math.max(otherShare(outputs), otherShare(prompts));
    return {
      ...atMost(value, MOST_OTHER, "%"),
      message: [inWords("output", outputs), inWords("prompt", prompts)].filter((words) => words !== null).join("; "),
      remedy: [
        ...(otherShare(outputs) > MOST_OTHER
          ? [
              "The server does not honour ignore_eos, min_tokens and max_tokens, or its context is full: ask for natural lengths (a dataset without output lengths), or for lengths that fit.",
            ]
          : []),
        ...(otherShare(prompts) > MOST_OTHER
          ? [
              "The server truncates prompts, or counts them differently from its tokenizer: check its context limit, and any proxy between it and the client.",
            ]
          : []),
      ].join(" "),
    };
  },
};

function addRequest(
  request: RequestRecord,
  workload: Workload,
  { outputs, prompts }: { outputs: Lengths; prompts: Lengths },
): void {
  const output = askedOutputOf(request, workload);
  if (output !== null && request.outputTokens !== null) {
    add(outputs, { tokens: output, as: "exact" }, request.outputTokens);
  }
  const prompt = askedPromptOf(request, workload);
  if (prompt !== null && request.promptTokens !== null) {
    add(prompts, prompt, request.promptTokens);
  }
}

function add(lengths: Lengths, { tokens, as }: AskedPrompt, served: number): void {
  const allowed = Math.max(ALLOWED_TOKENS, tokens * ALLOWED_SHARE);
  const fewest = as === "about" ? tokens * FEWEST_OF_WORDS : tokens - allowed;
  lengths.n += 1;
  lengths.asked += tokens;
  lengths.served += served;
  if (served < fewest || (as === "exact" && served > tokens + allowed)) lengths.notKept += 1;
}

function otherShare({ n, notKept }: Lengths): number {
  return n === 0 ? 0 : (notKept / n) * 100;
}

function inWords(name: string, { n, asked, served, notKept }: Lengths): string | null {
  if (n === 0) return null;
  const [came, wanted] = [served / n, asked / n];
  const means = `${name}: ${figureText(came)} ${came === 1 ? "token" : "tokens"} on average where ${figureText(wanted)} ${wanted === 1 ? "was" : "were"} asked for`;
  return `${means}, and ${notKept} of ${countText(n, "request")} ${notKept === 1 ? "differs" : "differ"}`;
}
