import { expect, test } from "vitest";
import { createRandom } from "../../../src/math/random.ts";
import { lcsLength, markLcs, prepareReference } from "../../../src/metrics/scorers/longest-common-subsequence.ts";

/** The textbook table and rouge-score's way back through it. */
function slowly(reference: readonly number[], candidate: readonly number[]): { length: number; marked: number[] } {
  const table = Array.from({ length: reference.length + 1 }, () =>
    Array.from({ length: candidate.length + 1 }, () => 0),
  );
  for (let i = 1; i <= reference.length; i++) {
    for (let j = 1; j <= candidate.length; j++) {
      table[i]![j] =
        reference[i - 1] === candidate[j - 1]
          ? table[i - 1]![j - 1]! + 1
          : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
    }
  }
  const marked = reference.map(() => 0);
  let i = reference.length;
  let j = candidate.length;
  while (i > 0 && j > 0) {
    if (reference[i - 1] === candidate[j - 1]) {
      marked[i - 1] = 1;
      i--;
      j--;
    } else if (table[i]![j - 1]! > table[i - 1]![j]!) j--;
    else i--;
  }
  return { length: table[reference.length]![candidate.length]!, marked };
}

function quickly(reference: readonly number[], candidate: readonly number[], symbolCount: number): unknown {
  const prepared = prepareReference(Int32Array.from(reference), symbolCount);
  const marked = new Uint8Array(reference.length);
  markLcs(prepared, Int32Array.from(candidate), marked);
  return { length: lcsLength(prepared, Int32Array.from(candidate)), marked: [...marked] };
}

test("agrees with the table, also across the edges of 32-bit words", () => {
  const random = createRandom("lcs");
  const draw = (length: number, symbols: number): number[] => Array.from({ length }, () => random.integer(symbols));
  for (const length of [0, 1, 2, 31, 32, 33, 63, 64, 65, 96, 150]) {
    for (const symbols of [1, 2, 5, 40]) {
      const reference = draw(length, symbols);
      const candidate = draw(random.integer(150), symbols);
      expect(quickly(reference, candidate, symbols)).toEqual(slowly(reference, candidate));
    }
  }
});

test("keeps marks that are already there, so that several candidates give a union", () => {
  const reference = prepareReference(Int32Array.of(0, 1, 2, 3), 4);
  const marked = new Uint8Array(4);
  markLcs(reference, Int32Array.of(0, 3), marked);
  markLcs(reference, Int32Array.of(1), marked);
  expect([...marked]).toEqual([1, 1, 0, 1]);
});
