import { describe, expect, it } from "vitest";
import type { ShardOutcome } from "../../../src/client/load-shard.ts";
import { createMemoryStore } from "../../../src/client/spool/byte-store.ts";
import { createSpool, readSpool } from "../../../src/client/spool/spool.ts";
import { mergeShards, type SeenShard } from "../../../src/client/workers/merge.ts";
import type { ClientHealth } from "../../../src/schema/observation.ts";
import { clientHealth } from "../../support/client-health.ts";
import { observationOf, type RequestSketch } from "../../support/observations.ts";

const MS = 1e6;
const calm = clientHealth();

/** A worker that sent these requests. */
async function part(sketches: RequestSketch[], changes: Partial<ShardOutcome> = {}): Promise<SeenShard> {
  const stores = { requests: createMemoryStore(), tokens: createMemoryStore() };
  const spool = createSpool(stores);
  for (const record of observationOf(sketches).requests.toReversed()) {
    const times = sketches[record.index]?.tokensMs ?? [];
    spool.put(record, {
      length: times.length,
      atNs: Float64Array.from(times, (at) => at * MS),
      tokens: new Uint16Array(times.length).fill(1),
    });
  }
  const index = await spool.end();
  const outcome: ShardOutcome = {
    spool: index,
    zeroNs: 0n,
    endNs: 0,
    gaveUp: null,
    ranNs: 0,
    clientCpuS: 1,
    client: calm,
    inFlight: { asked: 1, heldMean: 1, heldMax: 1 },
    ...changes,
  };
  return { outcome, load: readSpool(stores, index) };
}

const one = { asked: 1, units: 1, isKeptWhole: false };

describe("mergeShards", () => {
  it("numbers the requests in turn of the workers, the warm-up first, and the tokens with them", async () => {
    const of = (sample: number): RequestSketch => ({ sample, sentMs: sample, tokensMs: [sample + 1, sample + 2] });
    const merged = mergeShards(
      [
        // A conversation of the warm-up goes on beside what is measured, and what follows comes last.
        await part([of(0), { ...of(100), phase: "warmup" }, of(2), { ...of(200), phase: "tail" }, of(4)], { endNs: 7 }),
        await part([of(1)], { endNs: 9 }),
      ],
      { asked: 2, units: 4, isKeptWhole: true },
    );
    const requests = [...merged.requests];
    expect(requests.map(({ index, sample }) => [index, sample])).toEqual([
      [0, 100],
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 4],
      [5, 200],
    ]);
    expect(merged.requests.length).toBe(6);
    expect(merged.window).toEqual({ startNs: 0, endNs: 9 });
    expect(merged.tokens.length).toBe(12);
    let rows = 0;
    for (const { length, request, ordinal, atNs } of merged.tokens.blocks()) {
      rows += length;
      for (let row = 0; row < length; row += 1) {
        expect(atNs[row]).toBe((requests[request[row]!]!.sample + 1 + ordinal[row]!) * MS);
      }
    }
    expect(rows).toBe(12);
    merged.release();
  });

  it("has the worst of each figure of the clients", async () => {
    const busy: ClientHealth = {
      ...calm,
      loopDelayMs: { p50: 0.05, p99: 9, max: 2 },
      cpuShare: 0.9,
      backlogBytesMax: 10,
      stamps: { boundMs: { p50: 1, p99: 2, max: 3 }, sharedShare: 0.1, clampedShare: 0 },
      pauses: [{ startNs: 5, endNs: 9 }],
      clockSetMs: -20,
    };
    const other: ClientHealth = {
      ...busy,
      stamps: { boundMs: { p50: 2, p99: 1, max: 1 }, sharedShare: 0, clampedShare: 0.5 },
      pauses: [{ startNs: 1, endNs: 2 }],
      clockSetMs: 10,
    };
    const both = mergeShards([await part([], { client: busy }), await part([], { client: other })], one).client;
    expect(both).toMatchObject({
      stamps: { boundMs: { p50: 2, p99: 2, max: 3 }, sharedShare: 0.1, clampedShare: 0.5 },
      pauses: [
        { startNs: 1, endNs: 2 },
        { startNs: 5, endNs: 9 },
      ],
      clockSetMs: -20,
    });
    const { client } = mergeShards([await part([], { client: calm }), await part([], { client: busy })], one);
    expect(client).toMatchObject({
      loopDelayMs: { p50: 0.1, p99: 9, max: 2.5 },
      cpuShare: 0.9,
      readDelayMs: null,
      backlogBytesMax: 4096,
    });
    const blind = { ...calm, loopDelayMs: null, backlogBytesMax: null };
    const unseen = mergeShards([await part([], { client: blind })], one).client;
    expect(unseen).toMatchObject({ loopDelayMs: null, backlogBytesMax: null, stamps: null, pauses: [] });
  });

  it("counts what flows over from the warm-up, and nothing after the measured requests", async () => {
    const whole = { asked: 2, units: 9, isKeptWhole: true };
    const merged = mergeShards(
      [
        await part([
          { phase: "warmup", sentMs: -40, tokensMs: [-20] },
          { phase: "warmup", sentMs: -20, tokensMs: [10] },
          { sentMs: 10, tokensMs: [30] },
          { phase: "tail", sentMs: 60, tokensMs: [90] },
        ]),
        await part([{ phase: "warmup", sentMs: -30, tokensMs: [20] }], { ranNs: 40 * MS }),
      ],
      whole,
    );
    // Two until 20 ms, one until 30 ms, none until 40 ms.
    expect(merged.inFlight).toEqual({ asked: 2, heldMean: 1.25, heldMax: 2 });
  });

  it("counts what all held together, a conversation from its first turn to its last", async () => {
    const talk = { session: 0, turn: 0 };
    const merged = mergeShards(
      [
        await part([
          { sentMs: 0, tokensMs: [10] },
          { sentMs: 10, tokensMs: [20] },
        ]),
        await part([
          { ...talk, sentMs: 0, tokensMs: [4] },
          { ...talk, turn: 1, sentMs: 16, tokensMs: [20] },
        ]),
      ],
      { asked: 2, units: 3, isKeptWhole: false },
    );
    expect(merged.inFlight).toEqual({ asked: 2, heldMean: 2, heldMax: 2 });
  });
});
