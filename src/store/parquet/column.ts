import type { ColumnType } from "../../schema/stored-tables.ts";
import type { CellValue } from "../parquet-files.ts";
import { writeVarint } from "./compact.ts";

/** How a type of ours is told to a reader: parquet's physical type, and what its values mean (`ConvertedType`). */
export const parquetTypes: Readonly<Record<ColumnType, { physical: number; converted: number | null }>> = {
  BOOLEAN: { physical: 0, converted: null },
  USMALLINT: { physical: 1, converted: 12 },
  UINTEGER: { physical: 1, converted: 13 },
  DOUBLE: { physical: 5, converted: null },
  VARCHAR: { physical: 6, converted: 0 },
};

/** The cells of one column of a row group, gathered cell by cell; its memory is used again for the next. */
export interface ColumnCells {
  append(cell: CellValue): void;
  /** Bytes of values so far, about. */
  bytes(): number;
  /** The page: which cells are there, then their values, plainly encoded. Begins anew. */
  takePage(): Buffer;
}

/** Numbers of a type, or texts, one behind the other. */
interface Values {
  append(value: NonNullable<CellValue>): void;
  bytes(): number;
  take(): Buffer;
}

export function createColumn(type: ColumnType): ColumnCells {
  const values = plain[type]();
  let present = new Uint8Array(1024);
  let rows = 0;
  let nulls = 0;
  return {
    append(cell) {
      if (rows === present.length) present = new Uint8Array(present.buffer.transfer(rows * 2));
      present[rows] = cell === null ? 0 : 1;
      rows += 1;
      if (cell === null) nulls += 1;
      else values.append(cell);
    },
    bytes: () => values.bytes() + rows / 8,
    takePage() {
      const page = Buffer.concat([definitionLevels(present.subarray(0, rows), nulls), values.take()]);
      rows = 0;
      nulls = 0;
      return page;
    },
  };
}

/**
 * One bit a cell, 1 where there is a value, behind its length in four bytes: a run where all are alike, else packed.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
function definitionLevels(present: Uint8Array, nulls: number): Buffer {
  const header: number[] = [];
  let packed = Buffer.alloc(0);
  if (nulls === 0 || nulls === present.length) {
    writeVarint(present.length * 2, header);
    header.push(nulls === 0 ? 1 : 0);
  } else {
    packed = packedBits(present, present.length);
    writeVarint(packed.length * 2 + 1, header);
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length + packed.length);
  return Buffer.concat([length, Buffer.from(header), packed]);
}

function packedBits(bits: Uint8Array, length: number): Buffer<ArrayBuffer> {
  const packed = Buffer.alloc(Math.ceil(length / 8));
  for (let bit = 0; bit < length; bit += 1) if (bits[bit] === 1) packed[bit >> 3]! |= 1 << (bit & 7);
  return packed;
}

const plain: Readonly<Record<ColumnType, () => Values>> = {
  BOOLEAN() {
    const bytes = numbers(Uint8Array);
    let count = 0;
    return {
      append(value) {
        bytes.append(value === true ? 1 : 0);
        count += 1;
      },
      bytes: () => count / 8,
      take() {
        const bits = bytes.take();
        count = 0;
        return packedBits(bits, bits.length);
      },
    };
  },
  USMALLINT: () => numbers(Uint32Array),
  UINTEGER: () => numbers(Uint32Array),
  DOUBLE: () => numbers(Float64Array),
  VARCHAR: texts,
};

function numbers(Kind: typeof Uint8Array | typeof Uint32Array | typeof Float64Array): Values {
  let values = new Kind(1024);
  let count = 0;
  return {
    append(value) {
      if (count === values.length) values = new Kind(values.buffer.transfer(2 * values.byteLength));
      values[count] = value as number;
      count += 1;
    },
    bytes: () => count * values.BYTES_PER_ELEMENT,
    take() {
      const bytes = Buffer.from(values.buffer, 0, count * values.BYTES_PER_ELEMENT);
      count = 0;
      return bytes;
    },
  };
}

function texts(): Values {
  let bytes = Buffer.alloc(4096);
  let used = 0;
  return {
    append(value) {
      const text = String(value);
      const most = used + 4 + text.length * 3;
      if (most > bytes.length) bytes = Buffer.from(bytes.buffer.transfer(Math.max(most, bytes.length * 2)));
      const length = bytes.write(text, used + 4);
      bytes.writeUInt32LE(length, used);
      used += 4 + length;
    },
    bytes: () => used,
    take() {
      const taken = bytes.subarray(0, used);
      used = 0;
      return taken;
    },
  };
}
