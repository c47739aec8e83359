import { describe, expect, it } from "vitest";
import { cases } from "../../../bench/load/cases.ts";
import { errorsOf, figuresOf, type RunFigures } from "../../../bench/load/figures.ts";
import { cpuUntil, peakRssBytes, readMeter } from "../../../bench/load/meter.ts";
import { clientCsv, readReported, type Reported } from "../../../bench/load/reported.ts";
import { median, summarise, tableOf } from "../../../bench/load/summary.ts";
import type { TrueRequest } from "../../../bench/load/truth.ts";

const ms = 1e6;

function truth(tag: number, ttftMs: number, arrivedMs = 0): TrueRequest {
  const firstNs = (arrivedMs + ttftMs) * ms;
  const lastNs = firstNs + 10 * ms;
  return { tag, arrivedNs: arrivedMs * ms, firstNs, lastNs, tokens: 11, finished: true, sharedWrites: 0 };
}

function said(tag: number | null, ttftMs: number, tpotMs = 1): Reported {
  return { tag, ttftMs, tpotMs, tokens: 11, sharedReads: 0 };
}

describe("errorsOf", () => {
  it("compares each request with its own truth where tags find it", () => {
    // The distributions are the same, the requests are not: quantiles alone would see no error.
    const errors = errorsOf([truth(0, 20), truth(1, 30)], [said(0, 30), said(1, 20)]);
    expect(errors.ttftErrorMs).toEqual({ p50: 0, p99: expect.closeTo(9.8, 6) as number, perRequest: true });
    expect(errors.tpotErrorPercent).toBeCloseTo(0, 9);
  });

  it("compares quantiles where the client made its own prompts", () => {
    const errors = errorsOf([truth(-1, 20), truth(-1, 30)], [said(null, 31, 1.02), said(null, 22, 1.02)]);
    expect(errors.ttftErrorMs.perRequest).toBe(false);
    expect(errors.ttftErrorMs.p50).toBeCloseTo(1.5, 9);
    expect(errors.tpotErrorPercent).toBeCloseTo(2, 9);
  });

  it("does not trust tags of which two requests carry the same", () => {
    expect(errorsOf([truth(0, 20), truth(0, 30)], [said(0, 20), said(0, 30)]).ttftErrorMs.perRequest).toBe(false);
  });

  it("has no error of a TPOT where the server wrote a whole answer at once", () => {
    const late = { ...truth(0, 20), lastNs: truth(0, 20).firstNs };
    expect(errorsOf([late], [said(0, 20)]).tpotErrorPercent).toBeNull();
    expect(errorsOf([late], [said(null, 20)]).tpotErrorPercent).toBeNull();
  });

  it("knows nothing where nothing was reported", () => {
    expect(errorsOf([truth(0, 20)], []).ttftErrorMs).toEqual({ p50: null, p99: null, perRequest: false });
  });
});

describe("the meter", () => {
  const csv = "at_ns,cpu_ns,rss_bytes,processes\n0,0,0,0\n100,50,7,1\n200,40,9,2\n300,150,0,0\n";

  it("never counts backwards, and interpolates between two looks", () => {
    const rows = readMeter(csv);
    expect(rows.map(({ cpuNs }) => cpuNs)).toEqual([0, 50, 50, 150]);
    expect([0, 50, 250, 1000].map((at) => cpuUntil(rows, at))).toEqual([0, 25, 100, 150]);
    expect(peakRssBytes(rows)).toBe(9);
  });
});

