import type { RequestRecord } from "../../schema/observation.ts";
import { BLOCK_BYTES, type ByteStore } from "./byte-store.ts";

/** Places of the numbers of a row, in 8 bytes each; NaN is null. The digest follows them, then the row's text. */
const at = {
  index: 0,
  sample: 1,
  flags: 2,
  chunk: 3,
  session: 4,
  turn: 5,
  class: 6,
  scheduledNs: 7,
  sentNs: 8,
  firstTokenNs: 9,
  lastTokenNs: 10,
  endNs: 11,
  promptTokens: 12,
  outputTokens: 13,
  chunks: 14,
  finish: 15,
  status: 16,
  textBytes: 17,
  resent: 18,
  askedPromptTokens: 19,
  askedOutputTokens: 20,
  heldNs: 21,
} as const;

const DIGEST_AT = 22 * 8;
const DIGEST_BYTES = 32;
const TEXT_AT = DIGEST_AT + DIGEST_BYTES;
const WORD = 8;

const MEASURED = 1;
const CANCELLED = 2;
const DIGESTED = 4;
const TAIL = 8;
const ASKED_ABOUT = 16;

const phaseFlags: Readonly<Record<RequestRecord["phase"], number>> = { warmup: 0, measure: MEASURED, tail: TAIL };

/** Members that few rows have: kept as JSON after the numbers. */
type RowText = Pick<RequestRecord, "error" | "text" | "countProblem"> & { hash?: string | null };

/** Strings of which a run has a handful (finish reasons, class names), as numbers. */
export interface Words {
  numberOf(word: string | null): number;
  all(): string[];
}

export function createWords(): Words {
  const numbers = new Map<string, number>();
  return {
    numberOf: (word) => (word === null ? Number.NaN : numbers.getOrInsert(word, numbers.size)),
    all: () => [...numbers.keys()],
  };
}

/** Appends records to a store. A row lies within one block, or, where it is longer, in blocks of its own. */
export interface RequestRows {
  /** Returns where the row begins, in bytes. */
  append(record: RequestRecord): number;
  /** Flushes the last block. */
  end(): void;
}

export function createRequestRows(store: ByteStore, words: Words): RequestRows {
  let buffer: Buffer<ArrayBuffer> | null = null;
  let numbers = new Float64Array();
  let used = 0;
  let start = 0;

  const handOver = (): void => {
    if (buffer === null) return;
    store.append(buffer);
    start += buffer.length;
    buffer = null;
  };

  return {
    append(record) {
      const text = textOf(record);
      const bytes = TEXT_AT + Math.ceil(text.length / WORD) * WORD;
      if (buffer !== null && used + bytes > buffer.length) handOver();
      if (buffer === null) {
        buffer = store.room(bytes);
        numbers = new Float64Array(buffer.buffer, buffer.byteOffset, buffer.length / WORD);
        used = 0;
      }
      const place = used;
      used += bytes;
      const digest = isDigest(record.outputHash) ? record.outputHash : null;
      writeRow(numbers, place / WORD, record, { words, isDigested: digest !== null, textBytes: text.length });
      if (digest !== null) buffer.write(digest, place + DIGEST_AT, "hex");
      if (text.length > 0) text.copy(buffer, place + TEXT_AT);
      return start + place;
    },
    end: handOver,
  };
}

interface RowExtras {
  words: Words;
  isDigested: boolean;
  textBytes: number;
}

function writeRow(
  row: Float64Array,
  from: number,
  record: RequestRecord,
  { words, isDigested, textBytes }: RowExtras,
): void {
  row[from + at.index] = record.index;
  row[from + at.sample] = record.sample;
  row[from + at.flags] =
    phaseFlags[record.phase] |
    (record.cancelled ? CANCELLED : 0) |
    (isDigested ? DIGESTED : 0) |
    (record.askedPromptIsAbout ? ASKED_ABOUT : 0);
  row[from + at.chunk] = record.chunk ?? Number.NaN;
  row[from + at.session] = record.session ?? Number.NaN;
  row[from + at.turn] = record.turn ?? Number.NaN;
  row[from + at.class] = words.numberOf(record.class);
  row[from + at.scheduledNs] = record.scheduledNs ?? Number.NaN;
  row[from + at.heldNs] = record.heldNs ?? Number.NaN;
  row[from + at.sentNs] = record.sentNs;
  row[from + at.firstTokenNs] = record.firstTokenNs ?? Number.NaN;
  row[from + at.lastTokenNs] = record.lastTokenNs ?? Number.NaN;
  row[from + at.endNs] = record.endNs;
  row[from + at.promptTokens] = record.promptTokens ?? Number.NaN;
  row[from + at.outputTokens] = record.outputTokens ?? Number.NaN;
  row[from + at.chunks] = record.chunks;
  row[from + at.finish] = words.numberOf(record.finish);
  row[from + at.status] = record.status ?? Number.NaN;
  row[from + at.askedPromptTokens] = record.askedPromptTokens ?? Number.NaN;
  row[from + at.askedOutputTokens] = record.askedOutputTokens ?? Number.NaN;
  row[from + at.textBytes] = textBytes;
  row[from + at.resent] = record.resent;
}

