import type { RequestRecord } from "../../schema/observation.ts";
import type { Sample } from "../../schema/sample.ts";

/** The record of a request that is about to be sent: what is asked, and nothing of the answer. `Records.opened` gives the index. */
export function newRecord(
  sample: Sample,
  phase: RequestRecord["phase"],
  scheduledNs: number | null,
  chunk: number | null,
): RequestRecord {
  return {
    index: -1,
    sample: sample.index,
    phase,
    chunk,
    session: null,
    turn: sample.turn?.turn ?? null,
    class: null,
    cancelled: false,
    scheduledNs,
    heldNs: null,
    sentNs: 0,
    firstTokenNs: null,
    lastTokenNs: null,
    endNs: 0,
    resent: 0,
    promptTokens: null,
    outputTokens: null,
    askedPromptTokens: sample.promptTokens ?? sample.aboutPromptTokens ?? null,
    askedPromptIsAbout: sample.promptTokens === null && sample.aboutPromptTokens !== undefined,
    askedOutputTokens: sample.outputTokens,
    countProblem: null,
    chunks: 0,
    finish: null,
    status: null,
    error: null,
    text: null,
    outputHash: null,
  };
}
