import { describe, expect, it } from "vitest";
import { cases } from "../../../bench/load/cases.ts";
import { compare, comparisonText } from "../../../bench/load/comparison.ts";
import { figuresOf, type RunFigures } from "../../../bench/load/figures.ts";
import { recordMarkdown, recordText } from "../../../bench/load/record-text.ts";
import type { BenchRecord } from "../../../bench/load/record.ts";
import { summarise } from "../../../bench/load/summary.ts";

function run(client: string, load: number, whole: number, p99: number): RunFigures {
  const answer = { tag: 0, arrivedNs: 0, firstNs: 1e6, lastNs: 2e6, tokens: 2, finished: true, sharedWrites: 0 };
  const figures = figuresOf({ client, round: 0 }, cases(1)[0]!, [answer], [], []);
  return {
    ...figures,
    cpuUsPerToken: { load, whole },
    sharedWrites: 0,
    ttftErrorMs: { p50: p99 / 10, p99, perRequest: true },
  };
}

const summaries = summarise(
  [run("floor", 10, 10, 5), run("ours", 18, 20, 6), run("cheap", 60, 400, 50), run("light", 90, 200, 70)],
  "floor",
);

describe("compare", () => {
  it("sets ours against the floor, and against the cheapest peer of each phase", () => {
    const [found] = compare(summaries, "ours", "floor");
    expect(found?.timesFloor).toBe(1.8);
    expect(found?.ofBestPeer).toEqual({
      load: { share: 0.3, peer: "cheap" },
      whole: { share: 0.1, peer: "light" },
    });
    expect(found?.ttftErrorOverFloorMs.p99).toBeCloseTo(1, 9);
    expect(comparisonText(found!)).toMatch(/1\.80 × the floor.*0\.30 × cheap in the load phase, 0\.10 × light/);
  });

  it("has nothing to compare with where we ran alone", () => {
    const [alone] = compare(summarise([run("ours", 18, 20, 6)], "floor"), "ours", "floor");
    expect(alone).toMatchObject({ timesFloor: null, ofBestPeer: null, ttftErrorOverFloorMs: { p50: null, p99: null } });
    expect(comparisonText(alone!)).toMatch(/nothing to compare/);
  });
});

describe("a record in words", () => {
  const record: BenchRecord = {
    format: "ceteris.bench/2",
    at: "2026-11-22T14:00:00.000Z",
    quiet: false,
    noise: { loadAverage: 3, spinShare: 1, spinWorst: 1, reasons: ["load average 3.00"] },
    noisyRuns: { noisy: 2, of: 4 },
    short: false,
    build: null,
    machine: { cpuModel: "A CPU", cpus: 2 },
    summaries,
    comparisons: compare(summaries, "ours", "floor"),
    failures: [
      { case: "closed-64", client: "slow", round: 0, why: `it ended with 1:\n${"trace ".repeat(200)}the cause` },
    ],
    absent: ["AIPerf"],
    ladder: [{ client: "ours", workers: 1, highest: 81_000, ofOneCore: 95_000, stop: "at 87000", rungs: [] }],
    twoWorkers: { costOfOne: 1.04, note: "not measured" },
    simulator: { highest: 9000, stop: "late", rungs: [] },
  };

  it("names every client of a case, the failed one with its cause, what is not installed, and the noise", () => {
    const text = recordText(record);
    for (const words of ["ours", "cheap", "light", "slow: FAILED in run 1", "the cause", "not installed: AIPerf"])
      expect(text).toContain(words);
    expect(text).toMatch(/81000 tokens\/s with one event a read/);
    expect(text).toMatch(/SIMULATED.*9000 tokens\/s/);
    expect(text).toMatch(/NOISY: 2 of 4 runs.*load average 3\.00/);
    expect(text.split("\n").every((line) => line.length < 600)).toBe(true);
  });

  it("is a table of Markdown with a row for each client, and says that it was noisy", () => {
    const text = recordMarkdown(record);
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(2 + summaries.length);
    expect(new Set(rows.map((line) => line.split("|").length)).size).toBe(1);
    expect(text).toMatch(/on 2026-11-22, on A CPU, 2 cores\. \*\*NOISY/);
    expect(recordMarkdown({ ...record, quiet: true })).not.toMatch(/NOISY/);
  });
});
