import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../src/checks/index.ts";
import { createRandom } from "../../src/math/random.ts";
import type { WarmUp } from "../../src/schema/observation.ts";
import { checkOf, input, seen, specOf } from "../support/judged-trials.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";

describe("warmed-up", () => {
  const workload = { ...input().workload, warmupUntilSteady: { cv: 0.05, over: 30, longestS: 60 } };
  const ended = (warmUp: Partial<WarmUp>): Partial<JudgeInput> => ({
    workload,
    observation: seen(200, 0, { warmUp: { steady: true, requests: 45, tookS: 12, cv: 0.031, ...warmUp } }),
  });

  it("passes where the gate opened, and tells the spread", () => {
    expect(checkOf("warmed-up", ended({}))).toMatchObject({
      status: "pass",
      value: 3.1,
      limit: 5,
      unit: "%",
      message:
        "block means of the time per token of the last 30 requests differ by 3.1 % (coefficient of variation) after 45 requests in 12 s of warm-up, below the limit of 5 %",
    });
  });

  it("fails at every fidelity where the longest wait was over first", () => {
    expect(checkOf("warmed-up", ended({ steady: false, tookS: 60.5, cv: 0.12 }))).toMatchObject({
      status: "fail",
      value: 12,
      margin: -7,
      message: expect.stringMatching(/^not steady after the longest wait of 60 s: .* differ by 12 %/),
      remedy: expect.stringContaining("longest_s"),
    });
    expect(checkOf("warmed-up", ended({ steady: false, requests: 3, cv: null }))).toMatchObject({
      status: "fail",
      value: null,
      message: expect.stringContaining("too few of 3 requests"),
    });
  });

  it("is none without a gate", () => {
    expect(checkOf("warmed-up", {})).toBeUndefined();
  });
});

