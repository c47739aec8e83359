import { describe, expect, it } from "vitest";
import { found, oneStep } from "../study-fixture.ts";

const code = "out-of-range";

describe("out-of-range", () => {
  it("says the range", () => {
    const [one] = found(code, oneStep("gpu_memory_utilization: 1.5"));
    expect(one).toMatchObject({ severity: "error", at: "1.5" });
    expect(one?.message).toContain("at least 0 and at most 1, not 1.5");
  });

  it("knows limits that are not themselves allowed", () => {
    expect(found(code, oneStep("sampling.top_p: 0"))[0]?.message).toContain("above 0 and at most 1");
    expect(found(code, oneStep("load.batch_size: 0"))).toHaveLength(1);
  });

  it("looks at each value of a factor and of a sweep", () => {
    const design = "{ kind: combination, factors: { max_num_seqs: [0, 8, -1] } }";
    expect(found(code, { design }).map(({ at }) => at)).toEqual(["0", "-1"]);
    expect(found(code, { more: "sweep: { load.concurrency: [0] }" })).toHaveLength(1);
  });

  it("accepts the limits", () => {
    expect([...found(code, oneStep("gpu_memory_utilization: 1")), ...found(code, oneStep("max_num_seqs: 1"))]).toEqual(
      [],
    );
  });
});
