import type { TokenBlock } from "../../schema/observation.ts";
import type { TokenEvents } from "../stream/token-log.ts";
import { BLOCK_BYTES, type ByteStore } from "./byte-store.ts";

/**
 * A run is the events of one request: bytes of the run (0: the block ends here), request, events, time of the first,
 * whether each bore one token; then the gaps in whole nanoseconds, and where events bore other numbers those, as
 * varints (seven bits a byte, the lowest first).
 */
const head = { bytes: 0, request: 4, events: 8, firstNs: 12, plain: 20, gaps: 21 } as const;

/** Of a varint: 2^53 takes eight bytes, 2^16 three. */
const LONGEST_GAP = 8;
const LONGEST_COUNT = 3;

/** Appends runs to a store. A run lies within one block, or, where it is longer, in blocks of its own. */
export interface TokenRuns {
  append(request: number, events: TokenEvents): void;
  /** Flushes the last block; returns the bytes of all. */
  end(): number;
}

export function createTokenRuns(store: ByteStore): TokenRuns {
  let buffer: Buffer<ArrayBuffer> | null = null;
  let used = 0;
  let total = 0;
  let scratch = new DataView(new ArrayBuffer(BLOCK_BYTES));

  const handOver = (): void => {
    if (buffer === null) return;
    store.append(buffer);
    total += buffer.length;
    buffer = null;
  };

  return {
    append(request, events) {
      if (events.length === 0) return;
      const most = head.gaps + events.length * (LONGEST_GAP + LONGEST_COUNT);
      if (scratch.byteLength < most) scratch = new DataView(new ArrayBuffer(most));
      const bytes = writeRun(scratch, request, events);
      if (buffer !== null && used + bytes > buffer.length) handOver();
      if (buffer === null) {
        buffer = store.room(bytes);
        used = 0;
      }
      buffer.set(new Uint8Array(scratch.buffer, 0, bytes), used);
      used += bytes;
    },
    end() {
      handOver();
      return total;
    },
  };
}

/** Writes little-endian, as the reader reads. Members of a view and of an array of bytes: a Buffer checks each number that it is given. */
function writeRun(into: DataView<ArrayBuffer>, request: number, { length, atNs, tokens }: TokenEvents): number {
  const bytes = new Uint8Array(into.buffer);
  let place: number = head.gaps;
  let lastNs = Math.round(atNs[0]!);
  into.setUint32(head.request, request, true);
  into.setUint32(head.events, length, true);
  into.setFloat64(head.firstNs, lastNs, true);
  for (let event = 1; event < length; event += 1) {
    // A gap has no sign. The kernel stamps arrivals on the wall clock, which may be set back between two of them.
    const ns = Math.max(lastNs, Math.round(atNs[event]!));
    place = writeVarint(bytes, place, ns - lastNs);
    lastNs = ns;
  }
  let plain = 1;
  for (let event = 0; event < length && plain === 1; event += 1) if (tokens[event] !== 1) plain = 0;
  bytes[head.plain] = plain;
  if (plain === 0) for (let event = 0; event < length; event += 1) place = writeVarint(bytes, place, tokens[event]!);
  into.setUint32(head.bytes, place, true);
  return place;
}

function writeVarint(into: Uint8Array, from: number, value: number): number {
  let place = from;
  let rest = value;
  for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128)) into[place++] = (rest % 128) | 128;
  for (; rest >= 128; rest >>>= 7) into[place++] = (rest & 127) | 128;
  into[place++] = rest;
  return place;
}

/** Rows of a block that is lent out: 26 bytes each. */
const ROWS_PER_BLOCK = 16_384;

/**
 * All runs of a store in blocks of columns, which are used again for the next one. `zeroNs` is subtracted from all times;
 * `numberOf` gives the index that a request is given.
 */
export function* readTokenRuns(
  store: ByteStore,
  totalBytes: number,
  zeroNs: number,
  numberOf: (request: number) => number,
): Generator<TokenBlock> {
  const block: TokenBlock = {
    length: 0,
    request: new Uint32Array(ROWS_PER_BLOCK),
    ordinal: new Uint32Array(ROWS_PER_BLOCK),
    atNs: new Float64Array(ROWS_PER_BLOCK),
    gapNs: new Float64Array(ROWS_PER_BLOCK),
    tokens: new Uint16Array(ROWS_PER_BLOCK),
  };
  const oneBlock = Buffer.alloc(BLOCK_BYTES);
  for (let position = 0; position < totalBytes;) {
    let bytes = oneBlock;
    store.read(bytes, position);
    const first = bytes.readUInt32LE(head.bytes);
    if (first > BLOCK_BYTES) {
      bytes = Buffer.alloc(Math.ceil(first / BLOCK_BYTES) * BLOCK_BYTES);
      store.read(bytes, position);
    }
    for (let from = 0; from + head.gaps <= bytes.length;) {
      const length = bytes.readUInt32LE(from + head.bytes);
      if (length === 0) break;
      yield* readRun(bytes.subarray(from, from + length), block, zeroNs, numberOf);
      from += length;
    }
    position += bytes.length;
  }
  if (block.length > 0) yield block;
}

/** Adds the events of one run to the block, which is lent out and begun anew each time that it is full. */
function* readRun(
  run: Buffer,
  block: TokenBlock,
  zeroNs: number,
  numberOf: (request: number) => number,
): Generator<TokenBlock> {
  const index = run.readUInt32LE(head.request);
  const events = run.readUInt32LE(head.events);
  const request = numberOf(index);
  const plain = run[head.plain] === 1;
  const gaps: VarintReader = { bytes: run, place: head.gaps };
  const counts: VarintReader = { bytes: run, place: head.gaps };
  if (!plain) for (let left = events - 1; left > 0; counts.place += 1) if (run[counts.place]! < 128) left -= 1;
  let ns = run.readDoubleLE(head.firstNs);
  for (let event = 0; event < events; event += 1) {
    if (block.length === ROWS_PER_BLOCK) {
      yield block;
      block.length = 0;
    }
    const gap = event === 0 ? Number.NaN : readVarint(gaps);
    if (event > 0) ns += gap;
    const row = block.length;
    block.request[row] = request;
    block.ordinal[row] = event;
    block.atNs[row] = ns - zeroNs;
    block.gapNs[row] = gap;
    block.tokens[row] = plain ? 1 : readVarint(counts);
    block.length = row + 1;
  }
}

interface VarintReader {
  bytes: Buffer;
  place: number;
}

function readVarint(from: VarintReader): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = from.bytes[from.place];
    if (byte === undefined) throw new Error("a run of token events ends in the middle of a number");
    from.place += 1;
    if (byte < 128) return value + byte * scale;
    value += (byte & 127) * scale;
  }
}
