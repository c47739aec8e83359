import { expect, it } from "vitest";
import { fatesOf, slopeOf } from "../../../bench/soak/figures.ts";
import type { RequestRecord } from "../../../src/schema/observation.ts";

it("counts each request once: finished, failed, cut off, or none of these", () => {
  const rows = [
    { error: null, cancelled: false, lastTokenNs: 5 },
    { error: "refused", cancelled: false, lastTokenNs: null },
    { error: null, cancelled: true, lastTokenNs: 5 },
    { error: "cut off", cancelled: true, lastTokenNs: null },
    { error: null, cancelled: false, lastTokenNs: null },
  ] as RequestRecord[];
  const requests = { length: rows.length, [Symbol.iterator]: () => rows[Symbol.iterator]() };
  expect(fatesOf({ requests })).toEqual({ sent: 5, finished: 1, failed: 1, cutOff: 2, unclear: 1 });
});

it("takes the median slope, which one high reading does not tilt", () => {
  const flat = [0, 1, 2, 3, 4, 5].map((x) => ({ x, y: x === 5 ? 300 : 200 }));
  expect(slopeOf(flat)).toBe(0);
  expect(slopeOf([0, 1, 2, 3].map((x) => ({ x, y: 10 + 2 * x })))).toBe(2);
  expect(slopeOf([])).toBe(0);
});
