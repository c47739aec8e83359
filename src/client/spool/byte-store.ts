import { closeSync, fstatSync, readSync, write } from "node:fs";

/** Bytes that are written and read at once. */
export const BLOCK_BYTES = 65_536;

/** Bytes that are appended while a load runs and read when it is over, in whole blocks. */
export interface ByteStore {
  /** A buffer of `BLOCK_BYTES` zeros, or of the multiple of it that takes so many bytes. */
  room(bytes: number): Buffer<ArrayBuffer>;
  /** Appends a buffer that `room` gave; the caller must not use it again. Never waits. */
  append(buffer: Buffer<ArrayBuffer>): void;
  /** Resolves when all that was appended can be read. Rejects with the disk's error, if there was one. */
  flushed(): Promise<void>;
  /** Fills a buffer from so many bytes after the start. */
  read(into: Buffer, position: number): void;
  close(): void;
}

/** Keeps everything in memory: for loads that are given no folder. */
export function createMemoryStore(): ByteStore {
  let blocks: Buffer[] = [];
  return {
    room: (bytes) => Buffer.alloc(wholeBlocks(bytes)),
    append: (buffer) => {
      for (let from = 0; from < buffer.length; from += BLOCK_BYTES) {
        blocks.push(buffer.subarray(from, from + BLOCK_BYTES));
      }
    },
    flushed: async () => undefined,
    read(into, position) {
      for (let from = 0; from < into.length; from += BLOCK_BYTES) {
        blocks[(position + from) / BLOCK_BYTES]!.copy(into, from);
      }
    },
    close: () => (blocks = []),
  };
}

/**
 * Appends to an open file without waiting: a buffer is used again when the disk has taken it. The store closes the
 * descriptor.
 */
export function createFileStore(descriptor: number): ByteStore {
  let end = fstatSync(descriptor).size;
  let underWay = 0;
  let problem: Error | null = null;
  let idle: (() => void) | null = null;
  let open = true;
  const spare: Buffer<ArrayBuffer>[] = [];

  const put = (buffer: Buffer<ArrayBuffer>, from: number, position: number): void => {
    write(descriptor, buffer, from, buffer.length - from, position, (error, written) => {
      if (error === null && from + written < buffer.length) return put(buffer, from + written, position + written);
      problem ??= error;
      underWay -= 1;
      if (buffer.length === BLOCK_BYTES) spare.push(buffer);
      if (underWay === 0) idle?.();
    });
  };

  return {
    room: (bytes) => (bytes <= BLOCK_BYTES && spare.pop()?.fill(0)) || Buffer.alloc(wholeBlocks(bytes)),
    append(buffer) {
      underWay += 1;
      put(buffer, 0, end);
      end += buffer.length;
    },
    async flushed() {
      if (underWay > 0) await new Promise<void>((resolve) => (idle = resolve));
      spare.length = 0;
      if (problem !== null) throw problem;
    },
    read(into, position) {
      for (let done = 0; done < into.length;) {
        const length = readSync(descriptor, into, done, into.length - done, position + done);
        if (length === 0) throw new Error(`the spool ends ${into.length - done} bytes before what it should hold`);
        done += length;
      }
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

function wholeBlocks(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / BLOCK_BYTES)) * BLOCK_BYTES;
}
