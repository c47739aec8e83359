import { countText, figureText, percentText } from "../math/figures.ts";
import { askedOutputOf, askedPromptOf, type AskedPrompt } from "../schema/asked-lengths.ts";
import { certifies } from "../schema/fidelity.ts";
import { ownFailure, type Failure } from "../schema/launch.ts";
import type { Observation } from "../schema/observation.ts";
import { MOST_FAILED, atLeast, atMost, errorAllowance, firstOf, measuredRequests, type CheckRule } from "./check.ts";

/** Above this share of failed requests a trial has no result to judge: it FAILED. */
const MOST_FAILED_OF_A_RESULT = 0.5;

/** How the client says that nobody listened. */
const NOBODY_LISTENS = "ECONNREFUSED";

/** No more requests failed than the fidelity allows. */
export const errors: CheckRule = {
  id: "errors",
  asks: "Few enough requests failed.",
  limit: `${percentText(MOST_FAILED)} of the requests; none at valid and submission, and none of an accuracy run`,
  remedy: "Read the first error in requests.parquet and the server's log of the same moment.",
  judge({ spec, observation }) {
    if (observation === null) return null;
    const { all, failed } = measuredRequests(observation);
    if (all.length === 0) return null;
    const limit = errorAllowance(spec) * 100;
    const value = (failed.length / all.length) * 100;
    const first = firstOf(failed)?.error;
    return {
      ...atMost(value, limit, "%"),
      message:
        `${failed.length} of ${countText(all.length, "request")} failed (${figureText(value)} %), and ${spec.purpose} at ` +
        `${spec.fidelity} allows ${figureText(limit)} %${first ? `; the first: ${first}` : ""}`,
    };
  },
};

/**
 * The failure of a trial whose requests failed beyond any judgement: more than half of them, or the engine was gone when
 * the last was sent. Null where they did not.
 */
export function requestsFailure(observation: Observation): Failure | null {
  const { all, failed } = measuredRequests(observation);
  let last = firstOf(all);
  for (const request of all) if (last === null || request.sentNs > last.sentNs) last = request;
  const gone = last?.error?.includes(NOBODY_LISTENS) ?? false;
  if (all.length === 0 || (!gone && failed.length <= all.length * MOST_FAILED_OF_A_RESULT)) return null;
  const share = `${failed.length} of ${countText(all.length, "request")} failed`;
  return ownFailure(
    "requests-failed",
    `${share}${gone ? ", and the engine was gone before the end" : ""}; the first: ${firstOf(failed)?.error || "no reason"}`,
    gone
      ? "The engine ended while it was under load: its log says why, above its last lines."
      : "Look whether the engine takes such requests at all: lengths, sampling parameters, model name.",
  );
}

/**
 * As many requests finished as the fidelity asks for, less those that it allows to fail. Of an accuracy run all that were
 * sent. What the client cut off on purpose was not to finish. Turns of conversations that a failed one ended are missing.
 */
export const requestCount: CheckRule = {
  id: "request-count",
  asks: "As many requests finished as the fidelity asks for; of an accuracy run, all.",
  limit: "`counts.<fidelity>.requests` of the workload, less the share that `errors` allows to fail",
  remedy: "Look at the errors of the requests that did not finish, then run again with --retry invalid.",
  judge({ spec, workload, observation }) {
    if (observation === null || spec.purpose === "probe") return null;
    const { all, finished, failed } = measuredRequests(observation);
    const cutOff = all.length - finished.length - failed.length;
    const asked = spec.purpose === "accuracy" ? all.length : workload.counts[spec.fidelity].requests;
    const limit = Math.max(1, Math.ceil((asked - cutOff) * (1 - errorAllowance(spec))));
    const value = finished.length;
    const asks = `${spec.purpose === "accuracy" ? "an accuracy run" : spec.fidelity} asks for at least ${limit}`;
    return {
      ...atLeast(value, limit, "1"),
      message:
        cutOff === 0
          ? `${countText(value, "request")} finished, and ${asks}`
          : `${countText(value, "request")} finished and ${cutOff} ${cutOff === 1 ? "was" : "were"} cut off on purpose, so that ${asks}`,
    };
  },
};

/**
 * The share of requests that the client may have resent, in %. A resent request took longer by its first attempt, and the
 * server may have received both. A certified result allows one in a thousand, which does not reach a p99; the lower
 * fidelities allow one in a hundred, as they do for errors.
 */
const RESENT_SCREENING = 1;
const RESENT_CERTIFIED = 0.1;

/** The client resent few requests: those whose kept connection the server had closed before it can have read them. Asked only where there was one. */
export const requestsResent: CheckRule = {
  id: "requests-resent",
  asks: "The client resent few requests (those whose kept connection the server had just closed). Asked only where there was one.",
  limit: `${RESENT_SCREENING} % of the requests; ${RESENT_CERTIFIED} % at valid and submission`,
  remedy:
    "Raise the server's keep-alive timeout (uvicorn: --timeout-keep-alive), or have it answer with `connection: close` " +
    "where it keeps no connections.",
  judge({ spec, observation }) {
    if (observation === null) return null;
    const { all } = measuredRequests(observation);
    let resent = 0;
    for (const request of all) if (request.resent > 0) resent += 1;
    if (resent === 0) return null;
    const limit = certifies(spec.fidelity) ? RESENT_CERTIFIED : RESENT_SCREENING;
    const value = (resent / all.length) * 100;
    return {
      ...atMost(value, limit, "%"),
      message:
        `the client resent ${resent} of ${countText(all.length, "request")} (${figureText(value)} %), because the server had closed their ` +
        `keep-alive connections; at most ${figureText(limit)} % is allowed`,
    };
  },
};

/** The server counted the generated tokens of every finished request, and each count is possible; otherwise there is no token rate. */
export const tokenCounts: CheckRule = {
  id: "token-counts",
  asks: "The server counted the output tokens of every finished request, and each count is possible.",
  limit: "every finished request",
  remedy:
    "The engine must answer stream_options.include_usage, or return token ids (request_fields of its file); if a count is impossible, check any proxy between it and the client.",
  judge({ spec, observation }) {
    if (observation === null || spec.purpose !== "performance") return null;
    const { finished } = measuredRequests(observation);
    if (finished.length === 0) return null;
    let counted = 0;
    let untrue = 0;
    let first: string | null = null;
    for (const { outputTokens, countProblem } of finished) {
      if (countProblem !== null) {
        untrue += 1;
        first ??= countProblem;
      } else if (outputTokens !== null) counted += 1;
    }
    const said = untrue === 0 ? "" : `; ${untrue} of its counts cannot be true, the first: ${first}`;
    return {
      ...atLeast(counted, finished.length, "1"),
      message: `the server counted the tokens of ${counted} of ${countText(finished.length, "finished request")}${said}`,
      remedy:
        untrue === 0
          ? "The engine must answer stream_options.include_usage, or return token ids: look for request_fields in its file."
          : "Check `usage` in the server's last event, and any proxy between it and the client; nothing is computed from such a count.",
    };
  },
};

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
    const prompts: Lengths = { ...outputs };
    for (const request of measuredRequests(observation).finished) {
      const output = askedOutputOf(request, workload);
      add(outputs, output === null ? null : { tokens: output, as: "exact" }, request.outputTokens);
      add(prompts, askedPromptOf(request, workload), request.promptTokens);
    }
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

function add(lengths: Lengths, asked: AskedPrompt | null, served: number | null): void {
  if (asked === null || served === null) return;
  const { tokens, as } = asked;
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
