/**
 * Thrift's compact protocol, as much of it as parquet's metadata needs: structs, lists, numbers and texts.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
const types = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** A value with its type; the fields of a struct are by their number, ascending. */
export type Compact =
  | { kind: "i32"; value: number }
  | { kind: "i64"; value: number }
  | { kind: "binary"; value: string }
  | { kind: "list"; of: keyof typeof types; items: Compact[] }
  | { kind: "struct"; fields: ReadonlyMap<number, Compact> };

export const i32 = (value: number): Compact => ({ kind: "i32", value });
export const i64 = (value: number): Compact => ({ kind: "i64", value });
export const text = (value: string): Compact => ({ kind: "binary", value });
export const list = (of: keyof typeof types, items: Compact[]): Compact => ({ kind: "list", of, items });

/** Fields that are null are left out. */
export function struct(fields: { [id: number]: Compact | null }): Compact {
  const present = Object.entries(fields).flatMap(([id, value]) =>
    value === null ? [] : [[Number(id), value] as const],
  );
  return { kind: "struct", fields: new Map(present) };
}

export function compactBytes(value: Compact): Buffer {
  const bytes: number[] = [];
  write(value, bytes);
  return Buffer.from(bytes);
}

function write(value: Compact, bytes: number[]): void {
  if (value.kind === "i32" || value.kind === "i64") writeVarint(zigzag(value.value), bytes);
  else if (value.kind === "binary") {
    const utf8 = Buffer.from(value.value);
    writeVarint(utf8.length, bytes);
    for (const byte of utf8) bytes.push(byte);
  } else if (value.kind === "list") {
    const { length } = value.items;
    if (length < 15) bytes.push((length << 4) | types[value.of]);
    else {
      bytes.push(0xf0 | types[value.of]);
      writeVarint(length, bytes);
    }
    for (const item of value.items) write(item, bytes);
  } else {
    let before = 0;
    for (const [id, member] of value.fields) {
      bytes.push(((id - before) << 4) | types[member.kind]);
      before = id;
      write(member, bytes);
    }
    bytes.push(0);
  }
}

/** Also of numbers beyond 32 bits: file offsets. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** Seven bits a byte, the lowest first. */
export function writeVarint(value: number, bytes: number[]): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
}