const nothing = Buffer.alloc(0);

function textOf({ error, text, countProblem, outputHash }: RequestRecord): Buffer {
  const hash = outputHash === null || isDigest(outputHash) ? undefined : outputHash;
  if (error === null && text === null && countProblem === null && hash === undefined) return nothing;
  const row: RowText = { error, text, countProblem, ...(hash === undefined ? {} : { hash }) };
  return Buffer.from(JSON.stringify(row));
}

function isDigest(hash: string | null): hash is string {
  return hash !== null && /^[0-9a-f]{64}$/.test(hash);
}

/** Reads rows back. `words` are those that the rows were written with. */
export interface RowReader {
  /** The record whose row begins at so many bytes. */
  read(position: number): RequestRecord;
}

/** Blocks that are kept: neighbours by index ended near each other, as far apart as there were requests in flight. */
const BLOCKS_KEPT = 64;

export function createRowReader(store: ByteStore, words: readonly string[]): RowReader {
  const kept = new Map<number, Block>();
  let last: Block | null = null;

  const blockAt = (position: number): Block => {
    const start = position - (position % BLOCK_BYTES);
    if (last?.start === start) return last;
    let block = kept.get(start);
    if (block === undefined) {
      block = kept.size < BLOCKS_KEPT ? newBlock() : oldest(kept);
      block.start = start;
      store.read(block.bytes, start);
    } else kept.delete(start);
    kept.set(start, block); // the one used last goes last
    last = block;
    return block;
  };

  return {
    read(position) {
      const { bytes, numbers, start } = blockAt(position);
      const place = position - start;
      const textBytes = numbers[place / WORD + at.textBytes]!;
      const record = readRow(numbers, place / WORD, words);
      if ((numbers[place / WORD + at.flags]! & DIGESTED) !== 0) {
        record.outputHash = bytes.toString("hex", place + DIGEST_AT, place + TEXT_AT);
      }
      if (textBytes === 0) return record;
      const whole = place + TEXT_AT + textBytes;
      const long = whole > BLOCK_BYTES ? Buffer.alloc(Math.ceil(whole / BLOCK_BYTES) * BLOCK_BYTES) : null;
      if (long !== null) store.read(long, start);
      const { hash, ...texts } = JSON.parse((long ?? bytes).toString("utf8", place + TEXT_AT, whole)) as RowText;
      return Object.assign(record, texts, hash === undefined ? {} : { outputHash: hash });
    },
  };
}

interface Block {
  start: number;
  bytes: Buffer;
  numbers: Float64Array;
}

function newBlock(): Block {
  const memory = new ArrayBuffer(BLOCK_BYTES);
  return { start: -1, bytes: Buffer.from(memory), numbers: new Float64Array(memory) };
}

function oldest(kept: Map<number, Block>): Block {
  const [start, block] = kept.entries().next().value!;
  kept.delete(start);
  return block;
}

function readRow(numbers: Float64Array, from: number, words: readonly string[]): RequestRecord {
  const flags = numbers[from + at.flags]!;
  return {
    index: numbers[from + at.index]!,
    sample: numbers[from + at.sample]!,
    phase: (flags & MEASURED) !== 0 ? "measure" : (flags & TAIL) !== 0 ? "tail" : "warmup",
    chunk: known(numbers[from + at.chunk]!),
    session: known(numbers[from + at.session]!),
    turn: known(numbers[from + at.turn]!),
    class: words[numbers[from + at.class]!] ?? null,
    cancelled: (flags & CANCELLED) !== 0,
    scheduledNs: known(numbers[from + at.scheduledNs]!),
    heldNs: known(numbers[from + at.heldNs]!),
    sentNs: numbers[from + at.sentNs]!,
    firstTokenNs: known(numbers[from + at.firstTokenNs]!),
    lastTokenNs: known(numbers[from + at.lastTokenNs]!),
    endNs: numbers[from + at.endNs]!,
    resent: numbers[from + at.resent]!,
    promptTokens: known(numbers[from + at.promptTokens]!),
    outputTokens: known(numbers[from + at.outputTokens]!),
    askedPromptTokens: known(numbers[from + at.askedPromptTokens]!),
    askedPromptIsAbout: (flags & ASKED_ABOUT) !== 0,
    askedOutputTokens: known(numbers[from + at.askedOutputTokens]!),
    countProblem: null,
    chunks: numbers[from + at.chunks]!,
    finish: words[numbers[from + at.finish]!] ?? null,
    status: known(numbers[from + at.status]!),
    error: null,
    text: null,
    outputHash: null,
  };
}

function known(number: number): number | null {
  return Number.isNaN(number) ? null : number;
}
