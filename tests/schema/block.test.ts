import { describe, expect, it } from "vitest";
import { longestInterruptionS, sessionsOfBlock } from "../../src/schema/block.ts";

const at = (startS: number, endS: number) => ({
  startedAt: new Date(1000 * startS).toISOString(),
  endedAt: new Date(1000 * endS).toISOString(),
});

describe("the sessions of a block", () => {
  it("go on over the longest interruption, and not beyond it", () => {
    const first = at(0, 100);
    const near = at(100 + longestInterruptionS, 4000);
    const far = at(4001 + longestInterruptionS, 9000);
    expect(sessionsOfBlock([far, first, near])).toEqual([[first, near], [far]]);
    expect(sessionsOfBlock([])).toEqual([]);
  });

  it("count the gap from the last end, whichever trial it was of", () => {
    const long = at(0, 10_000);
    const short = at(1, 2);
    const next = at(12_000, 12_001);
    expect(sessionsOfBlock([long, short, next])).toHaveLength(1);
  });

  it("are not cut by a time that cannot be read", () => {
    expect(sessionsOfBlock([at(0, 1), { startedAt: "", endedAt: "" }, at(2, 3)])).toHaveLength(1);
  });
});
