import { observationOf, type SketchedObservation } from "./observations.ts";

/** Requests that each got `tokensEach` tokens, 10 ms apart, all sent at the start; series of the engine and the client. */
export function fakeObservation(requests: number, tokensEach: number): SketchedObservation {
  const tokensMs = Array.from({ length: tokensEach }, (_, ordinal) => 50 + 10 * ordinal);
  const lastNs = 1e6 * (50 + 10 * (tokensEach - 1));
  const sketches = Array.from({ length: requests }, (_, index) => ({
    sample: requests - index,
    phase: index === 0 ? ("warmup" as const) : ("measure" as const),
    scheduledMs: 0,
    sentMs: 1,
    tokensMs,
    endNs: lastNs + 1000,
    promptTokens: 500,
    finish: "stop",
  }));
  return observationOf(sketches, {
    window: { startNs: 0, endNs: lastNs },
    clock: { monotonicStartNs: "123456789" },
    series: [
      { name: "waiting", unit: "requests", source: "engine", atNs: [0, 1e9, 2e9], value: [4, null, 0] },
      { name: "client_cpu", unit: "%", source: "client", atNs: [0, 1e9], value: [10, 20] },
    ],
    inFlight: { asked: requests, heldMean: requests, heldMax: requests },
    queueRanEmpty: false,
  });
}
