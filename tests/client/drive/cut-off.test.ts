import { afterEach, describe, expect, it } from "vitest";
import { createHttp1Transport } from "../../../src/client/transport/index.ts";
import { createUndiciTransport } from "../../../src/client/transport/undici.ts";
import { completionEvents, someSamples, someWorkload } from "../../support/completions.ts";
import { conversation, runPhase } from "../../support/phase.ts";
import { eventually, startStreamServer, type Reply, type StreamServer } from "../../support/stream-server.ts";

let server: StreamServer;
afterEach(() => server.close());

/** Far more events than any test reads. */
const endless: Reply = { pieces: completionEvents(2000), gapMs: 2 };

describe.each([
  ["http1", createHttp1Transport],
  ["undici", createUndiciTransport],
])("a request that the client cuts off (%s)", (_, create) => {
  it("ends after its number of tokens, its connection closed, neither finished nor failed", async () => {
    server = await startStreamServer(() => endless);
    const workload = someWorkload({ cancel: { share: 1, after_tokens: 5 } });
    const { records, tokens } = await runPhase(server.url, workload, someSamples(4), { create });
    for (const { cancelled, error, finish, chunks } of records) {
      expect({ cancelled, error, finish }).toEqual({ cancelled: true, error: null, finish: null });
      expect(chunks).toBe(5);
    }
    expect(tokens).toEqual(records.map(({ chunks }) => chunks));
    // A connection for each, since none can be used again.
    expect(server.connectionsMade()).toBe(4);
    expect(await eventually(() => server.sockets() === 0)).toBe(true);
  });

  it("ends at exactly that token, also where several come in one write, or one after the other without a pause", async () => {
    const events = completionEvents(2000);
    const pieces = Array.from({ length: 250 }, (_piece, place) => events.slice(place * 8, place * 8 + 8).join(""));
    server = await startStreamServer(({ index }) => (index % 2 === 0 ? { pieces, gapMs: 1 } : { pieces: events }));
    const workload = someWorkload({ cancel: { share: 1, after_tokens: 5 }, load: { concurrency: 4 } });
    const { records, tokens } = await runPhase(server.url, workload, someSamples(16), { create, keepText: true });
    expect(records.map(({ cancelled, chunks }) => [cancelled, chunks])).toEqual(records.map(() => [true, 5]));
    expect(tokens).toEqual(records.map(() => 5));
    // What came behind it in the same read is in no text.
    expect(records.map(({ text }) => text)).toEqual(records.map(() => " w0 w1 w2 w3 w4"));
  });

  it("is no cut-off where the answer says that it ends with that token", async () => {
    server = await startStreamServer(() => ({ pieces: [completionEvents(5).join("")] }));
    const workload = someWorkload({ cancel: { share: 1, after_tokens: 6 } });
    const { records } = await runPhase(server.url, workload, someSamples(4), { create });
    expect(records.map(({ cancelled, chunks, finish }) => [cancelled, chunks, finish])).toEqual(
      records.map(() => [false, 5, "length"]),
    );
  });

  it("ends after its number of seconds, even where nothing has come", async () => {
    server = await startStreamServer(() => ({ pieces: [], hang: true }));
    const workload = someWorkload({ cancel: { share: 1, after_s: 0.05 } });
    const { records } = await runPhase(server.url, workload, someSamples(2), { create });
    for (const { cancelled, error, sentNs, endNs } of records) {
      expect({ cancelled, error }).toEqual({ cancelled: true, error: null });
      expect(endNs - sentNs).toBeGreaterThan(0.045e9);
    }
  });
});

describe("cutting off", () => {
  it("cuts nothing off early where it is to wait for longer than a timer can", async () => {
    server = await startStreamServer(() => ({ pieces: completionEvents(3), gapMs: 10 }));
    const workload = someWorkload({ cancel: { share: 1, after_s: 3e6 } });
    const { records } = await runPhase(server.url, workload, someSamples(4));
    expect(records.map(({ cancelled, finish }) => [cancelled, finish])).toEqual(records.map(() => [false, "length"]));
  });

  it("takes its share of the requests, and leaves those that end before as they are", async () => {
    server = await startStreamServer(({ index }) => (index < 20 ? { pieces: completionEvents(3) } : endless));
    const half = someWorkload({ cancel: { share: 0.5, after_tokens: 4 }, load: { concurrency: 20 } });
    const { records } = await runPhase(server.url, half, someSamples(20));
    expect(records.every(({ cancelled, finish }) => !cancelled && finish === "length")).toBe(true);
    await server.close();
    server = await startStreamServer(() => ({ pieces: completionEvents(150), gapMs: 2 }));
    const again = await runPhase(server.url, half, someSamples(20));
    expect(again.records.filter(({ cancelled }) => cancelled)).toHaveLength(10);
    expect(again.records.filter(({ finish }) => finish === "length")).toHaveLength(10);
  });

  it("lets a conversation go on from what had come by then", async () => {
    server = await startStreamServer(() => endless);
    const workload = someWorkload({ cancel: { share: 1, after_tokens: 2 } });
    const { records } = await runPhase(server.url, workload, conversation(0, 2), { keepText: true });
    expect(records.map(({ turn, cancelled }) => [turn, cancelled])).toEqual([
      [0, true],
      [1, true],
    ]);
    expect(records[0]?.text).toMatch(/^ w0 w1/);
    expect(server.requests[1]?.body["prompt"]).toBe(
      `User: c0t0\nAssistant:${records[0]?.text}\nUser: c0t1\nAssistant:`,
    );
  });
});
