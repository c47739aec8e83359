import { describe, expect, it } from "vitest";
import { expandStudy, searchedExperiments } from "../../src/design/index.ts";
import { estimateSearches } from "../../src/plan/search-estimate.ts";
import { searchedPlan } from "../support/searched-study.ts";

const { study } = searchedPlan();

/** Of a study with this number of changes: the trials that sustain its peaks, and all launches. */
function sustained(changes: number, order: typeof study.order = "interleaved") {
  const rows = Array.from({ length: changes }, (_, place) => {
    const id = `c${place}`;
    return { id, label: id, set: { max_model_len: 100 + place }, pointer: "" };
  });
  const searching = { ...study, order, design: { kind: "isolation" as const, changes: rows } };
  const expansion = expandStudy(searching);
  const found = estimateSearches({ study: searching, ...expansion }, searchedExperiments(searching, expansion));
  return [found.sustained, found.launches];
}

describe("what searches come to", () => {
  it("counts the baseline twice in a block where it is sustained beside four changes", () => {
    expect(sustained(3)).toEqual([2 * 4, 4 + 2 * 4]);
    expect(sustained(4)).toEqual([2 * 6, 5 + 2 * 6]);
    expect(sustained(4, "declared")).toEqual([2 * 5, 5 + 2 * 5]);
  });

  it("takes the time that a sustained trial lasts at the least, which no probe does", () => {
    const lasting = (seconds: number) => {
      const [workload] = study.workloads;
      const counts = { ...workload!.counts, screen: { requests: 8, seconds } };
      const searching = { ...study, workloads: [{ ...workload!, counts }] };
      const expansion = expandStudy(searching);
      return estimateSearches({ study: searching, ...expansion }, searchedExperiments(searching, expansion)).loadS;
    };
    expect(lasting(600) - lasting(300)).toBeCloseTo(4 * 300);
  });
});
