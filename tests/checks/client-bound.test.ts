import { describe, expect, it } from "vitest";
import { shortageOf } from "../../src/checks/client-bound.ts";
import type { Fidelity } from "../../src/schema/fidelity.ts";
import type { ClientHealth, Series } from "../../src/schema/observation.ts";
import { clientHealth } from "../support/client-health.ts";
import { checkOf, offline, seen, specOf } from "../support/judged-trials.ts";
import { readings } from "../support/readings.ts";

describe("client-bound", () => {
  const quiet = clientHealth({ loopDelayMs: { p50: 0.1, p99: 2, max: 30 }, cpuShare: 0.5, backlogBytesMax: null });

  function check(
    health: Partial<ClientHealth>,
    options: { fidelity?: Fidelity; windowS?: number; requests?: number; series?: Series[]; gapMs?: number } = {},
  ) {
    const { fidelity = "valid", windowS = 90, requests = 200, series = [], gapMs = 990 } = options;
    const window = { startNs: 0, endNs: windowS * 1e9 };
    const observation = seen(requests, 0, { window, series, client: { ...quiet, ...health } });
    for (const request of observation.requests) request.lastTokenNs = request.firstTokenNs! + gapMs * 1e6;
    return checkOf("client-bound", {
      spec: specOf({ fidelity }),
      // A median TTFT of 10 ms.
      observation,
    });
  }

  /** Such a share of each second, read twice a second from before the window until after it. */
  function waiting(share: number, windowS: number): Series[] {
    const atS = Array.from({ length: windowS * 2 + 5 }, (_, place) => place / 2 - 1);
    const waitedS = atS.map((at) => 3 + share * at);
    return [readings("client/process0_run_wait_s", atS, waitedS, "s")];
  }

  const late = (p99: number): Partial<ClientHealth> => ({ loopDelayMs: { p50: 0.1, p99, max: 90 } });

  it("passes a quiet client at half its capacity, at every fidelity and in every scenario", () => {
    for (const fidelity of ["smoke", "screen", "valid", "submission"] as const) {
      expect(check({}, { fidelity })).toMatchObject({ status: "pass", value: 2 });
    }
    expect(checkOf("client-bound", { workload: offline })?.status).toBe("pass");
  });

  it("fails where the event loop was late at p99 by more than 5 ms, twice that where it is screened", () => {
    expect(check(late(5))).toMatchObject({ status: "pass", limit: 5, margin: 0, unit: "ms" });
    const found = check(late(5.5));
    expect(found).toMatchObject({ status: "fail", value: 5.5 });
    expect(found?.message).toContain("5.5 ms late at p99, and at most 5 ms is allowed");
    expect(found?.remedy).toMatch(/cores.*another host.*workers/);
    expect(check(late(5.5), { fidelity: "screen" })).toMatchObject({ status: "pass", limit: 10 });
    expect(check(late(10.5), { fidelity: "screen" })?.status).toBe("fail");
  });

  it("allows a share of a slow TTFT", () => {
    const slow = seen(200, 0, { client: { ...quiet, ...late(40) } });
    for (const request of slow.requests) request.firstTokenNs! += 990e6;
    const spec = specOf({ fidelity: "valid" });
    expect(checkOf("client-bound", { spec, observation: slow })).toMatchObject({ status: "pass", limit: 50 });
  });

  it("fails where its core had no time left, late or not", () => {
    expect(check({ cpuShare: 0.97 })).toMatchObject({
      status: "fail",
      message: expect.stringContaining("97 % of a core, and at most 95 % is allowed") as string,
    });
    expect(check({ cpuShare: 0.97, loopDelayMs: null })?.status).toBe("fail");
  });

  it("says first what failed by the most, with its own figure, limit and unit", () => {
    const found = check({ ...late(20), cpuShare: 0.99 });
    expect(found).toMatchObject({ status: "fail", value: 20, limit: 5, margin: -15, unit: "ms" });
    expect(found?.message).toMatch(/^the client's event loop was 20 ms late.*; the client used 99 % of a core/);
    expect(check({ cpuShare: 0.99 })).toMatchObject({ status: "fail", value: 99, limit: 95, unit: "%" });
  });

  it("fails where its core was another's for more than a twentieth of the window, a tenth where it is screened", () => {
    const waited = (share: number) => ({ series: waiting(share, 90), gapMs: 10 });
    expect(check({}, waited(0.04))?.status).toBe("pass");
    expect(check({}, waited(0.06))).toMatchObject({
      status: "fail",
      unit: "%",
      value: expect.closeTo(6, 9) as number,
      limit: 5,
      message: expect.stringMatching(
        /^the client waited for a core in 6 % of the time, and at most 5 % is allowed/,
      ) as string,
    });
    expect(check({}, { ...waited(0.09), fidelity: "screen" })?.status).toBe("pass");
    expect(check({}, { ...waited(0.11), fidelity: "screen" })?.status).toBe("fail");
    expect(check({}, waited(1.5))?.message).toContain("the client waited for a core in 100 % of the time");
    expect(check({})?.message).toContain("the kernel does not tell how long the client waited for a core");
  });

  it("allows a screening run twice that where tokens are ten slices of the scheduler apart", () => {
    const waited = (share: number, gapMs: number) =>
      check({}, { series: waiting(share, 90), gapMs, fidelity: "screen" })?.status;
    expect([waited(0.15, 39), waited(0.15, 41), waited(0.21, 41)]).toEqual(["fail", "pass", "fail"]);
    expect(check({}, { series: waiting(0.06, 90), gapMs: 41 })?.status).toBe("fail");
  });

  it("takes the worst of several processes, one that began with the load too", () => {
    const [ours] = waiting(0.01, 90);
    const begun: Series = { ...ours!, name: "client/process1_run_wait_s", atNs: [1e9, 80e9], value: [0, 9] };
    expect(check({}, { series: [ours!, begun] })).toMatchObject({ status: "fail", value: 10 });
  });

  it("counts what was waited within the window alone", () => {
    const series = waiting(0, 90);
    series[0]!.atNs = [-10e9, -1e9, 1e9, 89e9, 91e9, 100e9];
    series[0]!.value = [0, 50, 50, 50, 50, 99];
    expect(check({}, { series })?.status).toBe("pass");
  });

  it("tells the bytes that lay waiting, and decides nothing by them", () => {
    const found = check({ backlogBytesMax: 65_536 });
    expect(found?.status).toBe("pass");
    expect(found?.message).toContain("at most 65536 bytes lay waiting in a socket");
  });

  it("cannot tell by a tail in a short window, but by the median", () => {
    expect(check(late(60), { windowS: 4.9 })).toMatchObject({
      status: "unknown",
      message: expect.stringContaining("a window under 5 s is too short to tell") as string,
    });
    expect(check({ cpuShare: 1 }, { windowS: 4.9 })?.status).toBe("unknown");
    expect(check({ loopDelayMs: { p50: 6, p99: 60, max: 60 } }, { windowS: 1 })?.status).toBe("fail");
  });

  it("decides in a short window by a wait for its core that is far beyond the limit", () => {
    const short = (share: number, gapMs: number) =>
      check({}, { windowS: 3, series: waiting(share, 3), fidelity: "screen", gapMs });
    expect(short(0.45, 990)).toMatchObject({ status: "fail", unit: "%" });
    expect(short(0.45, 10)?.status).toBe("fail");
    expect(short(0.35, 10)?.status).toBe("unknown");
  });

  it("says who was short of cores, and what helps then", () => {
    const busy: Series = { ...waiting(0, 90)[0]!, name: "host/cores_busy" };
    busy.value = busy.value.map(() => 0.98);
    const starved = check({}, { series: [...waiting(0.3, 90), busy], gapMs: 10 });
    expect(starved).toMatchObject({ status: "fail", remedy: expect.stringContaining("not the client") });
    expect(starved?.message).toMatch(/the machine had too few cores: 98 % of the machine's cores were used$/);
    const alone = check({}, { series: waiting(0.3, 90), gapMs: 10 });
    expect(alone?.remedy).toMatch(/^Give the client cores/);
  });

  it("judges few long streams as well as many short ones", () => {
    expect(check(late(60), { requests: 2 })?.status).toBe("fail");
    expect(check({}, { requests: 2 })?.status).toBe("pass");
  });

  it("cannot tell where nobody watched", () => {
    expect(check({ loopDelayMs: null })).toMatchObject({ status: "unknown", value: null });
  });

  it("is none of an accuracy run", () => {
    expect(checkOf("client-bound", { spec: specOf({ purpose: "accuracy" }) })).toBeUndefined();
  });
});

describe("who was short of cores", () => {
  /** Readings each half second over a window of 90 s, and a little longer. */
  function series(name: string, valueAt: (seconds: number) => number | null): Series {
    const seconds = Array.from({ length: 190 }, (_, place) => place / 2 - 1);
    return readings(name, seconds, seconds.map(valueAt));
  }

  const host = (busy: number, queue: number): Series[] => [
    series("host/cores_busy", () => busy),
    series("host/run_queue", () => queue),
  ];
  /** An engine of one thread that always wants a core, and waits for one in this share of the time. */
  const engine = (share: number): Series[] => [
    series("engine/run_s", (at) => 5 + at * (1 - share)),
    series("engine/run_wait_s", (at) => 1 + at * share),
  ];

  it("is the client alone where other cores had room", () => {
    const found = shortageOf(seen(200, 0, { series: [...host(0.6, 0.8), ...engine(0.02)] }), false);
    expect(found).toMatchObject({ who: "client", remedy: expect.stringMatching(/cores.*another host.*workers/) });
    expect(found.text).toBe(
      "the client alone had too few cores: 60 % of the machine's cores were used, 0.8 threads were runnable per core, " +
        "the engine's threads waited for a core in 2 % of the time that they could have run",
    );
  });

  it("is the machine where all cores were used, or the engine was starved as well", () => {
    for (const load of [host(0.97, 2.5), [...host(0.8, 1.5), ...engine(0.3)], engine(0.3)]) {
      const found = shortageOf(seen(200, 0, { series: load }), false);
      expect(found.who).toBe("host");
      expect(found.remedy).toMatch(/short of cores, not the client/);
    }
    expect(shortageOf(seen(200, 0, { series: engine(0.3) }), false).text).toContain(
      "the engine's threads waited for a core in 30 %",
    );
  });

  it("begins at nine tenths of the cores, and where the engine waited in more than a tenth of its time", () => {
    const who = (found: Series[]): string => shortageOf(seen(200, 0, { series: found }), false).who;
    expect([who(host(0.89, 2)), who(host(0.91, 2))]).toEqual(["client", "host"]);
    expect([who(engine(0.09)), who(engine(0.11))]).toEqual(["client", "host"]);
  });

  it("is both where the client filled a core of a machine that had none left", () => {
    expect(shortageOf(seen(200, 0, { series: host(0.99, 3) }), true)).toMatchObject({
      who: "both",
      remedy: expect.stringMatching(/another host/),
    });
  });

  it("is the client, without a figure, where the kernel reports nothing", () => {
    expect(shortageOf(seen(200), false)).toMatchObject({ who: "client", text: "" });
  });

  it("does not look at what was before the window", () => {
    const calm = series("host/cores_busy", (at) => (at < 0 ? 1 : 0.2));
    expect(shortageOf(seen(200, 0, { series: [calm] }), false).who).toBe("client");
  });
});
