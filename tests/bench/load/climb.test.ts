import { describe, expect, it } from "vitest";
import { cases, requestTokens, rungCase } from "../../../bench/load/cases.ts";
import { climb, whyBroken } from "../../../bench/load/climb.ts";
import { figuresOf, type RunFigures } from "../../../bench/load/figures.ts";
import { fail, succeed, type Result } from "../../../src/schema/result.ts";

/** A run whose requests arrive for so many tokens a second. */
function run(tokensPerS: number, changes: Partial<RunFigures> = {}): RunFigures {
  const figures = figuresOf({ client: "ours", round: 0 }, cases(1)[0]!, [], [], []);
  return {
    ...figures,
    tokens: 1000,
    cpuUsPerToken: { load: 10, whole: 12 },
    ttftErrorMs: { p50: 0.1, p99: 3, perRequest: true },
    sharedWrites: 0,
    sharedReads: 0,
    arrivals: { ratePerS: tokensPerS / requestTokens, cv: 1 },
    requests: { asked: 100, arrived: 100, finished: 100, reported: 100 },
    ...changes,
  };
}

describe("whyBroken", () => {
  it("holds where a client is within all limits", () => {
    expect(whyBroken(run(20_000), 20_000)).toBeNull();
  });

  it.each([
    ["lost", { requests: { asked: 100, arrived: 100, finished: 99, reported: 100 } }, /1 request lost/],
    ["the server's limit", { sharedWrites: 0.06 }, /server itself wrote 6\.0 %/],
    ["reads", { sharedReads: 0.05 }, /5\.0 % of the tokens came in one read/],
    ["late", { ttftErrorMs: { p50: 1.2, p99: 9, perRequest: true } }, /TTFT p50 was 1\.2 ms/],
    ["slow", { arrivals: { ratePerS: 17_000 / requestTokens, cv: 1 } }, /for 17000 tokens\/s alone/],
    [
      "requests of its own after the last that counts, which it cuts off",
      { requests: { asked: 100, arrived: 150, finished: 100, reported: 100 } },
      null,
    ],
  ])("says what broke: %s", (_, changes, words) => {
    const why = whyBroken(run(20_000, changes), 20_000);
    if (words === null) expect(why).toBeNull();
    else expect(why).toMatch(words);
  });
});

describe("climb", () => {
  const upTo = (limit: number) => {
    const asked: number[] = [];
    const take = (tokensPerS: number): Promise<Result<RunFigures>> => {
      asked.push(tokensPerS);
      return Promise.resolve(succeed(run(tokensPerS, tokensPerS > limit ? { sharedReads: 0.5 } : {})));
    };
    return { asked, take };
  };

  it("doubles until it breaks twice, then comes near from below", async () => {
    const { asked, take } = upTo(100_000);
    const found = await climb({ client: "ours", workers: 1 }, take);
    expect(asked.slice(0, 5)).toEqual([20_000, 40_000, 80_000, 160_000, 160_000]);
    expect(found.highest).toBeGreaterThan(85_000);
    expect(found.highest).toBeLessThanOrEqual(100_000);
    expect(found.ofOneCore).toBe(100_000);
    expect(found.stop).toMatch(/50\.0 % of the tokens/);
  });

  it("takes a rung that holds at the second try", async () => {
    let first = true;
    const found = await climb({ client: "ours", workers: 1 }, (tokensPerS) => {
      const broken = tokensPerS > 40_000 || first;
      first = false;
      return Promise.resolve(succeed(run(tokensPerS, broken ? { sharedReads: 0.5 } : {})));
    });
    expect(found.highest).toBe(40_000);
    expect(found.rungs[0]).toEqual({
      asked: 20_000,
      carried: 20_000,
      broke: expect.stringMatching(/one read/) as string,
    });
  });

  it("says why where not even the first rung held", async () => {
    const found = await climb({ client: "ours", workers: 2 }, () => Promise.resolve(fail("x", "it ended with 1", "")));
    expect(found).toMatchObject({
      highest: null,
      ofOneCore: null,
      workers: 2,
      stop: expect.stringMatching(/ended with 1/) as string,
    });
    expect(found.rungs).toHaveLength(2);
  });
});

describe("a rung", () => {
  it.each([20_000, 113_000])("asks for %d tokens a second in arrivals, about 512 open at once", (tokensPerS) => {
    const rung = rungCase({ tokensPerS, workers: 2, share: 1 });
    expect(rung).toMatchObject({ workers: 2, servers: 2 });
    expect((rung.ratePerS ?? 0) * rung.outputTokens).toBeCloseTo(tokensPerS, 6);
    const answerS = (rung.firstUs + (rung.outputTokens - 1) * rung.gapUs) / 1e6;
    expect((rung.ratePerS ?? 0) * answerS).toBeGreaterThan(500);
    expect((rung.ratePerS ?? 0) * answerS).toBeLessThan(540);
  });
});
