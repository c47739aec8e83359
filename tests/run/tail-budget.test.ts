import { describe, expect, it } from "vitest";
import { tailBudgets } from "../../src/run/tail-budget.ts";
import type { RequestRecord } from "../../src/schema/observation.ts";
import { makeWorkload } from "../support/make-study.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";
import { someRuleset } from "../support/rulesets.ts";

type Missed = (one: RequestRecord) => boolean;

const request = (sketch: RequestSketch): RequestRecord => observationOf([sketch]).requests[0]!;
const open = { scenario: "open", arrivals: { kind: "poisson" } } as const;

describe("the tail budget of a probe", () => {
  it("is what the search's share leaves of the requests, by the workload's slo", () => {
    const workload = makeWorkload({ ...open, slo: { ttft_ms: 100 } });
    const [budget, ...others] = tailBudgets(workload, { share: 0.99 });
    expect(others).toEqual([]);
    expect([200, 250, 99, 1000].map((requests) => budget!.allowed(requests))).toEqual([2, 2, 0, 10]);
    // From the intended send, on which the users of an open loop wait.
    expect(budget!.missed(request({ scheduledMs: 0, sentMs: 50, tokensMs: [120] }))).toBe(true);
    expect(budget!.missed(request({ scheduledMs: 50, sentMs: 50, tokensMs: [120] }))).toBe(false);
    expect(budget!.missed(request({ scheduledMs: 0, error: "refused" }))).toBe(true);
    expect(budget!.missed(request({ scheduledMs: 0, cancelled: true }))).toBe(false);
  });

  it("holds each request to its class, and gives nothing away where every request has to hold", () => {
    const classes = [{ name: "chat", slo: { ttft_ms: 100 } }, { name: "batch" }];
    const [budget] = tailBudgets(makeWorkload({ ...open, classes }), { share: 1 });
    expect(budget!.allowed(1000)).toBe(0);
    const slow = { scheduledMs: 0, sentMs: 0, tokensMs: [500] };
    expect(budget!.missed(request({ ...slow, class: "chat" }))).toBe(true);
    expect(budget!.missed(request({ ...slow, class: "batch" }))).toBe(false);
  });

  it("never gives up what could still hold: as many good ones as the share asks for are left", () => {
    for (const share of [0.9, 0.906, 0.95, 0.99, 0.999]) {
      const [budget] = tailBudgets(makeWorkload({ ...open, slo: { ttft_ms: 1 } }), { share });
      for (const requests of [1, 10, 199, 200, 1000, 4096]) {
        const spare = budget!.allowed(requests)!;
        expect((requests - spare) / requests).toBeGreaterThanOrEqual(share - 1e-9);
        expect((requests - spare - 1) / requests).toBeLessThan(share);
      }
    }
  });

  it("is LoadGen's early stopping under a ruleset, for each limit", () => {
    const workload = makeWorkload({ scenario: "server", ruleset: someRuleset() });
    const budgets = tailBudgets(workload, { share: 0.5 });
    expect(budgets).toHaveLength(2);
    // MLPerf's table of early stopping: 662 queries tolerate one above the 99th percentile, and 458 are too few for none.
    expect(budgets.map((budget) => [458, 459, 661, 662].map((requests) => budget.allowed(requests)))).toEqual([
      [null, 0, 0, 1],
      [null, 0, 0, 1],
    ]);
    const [ttft, tpot] = [0, 1].map((place) => (one: RequestRecord) => budgets[place]!.missed(one)) as [Missed, Missed];
    const late = request({ scheduledMs: 0, sentMs: 80, tokensMs: [101, 105, 109], outputTokens: 3 });
    expect([ttft(late), tpot(late)]).toEqual([true, false]);
    const slow = request({ scheduledMs: 0, sentMs: 0, tokensMs: [50, 75], outputTokens: 2 });
    expect([ttft(slow), tpot(slow)]).toEqual([false, true]);
    const failed = request({ scheduledMs: 0, error: "refused", tokensMs: [] });
    expect([ttft(failed), tpot(failed)]).toEqual([true, true]);
    const cutOff = { ...failed, error: null, cancelled: true };
    expect([ttft(cutOff), tpot(cutOff)]).toEqual([false, false]);
  });

  it("is none where the ruleset has no percentile, and one for a latency limit", () => {
    const streams = makeWorkload({ ruleset: someRuleset({ percentile: null }) });
    expect(tailBudgets(streams, { share: 0.99 })).toEqual([]);
    const limits = { ttftMs: null, tpotMs: null, latencyMs: 30 };
    const [budget] = tailBudgets(makeWorkload({ ruleset: someRuleset({ limits, tokenLatencies: false }) }), {
      share: 0.99,
    });
    expect(budget!.missed(request({ scheduledMs: 0, sentMs: 5, tokensMs: [10, 31] }))).toBe(true);
    expect(budget!.missed(request({ scheduledMs: 0, sentMs: 5, tokensMs: [10, 30] }))).toBe(false);
  });
});
