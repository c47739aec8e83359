import { describe, expect, it } from "vitest";
import type { Fidelity } from "../../src/schema/fidelity.ts";
import type { Pause } from "../../src/schema/observation.ts";
import { checkOf, seen, specOf } from "../support/judged-trials.ts";
import { makeWorkload } from "../support/make-study.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";

describe("client-paused", () => {
  /** Streams of requests of 100 ms each: the first token after 50 ms, then one every 10 ms. What happens within a stop is stamped with its end. */
  function trial(seconds: number, stops: readonly Pause[], streams = 8) {
    const sketches: RequestSketch[] = [];
    for (let stream = 0; stream < streams; stream += 1) {
      for (let sentMs = stream * 7; sentMs < seconds * 1000 - 100; sentMs += 100) {
        const stamped = (at: number): number => {
          const stop = stops.find(({ startNs, endNs }) => at > startNs / 1e6 && at < endNs / 1e6);
          return stop === undefined ? at : stop.endNs / 1e6;
        };
        const tokensMs = Array.from({ length: 6 }, (_, token) => stamped(sentMs + 50 + token * 10));
        sketches.push({ sentMs: stamped(sentMs), tokensMs });
      }
    }
    return observationOf(sketches, { window: { startNs: 0, endNs: seconds * 1e9 } });
  }

  /** The check of a trial with these pauses, whose stamps they moved ("stopped") or did not move ("true"). */
  function check(seconds: number, pauses: Pause[], stamps: "stopped" | "true", fidelity: Fidelity = "screen") {
    const observation = trial(seconds, stamps === "stopped" ? pauses : []);
    observation.client = { ...observation.client, pauses };
    return checkOf("client-paused", { observation, spec: specOf({ fidelity }) });
  }

  const pause = (atMs: number, ms: number): Pause => ({ startNs: atMs * 1e6, endNs: (atMs + ms) * 1e6 });

  it("is not asked where the client never stood still in the window", () => {
    expect(check(10, [], "true")).toBeUndefined();
    expect(check(10, [pause(-500, 300), pause(11_000, 50)], "true")).toBeUndefined();
  });

  it("fails where a stop has moved the mean TTFT", () => {
    const found = check(2, [pause(1000, 300)], "stopped");
    expect(found).toMatchObject({ status: "fail", unit: "%" });
    expect(found?.message).toMatch(/paused for up to 300 ms \(1 pause, 300 ms in total\)/);
    expect(found?.remedy).toMatch(/Ctrl-Z/);
  });

  it("fails where a stop was long enough to move the throughput, by the share of the window", () => {
    expect(check(50, [pause(20_000, 3000)], "true")).toMatchObject({ status: "fail", value: 6, limit: 3 });
    expect(check(50, [pause(20_000, 1000), pause(40_000, 1000)], "true")).toMatchObject({ status: "fail", value: 4 });
    expect(check(50, [pause(20_000, 1000)], "true")).toMatchObject({ status: "pass", value: 2 });
    expect(check(50, [pause(20_000, 1000)], "true", "valid")).toMatchObject({ status: "fail", limit: 1 });
  });

  it("takes from the throughput what one of several workers failed to send", () => {
    const observation = trial(50, []);
    observation.client = { ...observation.client, pauses: [pause(20_000, 3000)] };
    const workload = makeWorkload({ load: { concurrency: 8, workers: 4 } });
    expect(checkOf("client-paused", { observation, workload })).toMatchObject({ status: "pass", value: 1.5 });
  });

  it("fails where p99 was moved and nothing else", () => {
    const often = Array.from({ length: 20 }, (_, place) => pause(2000 * place + 1040, 50));
    const found = check(50, often, "stopped");
    expect(found?.status).toBe("fail");
    expect(found?.message).toMatch(/p99 (TTFT|ITL) is \d+/);
  });

  it("passes a pause that moved nothing, and says how long it was", () => {
    const found = check(50, [pause(20_000, 30)], "true");
    expect(found).toMatchObject({ status: "pass" });
    expect(found?.message).toContain("30 ms");
  });

  it("decides in a short window only where it is far beyond the limit", () => {
    expect(check(1, [pause(500, 40)], "true")).toMatchObject({ status: "unknown", value: 4 });
    expect(check(1, [pause(500, 130)], "true")).toMatchObject({ status: "fail" });
    expect(check(1, [pause(500, 40)], "true")?.message).toMatch(/too short to tell$/);
  });

  it("takes no more from a figure than the pause was long, where nothing is left without it", () => {
    // One wave of two requests: 24 ms stood still, of a mean TTFT of 50 ms.
    const observation = { ...trial(0.108, [], 2), window: { startNs: 0, endNs: 1e9 } };
    observation.client = { ...observation.client, pauses: [pause(10, 24)] };
    const found = checkOf("client-paused", { observation });
    expect(found).toMatchObject({ status: "fail" });
    expect(found?.message).toContain("nothing is left without");
    expect(found?.value).toBeCloseTo(48, 0);
  });

  it.each([
    ["20 ms before it was seen to begin", pause(1119, 30), pause(1121, 30)],
    ["as long after it as it took", pause(1035, 33), pause(1035, 32)],
  ])("leaves out what it touched: %s", (_, touching, apart) => {
    // The first request took ten times as long as the others, and its token came at 1,100 ms.
    const requests = [1000, 5000, 6000].map((sentMs) => ({
      sentMs,
      tokensMs: [sentMs + (sentMs === 1000 ? 100 : 10)],
    }));
    const judged = (one: Pause) => {
      const observation = observationOf(requests, { window: { startNs: 0, endNs: 10e9 } });
      observation.client = { ...observation.client, pauses: [one] };
      return checkOf("client-paused", { observation });
    };
    expect(judged(touching)).toMatchObject({
      status: "fail",
      message: expect.stringContaining("the 1 of 3 that a pause touched"),
    });
    expect(judged(apart)?.status).toBe("pass");
  });

  it("is not asked of an accuracy run", () => {
    const observation = trial(10, []);
    observation.client = { ...observation.client, pauses: [pause(1000, 900)] };
    expect(checkOf("client-paused", { observation, spec: specOf({ purpose: "accuracy" }) })).toBeUndefined();
  });

  it("fails where a pause touched everything", () => {
    const found = check(6, [pause(0, 6000)], "true");
    expect(found).toMatchObject({ status: "fail", value: 100 });
  });
});

