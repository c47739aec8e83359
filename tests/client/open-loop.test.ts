import { afterEach, describe, expect, it } from "vitest";
import { runLoadOver } from "../../src/client/load.ts";
import type { LoadOptions } from "../../src/client/load-options.ts";
import type { CreateTransport } from "../../src/client/transport/transport.ts";
import { createHttp1Transport } from "../../src/client/transport/index.ts";
import { http1Over } from "../../src/client/transport/http1.ts";
import { createUndiciTransport } from "../../src/client/transport/undici.ts";
import { createNodeBackend } from "../../src/client/transport/node-sockets.ts";
import { completionEvents, loadOptions, someWorkload } from "../support/completions.ts";
import { held, type HeldObservation } from "../support/observations.ts";
import { eventually, startStreamServer, type Reply, type StreamServer } from "../support/stream-server.ts";

let server: StreamServer;
afterEach(() => server.close());

const open = someWorkload({ scenario: "open", arrivals: { kind: "poisson" }, load: { rate: 400 } });

async function load(
  create: CreateTransport,
  reply: Reply,
  changes: Partial<LoadOptions> = {},
): Promise<HeldObservation> {
  server = await startStreamServer(() => reply);
  const outcome = await runLoadOver(create, loadOptions(server.url, { workload: open, requests: 40, ...changes }));
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return held(outcome.value);
}

const quick: Reply = { pieces: completionEvents(3) };

describe.each([
  ["http1", createHttp1Transport],
  ["undici", createUndiciTransport],
])("an open loop over %s", (_, create) => {
  it("sends on its schedule, in order, never early, and keeps both times", async () => {
    const { requests, window } = await load(create, quick);
    expect(requests).toHaveLength(40);
    const due = requests.map(({ scheduledNs }) => scheduledNs ?? -1);
    expect(due).toEqual(due.toSorted((left, right) => left - right));
    for (const { scheduledNs, sentNs, firstTokenNs, error } of requests) {
      expect(error).toBeNull();
      expect(sentNs).toBeGreaterThanOrEqual(scheduledNs ?? Infinity);
      expect(firstTokenNs).toBeGreaterThan(sentNs);
    }
    expect(window.endNs).toBeGreaterThan(due.at(-1) ?? Infinity);
  });

  it("opens as many as are due, however slow the answers: none waits for another", async () => {
    const slow: Reply = { pieces: completionEvents(2), firstMs: 250 };
    const { inFlight, requests } = await load(create, slow);
    // All 40 are due within about 100 ms, and none ends before 250.
    expect(inFlight.heldMax).toBeGreaterThan(20);
    expect(server.maxOpen()).toBeGreaterThan(20);
    expect(requests.every(({ error }) => error === null)).toBe(true);
  });

  it("has the same schedule for the same seed, and another for another", async () => {
    const dueOf = async (seed: number) => {
      const { requests } = await load(create, quick, { seed, requests: 10 });
      await server.close();
      return requests.map(({ scheduledNs }) => scheduledNs);
    };
    const first = await dueOf(1);
    expect(await dueOf(1)).toEqual(first);
    expect(await dueOf(2)).not.toEqual(first);
  });

  it("warms up without a schedule, and is then led in by it until the first answer has ended", async () => {
    const { requests } = await load(
      create,
      { pieces: completionEvents(2), firstMs: 100 },
      {
        workload: { ...open, arrivals: { kind: "constant" }, warmupRequests: 5 },
      },
    );
    const warmup = requests.filter(({ phase }) => phase === "warmup");
    expect(warmup.slice(0, 5).every(({ scheduledNs, endNs }) => scheduledNs === null && endNs < 0)).toBe(true);
    const ledIn = warmup.slice(5);
    // 400 a second for the 100 ms that an answer takes: about 40 are open when the measured ones begin.
    expect(ledIn.length).toBeGreaterThan(10);
    expect(ledIn.filter(({ endNs }) => endNs > 0).length).toBeGreaterThan(10);
    for (const { scheduledNs, sentNs } of ledIn) {
      expect(scheduledNs).toBeLessThan(0);
      expect(sentNs).toBeGreaterThanOrEqual(scheduledNs ?? 0);
    }
  });

  it("stops between two sends that are far apart", async () => {
    const stop = new AbortController();
    const before = server;
    const far = { ...open, arrivals: { kind: "constant" as const }, load: { rate: 0.001 } };
    const going = load(create, quick, { workload: far, signal: stop.signal });
    await eventually(() => server !== before && server.requests.length === 1);
    stop.abort();
    expect((await going).requests).toHaveLength(1);
  });

  it("makes no connection while the clock runs where those that were opened ahead suffice", async () => {
    const made: number[] = [];
    // If the machine pauses, requests stay open, and the tail opens connections of its own. One undisturbed load of five decides.
    while (made.length < 5 && !made.includes(20)) {
      if (made.length > 0) await server.close();
      await load(create, quick, {
        workload: { ...open, arrivals: { kind: "constant" }, load: { rate: 100 } },
        requests: 20,
      });
      made.push(server.connectionsMade());
    }
    // Twenty are due within the next second: so many were made, and no more.
    expect(made).toContain(20);
  });
});

