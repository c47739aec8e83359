import { afterEach, describe, expect, it } from "vitest";
import type { LoadOptions } from "../../../src/client/load-options.ts";
import { runLoadOver } from "../../../src/client/load.ts";
import { TAIL_SPENT, watchTail, type TailBudget } from "../../../src/client/drive/tail-budget.ts";
import { createHttp1Transport } from "../../../src/client/transport/index.ts";
import type { RequestRecord } from "../../../src/schema/observation.ts";
import { completionEvents, loadOptions, someSamples, someWorkload } from "../../support/completions.ts";
import { held, observationOf } from "../../support/observations.ts";
import { conversation, runPhase } from "../../support/phase.ts";
import { eventually, startStreamServer, type Reply, type StreamServer } from "../../support/stream-server.ts";

const [record] = observationOf([{ sentMs: 0, tokensMs: [1] }]).requests as [RequestRecord];
const budget = (allowed: number | null, missed: (record: RequestRecord) => boolean = () => true): TailBudget => ({
  allowed: () => allowed,
  missed,
});

describe("watchTail", () => {
  it("is spent by the first miss above what is allowed, and says when", () => {
    const tail = watchTail([budget(2)], 100);
    for (const atNs of [10, 20]) tail.saw(record, atNs);
    expect([tail.spent(), tail.signal?.aborted]).toEqual([null, false]);
    tail.saw(record, 30);
    tail.saw(record, 40);
    expect(tail.spent()).toEqual({ atNs: 30, missed: 3, allowed: 2 });
    expect(tail.signal?.reason).toBe(TAIL_SPENT);
  });

  it("takes the allowance from the requests that are to be sent", () => {
    const tail = watchTail([{ allowed: (requests) => requests / 100, missed: () => true }], 100);
    tail.saw(record, 1);
    expect(tail.spent()).toBeNull();
    tail.saw(record, 2);
    expect(tail.spent()).toMatchObject({ missed: 2, allowed: 1 });
  });

  it("counts each limit for itself: one miss of each of two spends neither", () => {
    let seen = 0;
    const tail = watchTail([budget(1, () => seen % 2 === 0), budget(1, () => seen % 2 === 1)], 10);
    for (seen = 0; seen < 2; seen += 1) tail.saw(record, seen);
    expect(tail.spent()).toBeNull();
    tail.saw(record, 2);
    expect(tail.spent()).toMatchObject({ atNs: 2 });
  });

  it("has no signal without a budget, and none where any number may miss", () => {
    expect(watchTail([], 10).signal).toBeUndefined();
    const free = watchTail([budget(null)], 10);
    free.saw(record, 1);
    expect([free.spent(), free.signal]).toEqual([null, undefined]);
  });
});

let server: StreamServer;

/** Of the first six requests three are answered, the last of them when the others are open; they never end. */
const answered = ({ index }: { index: number }): boolean => [0, 1, 5].includes(index);
const threeAnswers = (request: { index: number }): Reply =>
  answered(request) ? { pieces: completionEvents(2) } : { pieces: completionEvents(1), hang: true };

function options(changes: Partial<LoadOptions>): LoadOptions {
  const workload = someWorkload({ scenario: "open", arrivals: { kind: "constant" }, load: { rate: 50 } });
  return loadOptions(server.url, { workload, samples: someSamples(200), requests: 200, ...changes });
}

describe("a load with a tail budget", () => {
  afterEach(() => server.close());

  it("is given up when it is spent: what is in flight is cut off and no failure, and nothing more is sent", async () => {
    server = await startStreamServer(threeAnswers);
    const outcome = await runLoadOver(createHttp1Transport, options({ tailBudgets: [budget(2)] }));
    if (!outcome.ok) throw new Error(outcome.problem.message);
    const { requests, gaveUp, window } = held(outcome.value);
    expect(gaveUp).toMatchObject({ missed: 3, allowed: 2, lastDueNs: (199 / 50) * 1e9 });
    expect(gaveUp!.atNs).toBe(requests[5]!.endNs);
    expect(requests.length).toBeGreaterThanOrEqual(6);
    expect(requests.length).toBeLessThan(100);
    // On a busy machine some are cut off before the server has read them.
    expect(server.requests.length).toBeLessThanOrEqual(requests.length);
    for (const request of requests) {
      expect([request.cancelled, request.error]).toEqual([!answered(request), null]);
    }
    expect(window.endNs).toBeLessThan(gaveUp!.lastDueNs);
    expect(await eventually(() => server.sockets() === 0)).toBe(true);
  });

  it("runs to its end within it, and says nothing", async () => {
    server = await startStreamServer(() => ({ pieces: completionEvents(2) }));
    const outcome = await runLoadOver(
      createHttp1Transport,
      options({ requests: 10, tailBudgets: [budget(2, ({ index }) => index < 2)] }),
    );
    if (!outcome.ok) throw new Error(outcome.problem.message);
    expect(outcome.value.gaveUp).toBeNull();
    expect(held(outcome.value).requests.map(({ cancelled }) => cancelled)).toEqual(Array(10).fill(false));
  });

  it("is no different from other stops to those that are stopped by people: their requests failed", async () => {
    server = await startStreamServer(threeAnswers);
    const stop = new AbortController();
    const going = runLoadOver(createHttp1Transport, options({ tailBudgets: [budget(100)], signal: stop.signal }));
    await eventually(() => server.requests.length > 8);
    stop.abort();
    const outcome = await going;
    if (!outcome.ok) throw new Error(outcome.problem.message);
    expect(outcome.value.gaveUp).toBeNull();
    const { requests } = held(outcome.value);
    const cut = requests.filter((request) => !answered(request));
    expect(cut.length).toBeGreaterThan(2);
    expect(cut.every(({ cancelled, error }) => !cancelled && /was stopped/.test(error ?? ""))).toBe(true);
  });

  it("ends users who think, whose next turn is not asked", async () => {
    server = await startStreamServer(() => ({ pieces: completionEvents(2) }));
    const tail = watchTail([budget(0)], 4);
    const workload = someWorkload({ endpoint: "completions", load: { concurrency: 2 } });
    const samples = [0, 1].flatMap((number) => conversation(number, 2, { thinkS: 15 }));
    const going = runPhase(server.url, workload, samples, { signal: tail.signal! });
    await eventually(() => server.requests.length === 2 && server.openNow() === 0);
    tail.saw(record, 1);
    const { records } = await going;
    expect(records.map(({ turn, cancelled, error }) => [turn, cancelled, error])).toEqual([
      [0, false, null],
      [0, false, null],
    ]);
  });
});
