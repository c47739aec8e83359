import { describe, expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { SloDeclaration, Workload } from "../../src/schema/workload.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf, tokensOf, type RequestSketch } from "../support/observations.ts";

/** TTFT 20, TPOT 10, e2e 40 from the send; the second was sent 100 ms late. */
const sketches: RequestSketch[] = [
  { scheduledMs: 0, sentMs: 0, tokensMs: [20, 30, 40] },
  { scheduledMs: 0, sentMs: 100, tokensMs: [120, 130, 140] },
  { scheduledMs: 200, sentMs: 200, tokensMs: [], error: "HTTP 500: boom" },
  { scheduledMs: 300, sentMs: 300, tokensMs: [500] },
];

function rows(slo: SloDeclaration | null, scenario: Workload["scenario"] = "open", requests = sketches) {
  const observation = observationOf(requests, { window: { startNs: 0, endNs: 2e9 } });
  const all = measure({ observation, workload: someWorkload({ scenario, slo }) });
  const [rate, share] = ["goodput", "goodput_share"].map((metric) => all.filter((row) => row.metric === metric));
  expect([rate?.length, share?.length]).toEqual([1, 1]);
  return { rate: rate![0]!, share: share![0]! };
}

describe("goodput", () => {
  it("counts finished requests that keep every limit, over the window and over all that were measured", () => {
    const { rate, share } = rows({ ttft_ms: 250, e2e_ms: 1000 });
    expect(rate).toMatchObject({
      value: 1.5,
      unit: "req/s",
      rule: expect.stringMatching(/^window; limits /) as string,
      n: 4,
      why: null,
    });
    expect(share).toMatchObject({ value: 75, unit: "%", n: 4 });
  });

  it("counts TTFT and the whole from the intended send in an open loop, from the actual one elsewhere", () => {
    expect(rows({ ttft_ms: 100 }).share.value).toBe(25);
    expect(rows({ e2e_ms: 100 }).share.value).toBe(25);
    expect(rows({ ttft_ms: 100 }, "closed").share.value).toBe(50);
    expect(rows({ e2e_ms: 40 }, "closed").share.value).toBe(50);
  });

  it("has each limit bind by itself, itself included", () => {
    expect(rows({ tpot_ms: 10 }).share.value).toBe(75);
    // One token has no time between tokens.
    expect(rows({ tpot_ms: 9.9 }).share.value).toBe(25);
    expect(rows({ ttft_ms: 20 }).share.value).toBe(25);
    expect(rows({ ttft_ms: 19.9 }).share.value).toBe(0);
    expect(rows({ ttft_ms: 19.9 }).rate.value).toBe(0);
  });

  it("judges by the TPOT that is shown: of the tokens that each chunk says it bears", () => {
    const one: RequestSketch = { sentMs: 0, tokensMs: [10, 110], outputTokens: 10, finish: "length" };
    const told = tokensOf([[10, 110]], 100, (_request, ordinal) => [9, 1][ordinal]!);
    const observation = observationOf([one], { window: { startNs: 0, endNs: 2e9 }, tokens: told });
    const shareAt = (limit: number) =>
      measure({ observation, workload: someWorkload({ slo: { tpot_ms: limit } }) }).find(
        ({ metric }) => metric === "goodput_share",
      )?.value;
    expect([shareAt(99), shareAt(100)]).toEqual([0, 100]);
  });

  it("holds the longest time between two chunks to a limit of its own, of a class too", () => {
    // The mean of the first is 10, too, but it stood still for 18.
    const stalled = [{ sentMs: 0, tokensMs: [20, 22, 40] }, ...sketches.slice(0, 1)];
    expect(rows({ tpot_ms: 10, itl_ms: 18 }, "closed", stalled).share.value).toBe(100);
    expect(rows({ tpot_ms: 10, itl_ms: 17.9 }, "closed", stalled).share.value).toBe(50);
    // A single chunk has none.
    expect(rows({ itl_ms: 1 }, "closed", [{ sentMs: 0, tokensMs: [9] }]).share.value).toBe(100);
    const requests = stalled.map((one) => ({ ...one, class: "chat" }));
    const workload = someWorkload({ classes: [{ name: "chat", slo: { itl_ms: 12 } }] });
    const share = measure({ observation: observationOf(requests), workload }).find(
      ({ metric, stat }) => metric === "goodput_share" && stat === "value",
    );
    expect(share?.value).toBe(50);
  });

  it("is null with the reason where nobody can tell", () => {
    expect(rows(null).rate).toMatchObject({ value: null, why: "the workload has no slo" });
    expect(rows({}).share).toMatchObject({ value: null, why: "the workload has no slo" });
    expect(rows({ ttft_ms: 1 }, "open", []).share).toMatchObject({ value: null, why: "no request was measured" });
    const uncounted = [{ sentMs: 0, tokensMs: [1, 2], outputTokens: null }];
    expect(rows({ tpot_ms: 1 }, "open", uncounted).rate.why).toContain("no token count for 1 of 1");
    expect(rows({ ttft_ms: 1 }, "open", uncounted).share.value).toBe(100);
  });
});

describe("goodput in tokens", () => {
  const tokenRow = (slo: SloDeclaration | null, requests = sketches) => {
    const observation = observationOf(requests, { window: { startNs: 0, endNs: 2e9 } });
    return measure({ observation, workload: someWorkload({ slo }) }).find(({ metric }) => metric === "goodput_tokens");
  };

  it("counts the tokens of the requests that goodput counts", () => {
    expect(tokenRow({ ttft_ms: 20 })).toMatchObject({
      value: 3,
      unit: "tok/s",
      rule: expect.stringMatching(/^window; limits /) as string,
      n: 4,
      why: null,
    });
    expect(tokenRow({ ttft_ms: 200 })).toMatchObject({ value: 3.5 });
    expect(tokenRow({ ttft_ms: 1 })).toMatchObject({ value: 0 });
  });

  it("is null where the server left one of those out, and only then", () => {
    const uncounted = { sentMs: 0, tokensMs: [10, 20], outputTokens: null };
    expect(tokenRow({ ttft_ms: 50 }, [uncounted])).toMatchObject({
      value: null,
      why: "the server gave no token count for some of the requests",
    });
    expect(tokenRow({ ttft_ms: 5 }, [uncounted])).toMatchObject({ value: 0, why: null });
    expect(tokenRow(null)).toMatchObject({ value: null, why: "the workload has no slo" });
  });
});

describe("goodput of request classes", () => {
  const classes = [
    { name: "chat", slo: { ttft_ms: 30 } },
    { name: "code", slo: { e2e_ms: 100 } },
    { name: "batch" },
    { name: "idle", slo: { ttft_ms: 1 } },
  ];
  const requests: RequestSketch[] = [
    { class: "chat", sentMs: 0, tokensMs: [20, 30] },
    { class: "chat", sentMs: 0, tokensMs: [40, 50] },
    { class: "code", sentMs: 0, tokensMs: [90, 100, 100] },
    { class: "code", sentMs: 0, error: "boom" },
    { class: "batch", sentMs: 0, tokensMs: [5000] },
  ];
  const find = (slo: SloDeclaration | null) => {
    const observation = observationOf(requests, { window: { startNs: 0, endNs: 1e9 } });
    const all = measure({ observation, workload: someWorkload({ slo, classes }) });
    return (metric: string, stat = "value") => all.find((row) => row.metric === metric && row.stat === stat);
  };

  it("holds each request to the limits of its class, and to the workload's where that has none", () => {
    const own = find(null);
    // One of chat, one of code, and batch, which has no limit to break.
    expect(own("goodput")).toMatchObject({ value: 3, n: 5 });
    expect(own("goodput_tokens")?.value).toBe(6);
    const both = find({ ttft_ms: 1000 });
    expect(both("goodput")?.value).toBe(2);
  });

  it("has a row for each class, in rate, tokens and share", () => {
    const row = find(null);
    expect(row("goodput", "value/class chat")).toMatchObject({ value: 1, n: 2 });
    expect(row("goodput_tokens", "value/class code")).toMatchObject({ value: 3, n: 2 });
    expect(row("goodput_share", "value/class code")).toMatchObject({ value: 50, n: 2 });
    expect(row("goodput_share", "value/class idle")).toMatchObject({ value: null, why: "no request was measured" });
  });

  it("has the TTFT of each class", () => {
    const row = find(null);
    expect(row("ttft", "mean/class chat")).toMatchObject({ value: 30, n: 2 });
    expect(row("ttft", "mean/class idle")).toMatchObject({
      value: null,
      n: 0,
      why: expect.stringContaining("idle") as string,
    });
  });
});
