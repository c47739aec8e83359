import { describe, expect, it } from "vitest";
import { planText } from "../../src/report/plan-text.ts";
import { plannedSearch, plannedTraffic } from "../../src/plan/estimate.ts";
import { repeatsOf } from "../../src/design/index.ts";
import type { Estimate } from "../../src/schema/plan.ts";
import { searchedPlan } from "../support/searched-study.ts";

const estimate: Estimate = { totalS: 200, startupS: 20, loadS: 180, launches: 2, trials: 30, basis: "a guess" };
const peak = { from: 4, to: null, tolerance: 0.25, most: 12, share: 0.99, sustain: true };

function printed(plan: ReturnType<typeof searchedPlan>, power: string | null = null): string {
  const traffic = plannedTraffic(plan.study.fidelity);
  return planText(plan, {
    ...traffic,
    search: plannedSearch(plan),
    estimate,
    power,
    repeats: repeatsOf(plan.study),
    progress: null,
  });
}

const line = (text: string, start: string): string | undefined => text.split("\n").find((one) => one.startsWith(start));

describe("what plan prints", () => {
  it("says what a search will try: rows, bounds, probes, sustained trials, and when a rate holds", () => {
    expect(line(printed(searchedPlan()), "Peak:")).toBe(
      "Peak: 2 searches from 4 requests a second, up to 12 probes each in one launch, then 2 sustained at the highest rate that held; " +
        "a rate holds where 99 % of its requests meet the workload's limits",
    );
  });

  it("names the bound and leaves out what is not done", () => {
    const plan = searchedPlan({ peak: { ...peak, to: 64, sustain: false, share: 0.55 } });
    const text = line(printed(plan), "Peak:");
    expect(text).toContain("from 4 requests a second, at most 64, up to 12 probes each in one launch; a rate");
    expect(text).toContain("where 55 % of");
  });

  it("says that accuracy is measured at the peak where it states no rate", () => {
    const [workload] = searchedPlan().study.workloads;
    const text = line(printed(searchedPlan({ accuracy: workload! })), "Peak:");
    expect(text).toContain("then 2 sustained and accuracy at the highest rate that held;");
    const alone = searchedPlan({ accuracy: workload!, peak: { ...peak, sustain: false } });
    expect(line(printed(alone), "Peak:")).toContain(", then accuracy at the highest rate that held;");
  });

  it("says where the fidelity makes fewer repeats than were asked for", () => {
    const { study, ...plan } = searchedPlan();
    const asked = { ...plan, study: { ...study, fidelity: "smoke" as const, repeats: 2 } };
    const name = study.workloads[0]!.name;
    expect(line(printed(asked), "Repeats:")).toBe(
      `Repeats: 1, and 2 were asked for: smoke measures a row of ${name} once at most (counts.smoke.repeats)`,
    );
    expect(line(printed({ ...plan, study: { ...study, repeats: 2 } }), "Repeats:")).toBeUndefined();
  });

  it("says that its trials stand in no order", () => {
    const text = printed(searchedPlan());
    expect(line(text, "Order:")).toMatch(/; no trial is known before the run$/);
    expect(line(text, "Estimate:")).toBe("Estimate: 3 min 20 s; a guess");
  });

  it("says no word of a search where there is none", () => {
    const text = printed(searchedPlan({ peak: null }));
    expect(text).not.toMatch(/Peak:|search/);
  });

  it("says what the study can show, where anybody knows", () => {
    const plan = searchedPlan({ peak: null });
    expect(line(printed(plan, "3 blocks show 4 %"), "Power:")).toBe("Power: 3 blocks show 4 %");
    expect(printed(plan)).not.toContain("Power:");
  });

  it("has the number of GPUs where a configuration takes more than one", () => {
    const plan = searchedPlan();
    const withGpus = (gpus: number[]) => ({
      ...plan,
      experiments: plan.experiments.map((experiment, at) => ({ ...experiment, gpus: gpus[at] ?? 1 })),
    });
    expect(line(printed(withGpus([1, 8])), "experiment")).toMatch(/trials +GPUs +requests/);
    expect(line(printed(withGpus([1, 8])), "fp8")).toMatch(/ 8 /);
    expect(line(printed(withGpus([1, 1])), "experiment")).not.toContain("GPUs");
  });
});
