import { describe, expect, it } from "vitest";
import type { PeakFound, PeakTry } from "../../../src/schema/peak-found.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { renderedReport } from "../../support/rendered-report.ts";

const held = (rate: number): PeakTry => ({
  rate,
  outcome: "held",
  withinSlo: 99.5,
  why: "4 checks passed",
  tookS: 8,
  savedS: null,
});
const broke = (rate: number, savedS: number | null = 3.5): PeakTry => ({
  rate,
  outcome: "broke",
  withinSlo: 96.6,
  why: "tail-budget: 3 requests had missed a limit",
  tookS: 2.9,
  savedS,
});
const found = (tries: PeakTry[], peak: number | null): PeakFound => ({
  row: "fp8",
  workload: "chat",
  share: 0.99,
  tries,
  peak,
  undecided: null,
});

function section(peaks: PeakFound[] | undefined): string {
  const report = renderedReport({ ...fakeReportInput(), ...(peaks === undefined ? {} : { peaks }) });
  const from = report.indexOf("## Peak rate");
  return from < 0 ? "" : report.slice(from, report.indexOf("\n## ", from));
}

const cells = (text: string) =>
  text.split("\n").map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe("the report's section on peak rates", () => {
  it("says each row's peak, how many rates were tried, and what giving up saved", () => {
    const text = section([found([held(16), broke(32), broke(22.6, 1.25)], 16)]);
    expect(cells(text)).toContainEqual(["fp8", "chat", "16", "3"]);
    expect(text).toContain("99 % of the requests met the workload's limits");
    expect(text).toContain(
      "2 probes were given up when the tail was spent: 4.8 s of schedule were not run, beside 13.8 s that were.",
    );
  });

  it("tells every rate in the order of trying, with its outcome", () => {
    const failed = {
      ...broke(64, null),
      outcome: "FAILED" as const,
      withinSlo: null,
      tookS: null,
      why: "the engine ended",
    };
    const text = section([found([held(16), broke(32), failed], 16)]);
    const rows = cells(text).filter(([first, second]) => first === "fp8" && second !== "chat");
    expect(rows).toEqual([
      ["fp8", "16", "held", "99.5", "8.0", "–", "4 checks passed"],
      ["fp8", "32", "broke", "96.6", "2.9", "3.5", "tail-budget: 3 requests had missed a limit"],
      ["fp8", "64", "FAILED", "–", "–", "–", "the engine ended"],
    ]);
    expect(text).toContain("1 probe was given up");
  });

  it("says of an undecided search how far it came, which rate could not be judged, why, and what to do", () => {
    const spoiled = {
      ...broke(32, null),
      outcome: "spoiled" as const,
      withinSlo: 100,
      why: "client-bound: 31 ms late",
    };
    const undecided = { rate: 32, atLeast: 16, why: "client-bound: 31 ms late. Give it a core." };
    const text = section([{ ...found([held(16), spoiled], null), undecided }]);
    expect(cells(text)).toContainEqual(["fp8", "chat", "undecided, at least 16", "2"]);
    expect(cells(text)).toContainEqual(["fp8", "32", "not judged", "100.0", "2.9", "–", "client-bound: 31 ms late"]);
    expect(text).toContain("- **fp8** is undecided: at 32 requests a second");
    expect(text).toContain("client-bound: 31 ms late. Give it a core.");
  });

  it("says nothing of giving up where no probe was, says where no rate held, and nothing at all without a search", () => {
    const text = section([found([broke(16, null)], null)]);
    expect(text).not.toContain("given up");
    expect(cells(text)).toContainEqual(["fp8", "chat", "none held", "1"]);
    expect(section([])).toBe("");
    expect(section(undefined)).toBe("");
  });
});
