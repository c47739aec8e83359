import type { RequestRecord } from "../../src/schema/observation.ts";
import { clientHealth } from "./client-health.ts";
import { tokensOf, type SketchedObservation } from "./observations.ts";

/** Requests that each got `tokensEach` tokens, 10 ms apart, all sent at the start. */
export function fakeObservation(requests: number, tokensEach: number): SketchedObservation {
  const times = Array.from({ length: tokensEach }, (_, ordinal) => 50 + 10 * ordinal);
  const lastNs = 1e6 * (50 + 10 * (tokensEach - 1));
  return {
    window: { startNs: 0, endNs: lastNs },
    clock: { monotonicStartNs: "123456789", wallStart: "2026-01-01T00:00:00.000Z" },
    requests: Array.from({ length: requests }, (_, index): RequestRecord => ({
      index,
      sample: requests - index,
      phase: index === 0 ? "warmup" : "measure",
      chunk: null,
      session: null,
      turn: null,
      class: null,
      cancelled: false,
      scheduledNs: 0,
      sentNs: 1e6,
      firstTokenNs: 50e6,
      lastTokenNs: lastNs,
      endNs: lastNs + 1000,
      resent: 0,
      promptTokens: 500,
      outputTokens: tokensEach,
      askedPromptTokens: null,
      askedPromptIsAbout: false,
      askedOutputTokens: null,
      countProblem: null,
      chunks: tokensEach,
      finish: "stop",
      status: 200,
      error: null,
      text: null,
      outputHash: null,
    })),
    tokens: tokensOf(Array.from({ length: requests }, () => times)),
    series: [
      { name: "waiting", unit: "requests", source: "engine", atNs: [0, 1e9, 2e9], value: [4, null, 0] },
      { name: "client_cpu", unit: "%", source: "client", atNs: [0, 1e9], value: [10, 20] },
    ],
    clientCpuS: 0.5,
    client: clientHealth(),
    inFlight: { asked: requests, heldMean: requests, heldMax: requests },
    queueRanEmpty: false,
    gaveUp: null,
    release: () => undefined,
  };
}
