import { expect, it } from "vitest";
import { readSegments } from "../../../bench/side-by-side/wire-rows.ts";

/** As wire.c writes it. */
function row(atNs: bigint, payload: string, { cut = 0, flags = 0x18 } = {}): Buffer {
  const head = Buffer.alloc(24);
  head.writeBigInt64LE(atNs, 0);
  head.writeUInt32LE(7, 8);
  head.writeUInt32LE(payload.length + cut, 12);
  head.writeUInt32LE(cut, 16);
  head.writeUInt16LE(40_000, 20);
  head[22] = 1;
  head[23] = flags;
  return Buffer.concat([head, Buffer.from(payload)]);
}

it("reads rows in the order of their times, to the nanosecond", () => {
  const base = 1_795_379_139_556_000_001n;
  const segments = readSegments(
    Buffer.concat([row(base, "a", { flags: 2 }), row(base + 3n, "ccc", { cut: 5 }), row(base + 1n, "")]),
  );
  expect(segments.map(({ atNs, payload }) => [atNs, payload.toString()])).toEqual([
    [0, "a"],
    [1, ""],
    [3, "ccc"],
  ]);
  expect(segments[0]).toMatchObject({ seq: 7, port: 40_000, fromServer: true, opens: true, closes: false });
  expect(readSegments(Buffer.alloc(0))).toEqual([]);
  expect(() => readSegments(row(base, "abc").subarray(0, 26))).toThrow(/not whole/);
});
