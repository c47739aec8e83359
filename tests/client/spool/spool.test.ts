import { closeSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BLOCK_BYTES, createFileStore, createMemoryStore } from "../../../src/client/spool/byte-store.ts";
import { openSpoolFiles } from "../../../src/client/spool/spool-files.ts";
import { createSpool, readSpool, type SpoolStores } from "../../../src/client/spool/spool.ts";
import { createRandom, type Random } from "../../../src/math/random.ts";
import type { RequestRecord } from "../../../src/schema/observation.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

interface Put {
  record: RequestRecord;
  atNs: number[];
  tokens: number[];
}

function maybe<Value>(random: Random, value: Value): Value | null {
  return random.next() < 0.3 ? null : value;
}

/** A request whose every member is drawn, and null now and then. */
function somePut(random: Random, index: number): Put {
  const length = random.next() < 0.1 ? 0 : Math.floor(random.next() ** 4 * 20_000);
  const plain = random.next() < 0.5;
  let at = Math.floor(random.next() * 1e12) - 1e11;
  const atNs = Array.from({ length }, () => (at += Math.floor(random.next() ** 8 * 1e11)));
  const text = random.next() < 0.02 ? "long ✓ ".repeat(30_000) : "a text with “quotes” and \u{1F600}\n";
  return {
    record: {
      index,
      sample: Math.floor(random.next() * 1e6),
      phase: index < 7 ? "warmup" : "measure",
      chunk: maybe(random, index % 5),
      session: maybe(random, index % 3),
      turn: maybe(random, index % 4),
      class: maybe(random, `class ${index % 3}`),
      cancelled: random.next() < 0.2,
      scheduledNs: maybe(random, random.next() * 1e10),
      heldNs: maybe(random, random.next() * 1e9),
      sentNs: random.next() * 1e10,
      firstTokenNs: atNs[0] ?? null,
      lastTokenNs: atNs.at(-1) ?? null,
      endNs: random.next() * 1e10,
      resent: Math.floor(random.next() * 3),
      promptTokens: maybe(random, 128),
      outputTokens: maybe(random, length),
      askedPromptTokens: maybe(random, length),
      askedPromptIsAbout: random.integer(2) === 1,
      askedOutputTokens: maybe(random, length),
      countProblem: random.integer(20) === 0 ? "usage is [1]" : null,
      chunks: length,
      finish: maybe(random, "length"),
      status: maybe(random, 200),
      error: random.next() < 0.1 ? "HTTP 500: bööm" : null,
      text: maybe(random, text),
      outputHash: maybe(random, random.next() < 0.9 ? "0123456789abcdef".repeat(4) : "not a digest"),
    },
    atNs,
    tokens: atNs.map(() => (plain ? 1 : Math.floor(random.next() * 65_536))),
  };
}

const ZERO_NS = 1000;

/** In the order of ending, which is not that of the index. */
async function spooled(stores: SpoolStores, puts: readonly Put[], random: Random) {
  const spool = createSpool(stores);
  const put = ({ record, atNs, tokens }: Put): void =>
    spool.put(record, { length: atNs.length, atNs: Float64Array.from(atNs), tokens: Uint16Array.from(tokens) });
  for (const one of random.shuffle(puts.slice(0, 7))) put(one);
  spool.setZero(ZERO_NS);
  for (const one of random.shuffle(puts.slice(7))) put(one);
  return readSpool(stores, structuredClone(await spool.end()));
}

const kinds: Record<string, () => SpoolStores> = {
  memory: () => ({ requests: createMemoryStore(), tokens: createMemoryStore() }),
  files() {
    const { requests, tokens } = openSpoolFiles(temporaryFolder());
    return { requests: createFileStore(requests), tokens: createFileStore(tokens) };
  },
};

