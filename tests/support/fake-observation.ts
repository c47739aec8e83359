import type { Observation, RequestRecord } from "../../src/schema/observation.ts";

/** Requests that each got `tokensEach` tokens, 10 ms apart, all sent at the start. */
export function fakeObservation(requests: number, tokensEach: number): Observation {
  const total = requests * tokensEach;
  const tokens = {
    length: total,
    request: new Uint32Array(total),
    atNs: new Float64Array(total),
    tokens: new Uint16Array(total).fill(1),
  };
  for (let row = 0; row < total; row += 1) {
    tokens.request[row] = row % requests;
    tokens.atNs[row] = 1e6 * (50 + 10 * Math.floor(row / requests));
  }
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
      scheduledNs: 0,
      sentNs: 1e6,
      firstTokenNs: 50e6,
      lastTokenNs: lastNs,
      endNs: lastNs + 1000,
      promptTokens: 500,
      outputTokens: tokensEach,
      chunks: tokensEach,
      finish: "stop",
      status: 200,
      error: null,
      text: null,
      outputHash: null,
    })),
    tokens,
    series: [
      { name: "waiting", unit: "requests", source: "engine", atNs: [0, 1e9, 2e9], value: [4, null, 0] },
      { name: "client_cpu", unit: "%", source: "client", atNs: [0, 1e9], value: [10, 20] },
    ],
    clientCpuS: 0.5,
    client: { loopDelayMs: { p50: 0.1, p99: 0.8, max: 2.5 }, cpuShare: 0.1, backlogBytesMax: 4096 },
    inFlight: { asked: requests, heldMean: requests, heldMax: requests },
    queueRanEmpty: false,
  };
}
