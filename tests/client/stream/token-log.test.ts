import { describe, expect, it } from "vitest";
import { createTokenLog, type TokenEvents } from "../../../src/client/stream/token-log.ts";

function rows({ length, atNs, tokens }: TokenEvents): [number, number][] {
  return Array.from({ length }, (_, row) => [atNs[row]!, tokens[row]!]);
}

describe("createTokenLog", () => {
  it("gives each request its own events in order, however they arrived among each other and however often blocks are used again", () => {
    const log = createTokenLog(1);
    const lengths = [1, 31, 32, 33, 64, 200];
    for (let round = 0; round < 3; round += 1) {
      const first = round * lengths.length;
      for (let at = 0; at < 200; at += 1) {
        for (const [which, length] of lengths.entries()) {
          if (at < length) log.append(first + which, at * 10 + which, at + 1);
        }
      }
      for (const [which, length] of lengths.entries()) {
        const expected = Array.from({ length }, (_, at) => [at * 10 + which, at + 1]);
        expect(rows(log.take(first + which, length))).toEqual(expected);
        expect(log.take(first + which, null).length).toBe(0);
      }
    }
  });

  it("spreads a request's count when any of its events is silent, and leaves the others'", () => {
    const log = createTokenLog();
    log.append(0, 1, 3);
    log.append(1, 2, null);
    log.append(0, 3, 4);
    log.append(1, 4, 1);
    log.append(1, 5, null);
    expect(rows(log.take(0, 7)).map(([, tokens]) => tokens)).toEqual([3, 4]);
    expect(rows(log.take(1, 10)).map(([, tokens]) => tokens)).toEqual([3, 3, 4]);
    expect(log.tokensSoFar()).toBe(10);
  });

  it("knows no count of silent events where the server gave none", () => {
    const log = createTokenLog();
    log.append(4, 1, null);
    log.append(4, 2, null);
    expect(rows(log.take(4, null))).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });
});
