import { expect, it } from "vitest";
import { firstScreen } from "../../src/report/first-screen.ts";
import type { LaunchedSystem } from "../../src/schema/launched-systems.ts";
import { fakeCurveInput, fakeDuelInput } from "../support/fake-kinds.ts";
import { fakeReportInput } from "../support/fake-report.ts";

it("names model, engine, fidelity and study, and where the numbers come from", () => {
  const { context, origins, originNote, title } = firstScreen(fakeReportInput("simulated"));
  expect(title).toBe("fake-study");
  expect(context).toEqual(
    expect.arrayContaining(["example/tiny-8b", "fidelity valid, 3 blocks", "study fake-study"]) as string[],
  );
  expect(origins).toEqual(["SIMULATED", "STAND-IN"]);
  expect(originNote).toContain("nothing was measured on hardware");
  expect(firstScreen(fakeReportInput()).originNote).toBeNull();
});

it("counts the blocks that ran, and those that are planned before any did", () => {
  const input = fakeReportInput();
  const context = (trials: typeof input.trials): string[] => firstScreen({ ...input, trials }).context;
  expect(context(input.trials.filter(({ spec }) => spec.block === 1))).toContain("fidelity valid, 1 block");
  expect(context([])).toContain("fidelity valid, 3 blocks");
});

it("says of a search of which probes alone ran what they found, and nothing of changes", () => {
  const input = fakeReportInput();
  const none = { status: null, usable: 0, of: 0 };
  const peak = { row: "fp8", workload: "chat", share: 0.99, tries: [], peak: 16, undecided: null };
  const probed = {
    ...input,
    kind: "peak" as const,
    peaks: [peak],
    trials: [],
    summaries: input.summaries.map((one) => ({ ...one, ...none })),
  };
  const { forest, answer } = firstScreen(probed);
  expect(forest.rows).toEqual([]);
  expect(answer.because).toEqual([]);
  expect(firstScreen({ ...probed, summaries: input.summaries }).forest.rows).not.toEqual([]);
});

it("names each engine and model of a study with several systems", () => {
  const input = fakeReportInput();
  const system = (id: string, version: string): LaunchedSystem => {
    return { id, rows: [], engine: "vllm", engineTitle: "vLLM", version, model: "example/tiny-8b", revision: null };
  };
  const systems = [system("old", "0.32.0"), system("new", "0.33.0")];
  const { context } = firstScreen({ ...input, study: { ...input.study, systems } });
  expect(context.slice(0, 2)).toEqual(["example/tiny-8b", "vLLM 0.32.0, vLLM 0.33.0"]);
});

it("shows the chart of its kind first, and no table of changes where nothing is compared", () => {
  const curve = firstScreen(fakeCurveInput());
  expect(curve).toMatchObject({ lead: "load_latency", forest: { rows: [] } });
  expect(curve.answer.main).toMatch(/^Runs up to 48 in flight within the SLO/);
  expect(firstScreen(fakeDuelInput()).lead).toBe("pairs");
  expect(firstScreen(fakeReportInput()).lead).toBeNull();
});
