import { describe, expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { Measurement } from "../../src/schema/measurement.ts";
import type { Observation } from "../../src/schema/observation.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";

const closed = someWorkload({ load: { concurrency: 2 } });
const inFlight = { asked: 2, heldMean: 2, heldMax: 2 };

function rowOf(observation: Observation, metric = "output_throughput_steady", workload = closed): Measurement {
  return measure({ observation, workload }).find((row) => row.metric === metric && row.stat === "value")!;
}

/** A token every 10 ms from 10 ms after the send on. */
function stream(sentMs: number, tokens: number, changes: RequestSketch = {}): RequestSketch {
  return { sentMs, tokensMs: Array.from({ length: tokens }, (_, at) => sentMs + 10 * (at + 1)), ...changes };
}

describe("output_throughput_steady", () => {
  it("is over the time in which the requested concurrency is in flight, without the drain", () => {
    // Two streams of 100 tokens/s, then one alone for as long again.
    const seen = observationOf([stream(0, 100), stream(0, 200)], { inFlight });
    expect(rowOf(seen)).toMatchObject({ value: 200, unit: "tok/s", rule: "steady window", n: 2, why: null });
    expect(rowOf(seen, "output_throughput")).toMatchObject({ value: 150, rule: "window" });
  });

  it("counts what arrives of requests that are not scored", () => {
    const seen = observationOf(
      [
        stream(-500, 100, { phase: "warmup" }),
        stream(-200, 120, { phase: "warmup" }),
        stream(500, 100),
        stream(1000, 100),
        stream(1500, 100, { phase: "tail", cancelled: true, outputTokens: null }),
      ],
      { inFlight, window: { startNs: 0, endNs: 2000e6 } },
    );
    const row = rowOf(seen);
    expect(row.value).toBeCloseTo(200, 0);
    // Each chunk of the finished requests bore one token, so that those of the one that was cut off did.
    expect(row.why).toBeNull();
    expect(rowOf(seen, "output_throughput").value).toBeCloseTo(200, 0);
    expect(rowOf(seen, "requests_cancelled").value).toBe(0);
    // Four ended in the window, two of them measured; latencies are of those two.
    expect(rowOf(seen, "request_throughput")).toMatchObject({ value: 2, n: 4 });
    expect(rowOf(seen, "requests_finished").value).toBe(2);
  });

  it("says how much is estimated where chunks hold more than a token, and only where that can move the figure", () => {
    const whyWith = (tokens: number): string | null =>
      rowOf(
        observationOf(
          [
            stream(0, 100, { outputTokens: tokens }),
            stream(0, 100, { outputTokens: tokens }),
            stream(1000, 100, { outputTokens: tokens }),
            stream(1000, 100, { phase: "tail", cancelled: true, outputTokens: null }),
          ],
          { inFlight, window: { startNs: 0, endNs: 2000e6 } },
        ),
      ).why;
    expect(whyWith(200)).toBe(
      "25.0 % of the tokens are estimated, at 2.00 tokens a chunk: their requests were cut off before the server counted",
    );
    // A quarter of the tokens at 1.02 each moves the sum by 0.5 %.
    expect(whyWith(102)).toMatch(/^25.0 % of the tokens are estimated, at 1.02 /);
    expect(whyWith(100)).toBeNull();
  });

  it("leaves out the time in which a hung request held its place", () => {
    const going = Array.from({ length: 20 }, (_, at) => stream(at * 500, 50));
    const before = Array.from({ length: 10 }, (_, at) => stream(at * 500, 50));
    const hung = { sentMs: 5000, tokensMs: [], outputTokens: null, endNs: 65e9, error: "no end within the deadline" };
    const seen = observationOf([...going, ...before, hung], { inFlight, window: { startNs: 0, endNs: 10e9 } });
    const row = rowOf(seen);
    expect(row.value).toBeCloseTo(200, 0);
    expect(row.why).toBe("1 hung request took up room among the 2 in flight; that time is left out");
    expect(rowOf(seen, "output_throughput").value).toBeCloseTo(150, 0);
  });

  it("says that a hung request held its place where that was most of the window", () => {
    const going = Array.from({ length: 20 }, (_, at) => stream(at * 500, 50));
    const hung = { sentMs: 100, tokensMs: [], outputTokens: null, endNs: 65e9, error: "no end within the deadline" };
    const row = rowOf(observationOf([...going, hung], { inFlight, window: { startNs: 0, endNs: 10e9 } }));
    expect(row.value).toBeCloseTo(100, 0);
    expect(row.why).toBe("1 hung request took up room among the 2 in flight for most of the window");
  });

  it("counts hung requests, of which a place may have held several", () => {
    const going = Array.from({ length: 20 }, (_, at) => stream(at * 500, 50));
    const hung = [0, 3000, 6000].map((sentMs) => ({
      sentMs,
      tokensMs: [],
      outputTokens: null,
      endNs: (sentMs + 3000) * 1e6,
      error: "no end within the deadline",
    }));
    const row = rowOf(observationOf([...going, ...hung], { inFlight, window: { startNs: 0, endNs: 10e9 } }));
    expect(row.why).toMatch(/^3 hung requests took up room among the 2 in flight/);
  });

  it("holds a conversation's place while its user thinks", () => {
    const turn = (session: number, at: number, sentMs: number): RequestSketch =>
      stream(sentMs, 20, { session, turn: at });
    const seen = observationOf([turn(0, 0, 0), turn(1, 0, 0), turn(0, 1, 800), turn(1, 1, 800)], { inFlight });
    expect(rowOf(seen).value).toBeCloseTo(80, 9);
  });

  it("is from the first to the last scheduled send of an open loop", () => {
    const open = someWorkload({ scenario: "open", arrivals: { kind: "constant" }, load: { rate: 2 } });
    const seen = observationOf(
      Array.from({ length: 11 }, (_, at) => stream(at * 500, 50, { scheduledMs: at * 500 })),
      { window: { startNs: 0, endNs: 8e9 } },
    );
    // Ten answers of 50 tokens by the due time of the last, 5 s after the first.
    expect(rowOf(seen, "output_throughput_steady", open)).toMatchObject({ value: 100, why: null });
  });

  it("has no figure where another rate is the rule, or the concurrency was never there", () => {
    const few = observationOf([stream(0, 10)], { inFlight });
    expect(rowOf(few)).toMatchObject({ value: null, why: "2 requests were never in flight at once" });
    const offline = someWorkload({ scenario: "offline", load: {} });
    expect(rowOf(few, "output_throughput_steady", offline)).toMatchObject({
      value: null,
      why: expect.stringMatching(/offline/),
    });
    const none = observationOf([stream(0, 10, { error: "refused" })], { inFlight });
    expect(rowOf(none)).toMatchObject({ value: null, why: "no request finished" });
  });

  it("is null where the server did not count the tokens of a finished request", () => {
    const seen = observationOf([stream(0, 10, { outputTokens: null }), stream(0, 10)], { inFlight });
    const why = "the server gave no token count for 1 of 2 requests";
    expect(rowOf(seen)).toMatchObject({ value: null, why });
  });
});