describe("an open loop with a cap", () => {
  const slow: Reply = { pieces: completionEvents(2), firstMs: 30 };
  const capped = { ...open, load: { rate: 400, max_in_flight: 4 } };

  it("never has more open, sends in order, and says how long each was held back", async () => {
    const { requests } = await load(createHttp1Transport, slow, { workload: capped });
    expect(server.maxOpen()).toBeLessThanOrEqual(4);
    const due = requests.map(({ scheduledNs }) => scheduledNs ?? -1);
    expect(requests).toHaveLength(40);
    expect(due).toEqual(due.toSorted((left, right) => left - right));
    const sent = requests.map(({ sentNs }) => sentNs);
    expect(sent).toEqual(sent.toSorted((left, right) => left - right));
    for (const { error, heldNs, scheduledNs, sentNs } of requests) {
      expect(error).toBeNull();
      expect(heldNs).toBeGreaterThanOrEqual(0);
      expect(heldNs).toBeLessThanOrEqual(sentNs - scheduledNs!);
    }
    // 40 are due within 100 ms, and four places of 30 ms each take 300: the last ones wait for most of the difference.
    expect(requests.at(-1)!.heldNs).toBeGreaterThan(100e6);
    // What is not the cap's is the client's, and it is small: of half of the requests below what a busy machine does to one.
    const own = requests.map(({ heldNs, scheduledNs, sentNs }) => sentNs - scheduledNs! - heldNs!);
    expect(own.toSorted((left, right) => left - right)[20]).toBeLessThan(20e6);
  });

  it("holds nothing back below it, and keeps no such time without one", async () => {
    const wide = { ...open, arrivals: { kind: "constant" as const }, load: { rate: 50, max_in_flight: 30 } };
    const { requests } = await load(createHttp1Transport, quick, { workload: wide, requests: 10 });
    expect(requests.map(({ heldNs }) => heldNs)).toEqual(Array(10).fill(0));
    await server.close();
    expect((await load(createHttp1Transport, quick, { requests: 3 })).requests[0]?.heldNs).toBeNull();
  });

  it("counts what leads into the measured requests and what follows them", async () => {
    const { requests } = await load(createHttp1Transport, slow, { workload: { ...capped, warmupRequests: 3 } });
    expect(server.maxOpen()).toBeLessThanOrEqual(4);
    expect(requests.filter(({ phase }) => phase === "measure")).toHaveLength(40);
  });

  it("ends when it is stopped while requests are held back", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const { requests } = await load(createHttp1Transport, slow, { workload: capped, signal: stop.signal });
    expect(requests.length).toBeLessThan(20);
  });
});

describe("how the client fared", () => {
  it("is in the observation", async () => {
    const { client } = await load(createHttp1Transport, quick);
    expect(client.loopDelayMs).not.toBeNull();
    expect(client.loopDelayMs!.p50).toBeGreaterThanOrEqual(0);
    expect(client.cpuShare).toBeGreaterThanOrEqual(0);
    expect(client.cpuShare).toBeLessThan(1.05);
    // An answer's bytes, at least one event of it.
    expect(client.backlogBytesMax).toBeGreaterThan(completionEvents(1)[0]!.length);
  });

  it("says that nobody looked at the backlog where it cannot be seen", async () => {
    expect((await load(createUndiciTransport, quick)).client.backlogBytesMax).toBeNull();
  });

  it("counts the time of polling for due times as no load", async () => {
    // So close together that all waiting is polling, which takes the thread's whole core.
    const polled = { ...open, arrivals: { kind: "constant" as const }, load: { rate: 700 } };
    // Node's own sockets have no due timer: where there is one, nothing is polled.
    const { client } = await load(http1Over(createNodeBackend), quick, { workload: polled, requests: 150 });
    expect(client.cpuShare).toBeLessThan(0.95);
  });
});

describe("an open loop that cannot begin", () => {
  it("says that it has no rate", async () => {
    server = await startStreamServer(() => quick);
    const workload = someWorkload({ scenario: "open", arrivals: { kind: "poisson" }, load: {} });
    const outcome = await runLoadOver(createHttp1Transport, loadOptions(server.url, { workload }));
    expect(outcome).toMatchObject({ ok: false, problem: { code: "no-rate" } });
    expect(server.requests).toHaveLength(0);
  });
});
