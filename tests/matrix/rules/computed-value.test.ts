import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "computed-value";
const workloads =
  "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, profile: chat } }]";

describe("computed-value", () => {
  it.each([
    ["= 2 * load.rate", "nothing sets `load.rate`"],
    ["= max_num_seqs", "`max_num_seqs` is computed from itself"],
    ["= 2 *", "it ends too early"],
    ["= load.concurrency / 3", "it is 1.3333333333333333 for `baseline`, and `max_num_seqs` takes a whole number"],
    ["= dataset.input_tokens", "nothing sets `dataset.input_tokens`"],
  ])("finds what cannot be computed: %s", (value, why) => {
    const all = found(code, { workloads, baseline: `{ knobs: { max_num_seqs: "${value}" } }` });
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ severity: "error", at: `"${value}"` });
    expect(all[0]!.message).toContain(why);
  });

  it("points at a member of the workload", () => {
    const counted = workloads.replace("}]", ", counts: { screen: { requests: = 10 * nothing } } }]");
    const [one] = found(code, { workloads: counted.replace("chat } , counts", "chat }, counts") });
    expect(one).toMatchObject({ at: "= 10 * nothing" });
  });

  it("says nothing of what can be", () => {
    expect(found(code, { workloads, baseline: "{ knobs: { max_num_seqs: = 2 * load.concurrency } }" })).toEqual([]);
  });
});
