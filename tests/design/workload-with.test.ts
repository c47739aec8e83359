import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { load, matrix } from "../matrix/study-fixture.ts";

/** The workload of each experiment, in a closed loop with these members under a curve's axis. */
function workloadsOf(members: string, axis: string) {
  const workloads = `[{ workload: w, scenario: closed, load: { concurrency: 1 }, dataset: { kind: synthetic }, ${members} }]`;
  const parts = { workloads, design: "{ kind: curve }", more: `sweep: { ${axis} }\n` };
  const { study, diagnostics } = load({ "matrices/a.yaml": matrix(parts) });
  expect(diagnostics).toEqual([]);
  const { experiments } = expandStudy(study!);
  expect(new Set(experiments.map(({ id }) => id)).size).toBe(experiments.length);
  return experiments.map(({ workload }) => workload);
}

describe("a workload with settings", () => {
  it("has members of the body at their paths, beside those that are there", () => {
    const points =
      "[{ id: as-is }, { id: quiet, extra_body.chat.thinking: false }, { id: cold, extra_body.min_p: 0.2 }]";
    const made = workloadsOf("extra_body: { min_p: 0.1, chat: { tools: [] } }", `body: ${points}`);
    expect(made.map(({ extraBody }) => extraBody)).toEqual([
      { min_p: 0.1, chat: { tools: [] } },
      { min_p: 0.1, chat: { tools: [], thinking: false } },
      { min_p: 0.2, chat: { tools: [] } },
    ]);
  });

  it("has the share of the requests that are cut off, 0 too", () => {
    const made = workloadsOf("cancel: { share: 0.5, after_s: 1 }", "cancel.share: [0, 0.1]");
    expect(made.map(({ cancel }) => cancel)).toEqual([
      { share: 0, after_s: 1 },
      { share: 0.1, after_s: 1 },
    ]);
  });
});