describe("steady-state", () => {
  const PLACES = 8;

  /** A closed loop of 8 places; requests of about 20 tokens, each of which takes `msPerToken` of its time in s; the last 8 run down. */
  function loop(
    requests: number,
    msPerToken: (atS: number) => number,
    {
      scenario = "closed",
      ttftMs = () => 30,
    }: { scenario?: "closed" | "offline"; ttftMs?: (atS: number) => number } = {},
  ) {
    const random = createRandom("steady");
    const free = Array.from({ length: PLACES }, (_, place) => place);
    const sketches = Array.from({ length: requests }, (): RequestSketch => {
      const place = free.indexOf(Math.min(...free));
      const sentMs = free[place]!;
      const tokens = 10 + random.integer(20);
      const gap = msPerToken(sentMs / 1000) * random.lognormal(0, 0.05);
      const first = sentMs + ttftMs(sentMs / 1000) * random.lognormal(0, 0.05);
      const tokensMs = Array.from({ length: tokens }, (_, token) => first + gap * token);
      free[place] = tokensMs.at(-1)!;
      return { sentMs, scheduledMs: scenario === "offline" ? 0 : null, tokensMs };
    });
    return observationOf(sketches, { inFlight: { asked: PLACES, heldMean: PLACES, heldMax: PLACES } });
  }

  const at = (
    fidelity: "screen" | "valid" | "submission",
    observation: JudgeInput["observation"],
    workload: Partial<JudgeInput["workload"]> = {},
  ) =>
    checkOf("steady-state", {
      spec: specOf({ fidelity }),
      observation,
      workload: { ...input().workload, ...workload },
    });

  it("passes where nothing moves", () => {
    expect(
      at(
        "valid",
        loop(600, () => 10),
      ),
    ).toMatchObject({ status: "pass", limit: 5, unit: "%" });
  });

  it("fails a certified trial whose time per token climbs, with both figures", () => {
    // 600 requests are about 17 s: 30 % over the window.
    const climbing = loop(600, (atS) => 10 * (1 + 0.02 * atS));
    for (const fidelity of ["valid", "submission"] as const) {
      expect(at(fidelity, climbing)).toMatchObject({
        status: "fail",
        message: expect.stringMatching(
          /^TTFT moved by .* % \(p .*\), the time per token moved by \+\d.* % \(p .*\), the throughput moved by -\d/,
        ),
        remedy: expect.stringContaining("warmup.until_steady"),
      });
      expect(at(fidelity, climbing)!.margin).toBeLessThan(0);
    }
  });

  it("fails one whose TTFT climbs", () => {
    const climbing = loop(600, () => 10, { ttftMs: (atS) => 30 * (1 + 0.05 * atS) });
    expect(at("valid", climbing)).toMatchObject({
      status: "fail",
      message: expect.stringMatching(/^TTFT moved by \+[3-9]\d/),
    });
  });

  it("fails one that was still settling: a curve is no noise", () => {
    const settling = loop(600, (atS) => 10 * (1 + Math.exp(-atS / 4)));
    expect(at("valid", settling)).toMatchObject({ status: "fail" });
    expect(at("valid", settling)!.value).toBeGreaterThan(30);
  });

  it("passes nothing that moved by more than the limit, and is undecided where that may be noise", () => {
    const random = createRandom("noise");
    const statuses = new Set<string>();
    for (let trial = 0; trial < 40; trial += 1) {
      const noisy = at(
        "valid",
        loop(60, () => 10 * random.lognormal(0, 0.5)),
      )!;
      expect(noisy.status).toBe(
        noisy.margin! >= 0 ? "pass" : noisy.message.includes("may be noise") ? "unknown" : "fail",
      );
      statuses.add(noisy.status);
    }
    expect([...statuses]).toEqual(expect.arrayContaining(["pass", "unknown"]));
  });

  it("only tells it at screen", () => {
    expect(
      at(
        "screen",
        loop(600, (atS) => 10 * (1 + 0.02 * atS)),
      ),
    ).toMatchObject({
      status: "unknown",
      message: expect.stringMatching(/at screen that does not fail the trial$/),
    });
  });

  it("lets a drift pass that is certain and does not matter", () => {
    const slight = at(
      "valid",
      loop(3000, (atS) => 10 * (1 + 0.03 * (atS / 85))),
    );
    expect(slight).toMatchObject({ status: "pass" });
    expect(slight!.value).toBeGreaterThan(1);
    expect(slight!.message).toMatch(/the time per token moved by \+\d.*\(p \de-|\(p 0\.000/);
  });

  it("sees a step in the middle", () => {
    expect(
      at(
        "valid",
        loop(600, (atS) => (atS < 8 ? 10 : 13)),
      ),
    ).toMatchObject({ status: "fail" });
  });

  it("does not count the run-down of Offline, nor what comes before each place was taken again", () => {
    // The first of each place is slow; the last are quick, since little else is left in the batch.
    const offline = loop(600, (atS) => (atS < 0.2 ? 30 : atS > 16 ? 8 : 10), { scenario: "offline" });
    expect(at("valid", offline, { scenario: "offline", load: { max_in_flight: PLACES } })).toMatchObject({
      status: "pass",
    });
  });

  it("cannot tell where all was in flight at once, and says nothing of it at screen", () => {
    const burst = observationOf(
      Array.from({ length: 100 }, () => ({ sentMs: 0, tokensMs: [10, 20, 30] })),
      { inFlight: { asked: 100, heldMean: 100, heldMax: 100 } },
    );
    expect(at("valid", burst)).toMatchObject({ status: "unknown", value: null });
    expect(at("screen", burst)).toBeUndefined();
  });

  it("is none where the load is to change", () => {
    const climbing = loop(600, (atS) => 10 * (1 + 0.02 * atS));
    expect(at("valid", climbing, { load: { order: "shortest_first" } })).toBeUndefined();
    expect(at("valid", climbing, { scenario: "open", arrivals: { kind: "ramp", to: 9, seconds: 9 } })).toBeUndefined();
  });
});
