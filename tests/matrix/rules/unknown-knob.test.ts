import { describe, expect, it } from "vitest";
import { found, oneStep, stacked } from "../study-fixture.ts";

const code = "unknown-knob";

describe("unknown-knob", () => {
  it("names the nearest knob, also where a flag was written", () => {
    const [one] = found(code, oneStep("max_num_sesq: 8"));
    expect(one).toMatchObject({ severity: "error", at: "max_num_sesq" });
    expect(one?.hint).toContain("did you mean `max_num_seqs`?");
    for (const spelled of ["--max-num-seqs: 8", "max-num-seqs: 8", "MAX_NUM_SEQS: 8"])
      expect(found(code, oneStep(spelled))[0]?.hint).toBe("write `max_num_seqs`");
  });

  it("looks at the baseline, factors, excludes and sweeps as well", () => {
    expect(found(code, { baseline: "{ knobs: { dtipe: auto } }" })).toHaveLength(1);
    const design = "{ kind: combination, factors: { dtipe: [a, b] }, exclude: [{ dtype_: a }] }";
    expect(found(code, { design }).map(({ at }) => at)).toEqual(["dtipe", "dtype_"]);
    expect(found(code, { more: "sweep: { load.concurency: [1] }" })[0]?.hint).toBe("did you mean `load.concurrency`?");
  });

  it("knows load, sampling and environment by their prefixes", () => {
    for (const knob of ["load.batch_size: 8", "sampling.max_tokens: 8", "env.CUDA_LAUNCH_BLOCKING: '1'"]) {
      expect(found(code, oneStep(knob))).toEqual([]);
    }
    expect(found(code, oneStep("env.9: x"))[0]?.message).toContain("names no environment variable");
    expect(found(code, oneStep("constructor: x"))).toHaveLength(1);
  });

  it("is a warning where --sut chose another engine, whose rows are then SKIPPED", () => {
    const [one] = found(code, oneStep("warp_drive: 9"), { overrides: { sut: "pocket-cpu" } });
    expect(one?.severity).toBe("warning");
    expect(one?.message).toContain("SKIPPED");
  });

  it("leaves a row that is skipped alone", () => {
    expect(found(code, { design: stacked('{ id: a, skip: "no knob today", set: { scheduler_steps: 8 } }') })).toEqual(
      [],
    );
  });
});
