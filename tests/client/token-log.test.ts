import { describe, expect, it } from "vitest";
import { createTokenLog } from "../../src/client/token-log.ts";
import type { RequestRecord } from "../../src/schema/observation.ts";

const request = (chunks: number, outputTokens: number | null) => ({ chunks, outputTokens }) as RequestRecord;

describe("createTokenLog", () => {
  it("grows, keeps the order of arrival, and shifts times", () => {
    const log = createTokenLog(2);
    for (let at = 0; at < 9; at++) log.append(at % 2, at * 10, 1);
    log.shift(5);
    const { length, request: of, atNs, tokens } = log.finish([request(5, 5), request(4, 4)]);
    expect(length).toBe(9);
    expect([...of]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
    expect([...atNs]).toEqual([-5, 5, 15, 25, 35, 45, 55, 65, 75]);
    expect([...tokens]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("spreads a request's count when any of its events is silent, and leaves the others'", () => {
    const log = createTokenLog();
    log.append(0, 1, 3);
    log.append(1, 2, null);
    log.append(0, 3, 4);
    log.append(1, 4, 1);
    log.append(1, 5, null);
    expect([...log.finish([request(2, 7), request(3, 10)]).tokens]).toEqual([3, 3, 4, 3, 4]);
    expect(log.tokensSoFar()).toBe(10);
  });
});
