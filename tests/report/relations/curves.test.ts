import { describe, expect, it } from "vitest";
import { curveLatenciesRelation, curveSentence } from "../../../src/report/relations/curves.ts";
import { jsonRows } from "../../../src/report/writers/json.ts";
import type { Curve, CurveFigure } from "../../../src/schema/curve.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { renderedReport } from "../../support/rendered-report.ts";

const figure = (metric: string, stat: CurveFigure["stat"], value: number | null): CurveFigure => ({
  metric,
  stat,
  unit: "tok/s",
  value,
  bounds: value === null ? null : { lower: value * 0.9, upper: value * 1.1 },
  launches: value === null ? 0 : 3,
});

const point = (load: number, throughput: number | null, why: string | null = null): Curve["points"][number] => ({
  experiment: `tp8·c${load}`,
  load,
  figures: [
    figure("output_throughput", "value", throughput),
    ...(["p50", "p95", "p99"] as const).map((stat, at) => figure("ttft", stat, throughput === null ? null : 20 + at)),
  ],
  keepsSlo: throughput === null ? null : load < 64,
  why,
});

const curve: Curve = {
  name: "tp8",
  workload: "chat",
  setting: "load.concurrency",
  points: [point(32, 1000), point(48, 1200), point(64, 1250), point(128, null, "SKIPPED: the stop rule ended it")],
  knee: { load: 32, why: null, blocks: { agree: 3, of: 3 } },
  slo: { share: 0.99, upTo: 48, breaksAt: 64 },
  drift: null,
};

describe("a curve in a sentence", () => {
  it("says knee and SLO", () => {
    expect(curveSentence(curve)).toBe("knee at 32 in flight; the SLO holds up to 48, breaks at 64");
    expect(curveSentence({ ...curve, setting: "load.rate", slo: null })).toBe("knee at 32 requests/s");
  });

  it("says in how many blocks the knee lies there, and why there is none", () => {
    const knee = { load: 32, why: null, blocks: { agree: 2, of: 3 } };
    expect(curveSentence({ ...curve, knee, slo: null })).toBe("knee at 32 in flight (in 2 of 3 blocks)");
    const none = { load: null, why: "power still rises at 64 in flight", blocks: { agree: 0, of: 0 } };
    expect(curveSentence({ ...curve, knee: none, slo: null })).toBe("no knee: power still rises at 64 in flight");
  });

  it("says where the SLO breaks at once, or not at all", () => {
    const sloOf = (upTo: number | null, breaksAt: number | null) =>
      curveSentence({ ...curve, slo: { share: 0.99, upTo, breaksAt } }).split("; ")[1];
    expect(sloOf(null, 32)).toBe("the SLO breaks at 32 in flight, the lowest load");
    expect(sloOf(128, null)).toBe("the SLO holds up to 128 in flight, the highest load");
    expect(sloOf(64, null)).toBe("the SLO holds up to 64 in flight, and no measured load breaks it");
  });

  it("says what drifted within launches", () => {
    const drift = { metric: "output_throughput", stat: "value", ratio: 0.97, bounds: null, launches: 2 } as const;
    expect(curveSentence({ ...curve, slo: null, drift })).toBe(
      "knee at 32 in flight; output throughput drifted by -3.0 % within a launch (2 launches)",
    );
  });
});

describe("the report's section on curves", () => {
  const report = (more: object = {}) => {
    const input = fakeReportInput();
    return renderedReport({ ...input, curves: [curve], ...more });
  };
  const cells = (text: string) =>
    text.split("\n").map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  it("has a row for each curve and one for each point, with intervals, and why a point was not measured", () => {
    const rows = cells(report());
    expect(rows).toContainEqual([
      "tp8",
      "chat",
      "load.concurrency",
      "32",
      "48",
      "64",
      "knee at 32 in flight; the SLO holds up to 48, breaks at 64",
    ]);
    const points = rows.filter(([first, second]) => first === "tp8" && ["32", "128"].includes(second ?? ""));
    expect(points[0]![2]).toBe("1,000 [900, 1,100]");
    expect(points.find(([, load]) => load === "128")!.at(-1)).toBe("SKIPPED: the stop rule ended it");
    expect(report()).toContain("at least 99 % of its requests meet every limit");
  });

  it("has the latencies of each measured point at p50, p95 and p99, and says what they count from", () => {
    const latencies = jsonRows(curveLatenciesRelation([curve]));
    expect(latencies).toHaveLength(3);
    expect(latencies[0]).toMatchObject({ curve: "tp8", load: 32, ttft_p50: 20, ttft_p95: 21, ttft_p99: 22 });
    expect(
      curveLatenciesRelation([curve])
        .columns.map(({ title }) => title)
        .slice(2),
    ).toEqual(["TTFT p50", "TTFT p95", "TTFT p99"]);
    expect(report()).toContain("TTFT and E2E count from the actual send.");
    const scheduled = figure("ttft_sched", "p95", 99);
    const whole = figure("e2e_sched", "p50", 500);
    const open = {
      ...curve,
      points: curve.points.map((one) => ({ ...one, figures: [...one.figures, scheduled, whole] })),
    };
    expect(jsonRows(curveLatenciesRelation([open]))[0]).toMatchObject({ ttft_p95: 99, e2e_p50: 500 });
    expect(report({ curves: [open] })).toContain("count from the intended send, as the SLO counts them.");
  });

  it("answers first where the study has no change, and compares nothing", () => {
    const input = fakeReportInput();
    const alone = report({ study: { ...input.study, contrasts: [] }, effects: [], decisions: [] });
    expect(alone.indexOf("- **tp8**: knee at 32 in flight")).toBeGreaterThan(0);
    expect(alone.indexOf("- **tp8**: knee")).toBeLessThan(alone.indexOf("## Results"));
    expect(alone).not.toContain("Δ baseline");
    expect(alone).not.toMatch(/\| Safe to ship \|/);
    expect(report()).not.toContain("- **tp8**: knee");
  });

  it("says which rule may end a curve, and that such a curve ran in ascending order", () => {
    const input = fakeReportInput();
    const stop = ["chat", "code"].map((workload) => ({ workload, limits: [{ figure: "ttft_p99_ms", above: 5000 }] }));
    expect(report({ study: { ...input.study, stop } })).toContain(
      "- `ttft_p99_ms: 5000` ends a curve of chat, code: the loads above are SKIPPED. Each curve ran from its lowest load up",
    );
  });

  it("is left out where no load is swept", () => {
    expect(report({ curves: [] })).not.toContain("### The curves");
  });
});