describe.each(Object.entries(kinds))("a spool in %s", (_, openStores) => {
  it("gives back what was put away, by index, as often as it is asked", async () => {
    const random = createRandom(11);
    const puts = Array.from({ length: 50 }, (__, index) => somePut(random, index));
    const load = await spooled(openStores(), puts, random);
    const fromZero = (ns: number | null): number | null => (ns === null ? null : ns - ZERO_NS);
    const records = puts.map(({ record }) => ({
      ...record,
      scheduledNs: fromZero(record.scheduledNs),
      sentNs: record.sentNs - ZERO_NS,
      endNs: record.endNs - ZERO_NS,
      firstTokenNs: fromZero(record.firstTokenNs),
      lastTokenNs: fromZero(record.lastTokenNs),
    }));
    expect(load.requests.length).toBe(50);
    expect([...load.requests]).toEqual(records);
    expect([...load.requests]).toEqual(records);
    expect(load.requests.at(49)).toEqual(records[49]);

    for (let time = 0; time < 2; time += 1) {
      let wrong = 0;
      const rows = new Map<number, { atNs: number[]; tokens: number[] }>();
      for (const { length, request, ordinal, atNs, gapNs, tokens } of load.tokens.blocks()) {
        for (let row = 0; row < length; row += 1) {
          const index = request[row]!;
          const own = rows.get(index) ?? { atNs: [], tokens: [] };
          rows.set(index, own);
          const gap = own.atNs.length === 0 ? Number.NaN : atNs[row]! - own.atNs.at(-1)!;
          if (ordinal[row] !== own.atNs.length || !Object.is(gapNs[row], gap)) wrong += 1;
          own.atNs.push(atNs[row]!);
          own.tokens.push(tokens[row]!);
        }
      }
      expect(wrong).toBe(0);
      expect(load.tokens.length).toBe(puts.reduce((sum, { atNs }) => sum + atNs.length, 0));
      for (const { record, atNs, tokens } of puts) {
        const own = rows.get(record.index) ?? { atNs: [], tokens: [] };
        expect(own).toEqual({ atNs: atNs.map((at) => at - ZERO_NS), tokens });
      }
    }
    load.release();
  });

  it("keeps an event that was stamped before the one before it, by a clock that was set back, at that one's moment", async () => {
    const random = createRandom(5);
    const stamped = { ...somePut(random, 0), atNs: [1000, 5000, 4000, 4500, 9000], tokens: [1, 1, 1, 1, 1] };
    const after = { ...somePut(random, 1), atNs: [7000, 7001], tokens: [3, 4] };
    const load = await spooled(openStores(), [stamped, after], random);
    const rows: [number, number, number][] = [];
    for (const { length, request, atNs, gapNs } of load.tokens.blocks())
      for (let row = 0; row < length; row += 1) rows.push([request[row]!, atNs[row]! + 1000, gapNs[row]!]);
    const of = (index: number) => rows.filter(([request]) => request === index).map(([, at, gap]) => [at, gap]);
    expect(of(0)).toEqual([
      [1000, Number.NaN],
      [5000, 4000],
      [5000, 0],
      [5000, 0],
      [9000, 4000],
    ]);
    expect(of(1)).toEqual([
      [7000, Number.NaN],
      [7001, 1],
    ]);
    load.release();
  });

  it("says that a run was cut short, and does not read on without end", async () => {
    const stores = openStores();
    const random = createRandom(6);
    const load = await spooled(stores, [{ ...somePut(random, 0), atNs: [1, 300], tokens: [1, 1] }], random);
    const read = stores.tokens.read.bind(stores.tokens);
    stores.tokens.read = (into, position) => {
      read(into, position);
      into.writeUInt32LE(9, 8); // nine events, as a run of two has it
    };
    expect(() => [...load.tokens.blocks()]).toThrow(/ends in the middle of a number/);
    load.release();
  });

  it("is empty where nothing was put away", async () => {
    const load = await spooled(openStores(), [], createRandom(1));
    expect([...load.requests]).toEqual([]);
    expect([...load.tokens.blocks()]).toEqual([]);
    load.release();
  });
});

describe("a spool's files", () => {
  it("have no name, so that nothing is left of a process that is killed, and cannot be read when they are given back", async () => {
    const folder = join(temporaryFolder(), "made", "on the way");
    const { requests, tokens } = openSpoolFiles(folder);
    expect(readdirSync(folder)).toEqual([]);
    const random = createRandom(3);
    const stores = { requests: createFileStore(requests), tokens: createFileStore(tokens) };
    const load = await spooled(stores, [somePut(random, 0)], random);
    load.release();
    load.release();
    expect(() => [...load.requests]).toThrow(/EBADF/);
  });

  it("say what the disk says when it takes no more", async () => {
    const descriptor = openSync("/dev/full", "w");
    const store = createFileStore(descriptor);
    store.append(store.room(10));
    await expect(store.flushed()).rejects.toThrow(/ENOSPC/);
    closeSync(descriptor);
  });

  it("are written in the blocks that they were handed over in, and those are used again", async () => {
    const { requests, tokens } = openSpoolFiles(temporaryFolder());
    closeSync(tokens);
    const store = createFileStore(requests);
    const taken = new Set<ArrayBufferLike>();
    for (let block = 0; block < 64; block += 1) {
      const buffer = store.room(100);
      taken.add(buffer.buffer);
      expect(buffer.every((byte) => byte === 0)).toBe(true);
      store.append(buffer.fill(block + 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await store.flushed();
    expect(taken.size).toBeLessThan(32);
    const read = Buffer.alloc(BLOCK_BYTES);
    for (let block = 0; block < 64; block += 1) {
      store.read(read, block * BLOCK_BYTES);
      expect(read.every((byte) => byte === block + 1)).toBe(true);
    }
    store.close();
  });
});
