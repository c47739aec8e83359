import { describe, expect, it } from "vitest";
import { tradeOff } from "../../../src/report/charts/trade-off.ts";
import { rowsOf } from "../../support/relation-rows.ts";
import { sweptReport } from "../../support/swept-report.ts";

const marksOf = ({ beside = [] }: ReturnType<typeof tradeOff>, kind: string) =>
  rowsOf(beside[0]!).filter((mark) => mark["kind"] === kind);

describe("the trade-off", () => {
  it("has a point for each configuration and load, and says which no other one beats in both", () => {
    const rows = rowsOf(tradeOff(sweptReport()).relation);
    expect(rows).toHaveLength(12);
    const of = (configuration: string) => rows.filter((row) => row["configuration"] === configuration);
    expect(of("baseline").map(({ load, front }) => [load, front])).toEqual(
      [8, 16, 32, 64].map((load) => [`${load} in flight`, "dominated"]),
    );
    // TPOT: (10 + 0.2 × 8) ÷ 1.2 ms; eight requests at once.
    expect(of("fp8")[0]).toMatchObject({ decision: "SHIP", launches: 3, front: "on the front", slo: "within" });
    expect(of("fp8")[0]!["interactivity"]).toBeCloseTo((1000 * 1.2) / 11.6, 0);
    expect(of("fp8")[0]!["throughput"]).toBeCloseTo((8 * 1000 * 1.2) / 11.6, -1);
    expect(of("seqs64").map(({ front }) => front)).toEqual(["dominated", "dominated", "dominated", "on the front"]);
    expect(of("seqs64")[3]).toMatchObject({ slo: "misses TPOT ≤ 20 ms" });
  });

  it("says who is on the front with what it reaches there, and who never is", () => {
    expect(tradeOff(sweptReport()).finding).toMatch(
      /^fp8 \(up to 103\.\d tok\/s for one user, up to 2,34\d per GPU\) and seqs64 \(43\.\d tok\/s for one user, 2,80\d per GPU, outside the SLO's TPOT ≤ 20 ms\) are on the front; baseline never is\.$/,
    );
    const one = sweptReport({ configurations: [{ id: "fp8", speed: 1.2 }], loads: [], repeats: 1 });
    expect(tradeOff(one).finding).toMatch(
      /^fp8 \(90\.\d tok\/s for one user, 1,45\d per GPU\) alone is on the front; baseline never is, by one launch each\.$/,
    );
  });

  it("takes for the same what differs by less than the smallest effect of interest", () => {
    const near = sweptReport({
      loads: [],
      configurations: [
        { id: "near", speed: 1.01 },
        { id: "fp8", speed: 1.1 },
        { id: "as-fast", speed: 1.09 },
      ],
    });
    const rows = rowsOf(tradeOff(near).relation);
    expect(rows.map(({ configuration, front }) => [configuration, front])).toEqual([
      ["baseline", "dominated"],
      ["near", "dominated"],
      ["fp8", "on the front"],
      ["as-fast", "on the front"],
    ]);
    // The steps go by the better of the two.
    expect(marksOf(tradeOff(near), "front")).toHaveLength(1);
  });

  it("does not spread points that are nearly the same over the whole axis", () => {
    const near = sweptReport({ loads: [], configurations: [{ id: "near", speed: 1.01 }] });
    const [low, high] = marksOf(tradeOff(near), "extent").map(({ y }) => y as number);
    expect(high! / low!).toBeGreaterThan(1.2);
  });

  it("joins the front, draws the limit where the points are near it, and names every series", () => {
    const chart = tradeOff(sweptReport());
    expect(marksOf(chart, "front").map(({ x }) => Math.round(x as number))).toEqual([44, 73, 91, 103]);
    expect(marksOf(chart, "limit")).toMatchObject([{ x: 50, said: "SLO: TPOT ≤ 20 ms" }]);
    expect(marksOf(chart, "label").map(({ said }) => said)).toEqual(
      expect.arrayContaining(["baseline", "fp8", "seqs64"]),
    );
    const far = sweptReport({ loads: [8, 16], configurations: [{ id: "fp8", speed: 4 }] });
    const slow = {
      ...far,
      study: { ...far.study, workloads: [{ ...far.study.workloads![0]!, limits: { tpotMs: 100 } }] },
    };
    expect(marksOf(tradeOff(slow), "limit")).toEqual([]);
  });

  it("is of the throughput itself where the GPUs of a configuration are not known", () => {
    const { relation, finding, beside } = tradeOff(sweptReport({ gpus: null }));
    expect(relation.columns.find(({ key }) => key === "throughput")?.title).toBe("Throughput");
    expect(finding).toContain("tok/s for one user, up to 2,34");
    expect(finding).toContain(" in all)");
    expect(JSON.stringify(beside)).toContain("output tok/s, better ↑");
    const eight = rowsOf(tradeOff(sweptReport({ gpus: 8 })).relation);
    expect(eight[0]!["throughput"]).toBeCloseTo((8 * 1000) / 11.6 / 8, 0);
  });

  it("has a panel for each workload and point of the other axes", () => {
    const { study } = sweptReport();
    const input = sweptReport();
    const experiments = study.experiments.map((one, at) => ({
      ...one,
      labels: {
        ...one.labels,
        name: at % 2 ? one.labels.name : `${one.labels.row}@code·${one.labels.name.split("·")[1]}`,
        workload: at % 2 ? "chat" : "code",
      },
    }));
    const renamed = new Map(study.experiments.map(({ labels }, at) => [labels.name, experiments[at]!.labels.name]));
    const summaries = input.summaries.map((row) => ({ ...row, experiment: renamed.get(row.experiment)! }));
    const panels = new Set(
      rowsOf(tradeOff({ ...input, study: { ...study, experiments }, summaries }).relation).map(({ panel }) => panel),
    );
    expect(panels).toEqual(new Set(["code", ""]));
  });

  it("has nothing to show of one point, and of figures that do not count", () => {
    expect(tradeOff(sweptReport({ configurations: [], loads: [] })).relation.rows).toEqual([]);
    const input = sweptReport();
    const summaries = input.summaries.map((row) => ({ ...row, figuresAreUsable: false }));
    expect(tradeOff({ ...input, summaries })).toMatchObject({ relation: { rows: [] }, finding: "" });
  });
});
