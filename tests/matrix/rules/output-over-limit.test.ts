import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "output-over-limit";
const one = (members: string, dataset = "output_tokens: 512") =>
  `[{ workload: w, dataset: { kind: synthetic, input_tokens: 64, ${dataset} }${members} }]`;

describe("output-over-limit", () => {
  it("is an error where declared answers are longer than a limit that is written", () => {
    const [only, ...others] = found(code, { workloads: one(", sampling: { max_tokens: 128 }") });
    expect(only).toMatchObject({
      severity: "error",
      at: "512",
      message: "workload `w` asks for answers of up to 512 tokens, and its `sampling.max_tokens` is 128",
    });
    expect(only?.hint).toContain("raise it to 512");
    expect(others).toEqual([]);
    const drawn = "output_tokens: { distribution: normal, mean: 100, stdev: 50, min: 1, max: 400 }";
    expect(found(code, { workloads: one(", sampling: { max_tokens: 256 }", drawn) })).toHaveLength(1);
    expect(found(code, { workloads: one(", sampling: { max_tokens: 400 }", drawn) })).toEqual([]);
  });

  it("looks at what rows and axes set, once for each place", () => {
    const more = "sweep: { dataset.output_tokens: [64, 256, 512] }";
    const swept = found(code, { workloads: one(", sampling: { max_tokens: 128 }", "profile: chat"), more });
    expect(swept).toHaveLength(1);
    const limits = found(code, { workloads: one(""), more: "sweep: { sampling.max_tokens: [64, 512] }" });
    expect(limits[0]?.message).toContain("its `sampling.max_tokens` is 64");
  });

  it("finds none where nothing sets the limit, and lets a limit cut a profile", () => {
    expect(found(code, { workloads: one("") })).toEqual([]);
    expect(found(code, { workloads: one(", sampling: { max_tokens: 128 }", "profile: chat") })).toEqual([]);
  });

  it("names the class whose dataset it is", () => {
    const classes =
      ", classes: [{ name: long, dataset: { kind: synthetic, output_tokens: 900 }, sampling: { max_tokens: 800 } }]";
    expect(found(code, { workloads: one(classes) })[0]).toMatchObject({
      at: "900",
      message: "workload `w`, class `long`, asks for answers of up to 900 tokens, and its `sampling.max_tokens` is 800",
    });
  });

  it("says nothing of a distribution that lacks its bound, which has its diagnostic", () => {
    const workloads =
      "[{ dataset: { kind: synthetic, output_tokens: { distribution: uniform, min: 8 } }, sampling: { max_tokens: 4 } }]";
    expect(found("output-over-limit", { workloads })).toEqual([]);
  });
});
