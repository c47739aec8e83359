import type { RequestRecord, RequestSource, TokenSource } from "../../schema/observation.ts";
import type { TokenEvents } from "../stream/token-log.ts";
import { createFileStore, type ByteStore } from "./byte-store.ts";
import { createRequestRows, createRowReader, createWords } from "./request-rows.ts";
import type { SpoolFiles } from "./spool-files.ts";
import { createTokenRuns, readTokenRuns } from "./token-runs.ts";

/** Where finished requests and their token events are stored. */
export interface SpoolStores {
  requests: ByteStore;
  tokens: ByteStore;
}

/** Stores in two open files, which they close. */
export function fileStores({ requests, tokens }: SpoolFiles): SpoolStores {
  return { requests: createFileStore(requests), tokens: createFileStore(tokens) };
}

export function closeStores({ requests, tokens }: SpoolStores): void {
  requests.close();
  tokens.close();
}

/** Takes finished requests out of memory, so that a load needs room for those in flight and 8 bytes for each that is over. */
export interface Spool {
  /** Stores a complete record and its events. Its index says its place; each place is taken once. */
  put(record: RequestRecord, events: TokenEvents): void;
  /** Sets the zero of all times, by the clock that they were taken from: it is subtracted when they are read. */
  setZero(atNs: number): void;
  /** Where everything is stored. Nothing may be stored after it. Rejects where the disk could not take it. */
  end(): Promise<SpoolIndex>;
}

/** What is needed to read a spool, beside its bytes; plain data, so that another process can. */
export interface SpoolIndex {
  /** Where the row of each request begins, by index. */
  rows: Float64Array;
  words: string[];
  events: number;
  tokenBytes: number;
  /** The zero of all times, which is to be subtracted from them. */
  zeroNs: number;
}

export function createSpool(stores: SpoolStores): Spool {
  const words = createWords();
  const rows = createRequestRows(stores.requests, words);
  const runs = createTokenRuns(stores.tokens);
  let places = new Float64Array(1024).fill(Number.NaN);
  let count = 0;
  let events = 0;
  let zeroNs = 0;

  return {
    put(record, own) {
      while (record.index >= places.length) {
        const { length } = places;
        places = new Float64Array(places.buffer.transfer(2 * places.byteLength)).fill(Number.NaN, length);
      }
      places[record.index] = rows.append(record);
      runs.append(record.index, own);
      count = Math.max(count, record.index + 1);
      events += own.length;
    },
    setZero: (atNs) => void (zeroNs = atNs),
    async end() {
      rows.end();
      const tokenBytes = runs.end();
      await Promise.all([stores.requests.flushed(), stores.tokens.flushed()]);
      return { rows: places.slice(0, count), words: words.all(), events, tokenBytes, zeroNs };
    },
  };
}

/** What a spool holds. */
export interface SpooledLoad {
  /** By index. */
  requests: RequestSource & { at(index: number): RequestRecord };
  tokens: TokenSource;
  /** The events with the numbers that their requests have among those of other spools. */
  renumbered(numberOf: (request: number) => number): TokenSource;
  release(): void;
}

/** Reads a spool that has ended, as often as it is asked. */
export function readSpool(stores: SpoolStores, index: SpoolIndex): SpooledLoad {
  const { rows, words, zeroNs } = index;
  const reader = createRowReader(stores.requests, words);

  const at = (place: number): RequestRecord => {
    const position = rows[place];
    if (position === undefined || Number.isNaN(position)) throw new Error(`the spool has no request ${place}`);
    return earlier(reader.read(position), zeroNs);
  };
  const renumbered = (numberOf: (request: number) => number): TokenSource => ({
    length: index.events,
    blocks: () => readTokenRuns(stores.tokens, index.tokenBytes, zeroNs, numberOf),
  });

  return {
    requests: {
      length: rows.length,
      at,
      *[Symbol.iterator]() {
        for (let place = 0; place < rows.length; place += 1) yield at(place);
      },
    },
    tokens: renumbered((request) => request),
    renumbered,
    release: () => closeStores(stores),
  };
}

/** Makes all times of the record earlier by `byNs`; returns the record. */
export function earlier(record: RequestRecord, byNs: number): RequestRecord {
  if (record.scheduledNs !== null) record.scheduledNs -= byNs;
  record.sentNs -= byNs;
  record.endNs -= byNs;
  if (record.firstTokenNs !== null) record.firstTokenNs -= byNs;
  if (record.lastTokenNs !== null) record.lastTokenNs -= byNs;
  return record;
}