describe("figuresOf", () => {
  it("takes the load phase from the server, its cost from the meter and the rest from the client", () => {
    const given = { ...cases(1)[0]!, streams: 1, requests: 3 };
    const rows = readMeter("at_ns,cpu_ns,rss_bytes,processes\n0,0,0,0\n1000000,22000,5000000,1\n61000000,44000,0,0\n");
    const figures = figuresOf({ client: "x", round: 0 }, given, [truth(0, 20, 1), truth(1, 20, 31)], rows, [
      said(0, 21),
      said(1, 21),
    ]);
    expect(figures.tokens).toBe(22);
    expect(figures.seconds).toBeCloseTo(0.06, 9);
    expect(figures.cpuUsPerToken).toEqual({ load: 1, whole: 2 });
    expect(figures.startUpS).toBeCloseTo(0.001, 9);
    expect(figures.inFlight).toEqual({ asked: 1, held: 1 });
    expect(figures.requests).toEqual({ asked: 3, arrived: 2, finished: 2, reported: 2 });
    expect(figures.peakMb).toBe(5);
  });
});

describe("the client's CSV", () => {
  it("comes back as what was reported", () => {
    const row = { tag: 4, scheduled: 0, sent: 1 * ms, first: 21 * ms, last: 31 * ms, tokens: 11, usage: 11, shared: 2 };
    expect(readReported(clientCsv([row, { ...row, tokens: 1 }]))).toEqual([
      { tag: 4, ttftMs: 20, tpotMs: 1, tokens: 11, sharedReads: 2 },
      { tag: 4, ttftMs: 20, tpotMs: null, tokens: 1, sharedReads: 2 },
    ]);
  });
});

function run(client: string, load: number, changes: Partial<RunFigures> = {}): RunFigures {
  const given = cases(1)[0]!;
  const figures = figuresOf({ client, round: 0 }, given, [truth(0, 20)], [], []);
  return { ...figures, cpuUsPerToken: { load, whole: 2 * load }, ...changes };
}

describe("summarise", () => {
  it("sets each run against the floor's run beside it", () => {
    // The machine slowed down in the second round: medians of each would give 20 / 11, the pairs say 2.
    const costs = [
      [10, 20],
      [100, 200],
      [11, 20],
    ];
    const runs = costs.flatMap(([floorCost, ourCost], round) => [
      run("floor", floorCost!, { round }),
      run("ours", ourCost!, { round }),
    ]);
    const [floor, ours] = summarise(runs, "floor");
    expect(floor?.cpuTimesFloor).toEqual({ load: 1, whole: 1, rounds: 3 });
    expect(ours?.cpuTimesFloor.load).toBe(2);
    expect(ours?.medians.cpu_us_load).toBe(20);
    expect(ours?.medians.ttft_error_p50_ms).toBeNull();
  });

  it("leaves out a round in which tokens came together, and one whose floor is missing", () => {
    const runs = [
      run("floor", 10, { round: 0, sharedWrites: 0.3 }),
      run("ours", 90, { round: 0 }),
      run("ours", 90, { round: 1 }),
      run("floor", 10, { round: 2 }),
      run("ours", 30, { round: 2 }),
    ];
    expect(summarise(runs, "floor")[1]?.cpuTimesFloor).toEqual({ load: 3, whole: 3, rounds: 1 });
  });

  it("counts what is missing, and nothing for more than was asked", () => {
    const lost = (finished: number, reported: number): number | null | undefined =>
      summarise([run("ours", 1, { requests: { asked: 10, arrived: 12, finished, reported } })], "floor")[0]?.medians
        .lost;
    expect([lost(10, 8), lost(12, 12)]).toEqual([2, 0]);
  });

  it("has no ratio without a floor", () => {
    expect(summarise([run("ours", 20)], "floor")[0]?.cpuTimesFloor).toEqual({
      load: null,
      whole: null,
      rounds: 0,
    });
  });

  it("prints a line for each client, and - where there is no figure", () => {
    const lines = tableOf(summarise([run("floor", 10), run("ours", 25)], "floor")).split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^ours +1 +25\.0 +50\.0 +2\.50 +1 /);
    expect(lines[2]).toContain(" - ");
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
  });

  it("has no middle of nothing", () => {
    expect(median([null, 3, 1])).toBe(2);
    expect(median([null])).toBeNull();
  });
});