describe("client-stamps", () => {
  function check(clampedShare: number | null, clockSetMs = 0, spec = specOf()) {
    const observation = seen(200);
    const boundMs = { p50: 1, p99: 2, max: 3 };
    const stamps = clampedShare === null ? null : { boundMs, sharedShare: 0, clampedShare };
    observation.client = { ...observation.client, stamps, clockSetMs };
    return checkOf("client-stamps", { observation, spec });
  }

  it("is not asked where all was as it must be, where the times are not the kernel's, or of an accuracy run", () => {
    expect(check(0)).toBeUndefined();
    expect(check(null, -500)).toBeUndefined();
    expect(check(0.5, 0, specOf({ purpose: "accuracy" }))).toBeUndefined();
  });

  it("allows one impossible time in a thousand", () => {
    expect(check(0.001)).toMatchObject({ status: "pass", value: 0.1, limit: 0.1 });
    expect(check(0.002)).toMatchObject({ status: "fail", value: 0.2, remedy: expect.stringContaining("chrony") });
  });

  it("is undecided where the machine's clock was set", () => {
    expect(check(0, -500)).toMatchObject({ status: "unknown", message: expect.stringContaining("set back by 500 ms") });
    expect(check(0.01, 40)).toMatchObject({ status: "fail", message: expect.stringContaining("set forward by 40 ms") });
  });
});
