import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

describe("workload-member", () => {
  const code = "workload-member";
  const workloads =
    "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, profile: chat } }]";

  it.each([
    ["dataset.input_token: [128]", "a dataset of kind synthetic takes no `input_token`: workload `w`"],
    ["dataset.kind: [jsonl]", "a dataset of kind synthetic takes no `kind`: workload `w`"],
    ["dataset.input_tokens: [128, -1]", "`dataset.input_tokens` cannot be -1"],
    [
      "arrivals.burstiness: [0.5]",
      "`arrivals.burstiness` does nothing for `w`: a workload of scenario closed has no arrivals",
    ],
  ])("finds %s", (axis, message) => {
    const all = found(code, { workloads, more: `sweep: { ${axis} }\n` });
    expect(all.map((one) => one.message)).toEqual([message]);
  });

  it.each([
    ["cancel.after: [1]", "cancel: { share: 0.1, after_s: 1 }, ", "`cancel` takes no `after`: workload `w`"],
    ["cancel.share: [0, 2]", "cancel: { share: 0.1, after_s: 1 }, ", "`cancel.share` cannot be 2"],
    ["cancel.share: [0, 0.1]", "", "`cancel.share` does nothing for `w`: it cuts off no requests"],
  ])("finds %s with %s", (axis, cancel, message) => {
    const all = found(code, {
      workloads: workloads.replace("load: {", `${cancel}load: {`),
      more: `sweep: { ${axis} }\n`,
    });
    expect(all.map((each) => each.message)).toEqual([message]);
  });

  it("looks at what comes of an expression, at its place", () => {
    const axis = "sweep: { dataset.output_tokens: [= load.concurrency / 8, = load.concurrency / 2] }\n";
    const all = found(code, { workloads, more: axis });
    expect(all).toMatchObject([{ severity: "error", at: "= load.concurrency / 8" }]);
    expect(all[0]?.message).toContain("`dataset.output_tokens` cannot be 0.5 (`= load.concurrency / 8` in");
  });

  it("asks the workloads that have the axis alone, and names one that reads it", () => {
    const open = (name: string, arrivals: string, more: string) =>
      `{ workload: ${name}, scenario: open, load: { rate: 4 }, dataset: { kind: synthetic, profile: chat }, arrivals: ${arrivals}${more} }`;
    const both = (own: string) =>
      `[${open("g", "{ kind: gamma, burstiness: 1 }", own)}, ${open("p", "{ kind: poisson }", "")}]`;
    const axis = "sweep: { arrivals.burstiness: [0.5, 1] }";
    expect(found(code, { workloads: both(`, ${axis}`) })).toEqual([]);
    expect(found(code, { workloads: both(""), more: `${axis}\n` })).toMatchObject([
      {
        message: "poisson arrivals take no `burstiness`: workload `p`",
        hint: "give the axis to the workloads that read it, `sweep: { arrivals.burstiness: … }` in `g`, or `exclude: [{ workload: p, arrivals.burstiness: […] }]`",
      },
    ]);
    const exclude = "exclude: [{ workload: p, arrivals.burstiness: [0.5, 1] }]\n";
    expect(found(code, { workloads: both(""), more: `${axis}\n${exclude}` })).toEqual([]);
  });

  it("finds a member of a dataset that no class asks", () => {
    const own = "{ name: a, dataset: { kind: synthetic, profile: chat } }";
    const of = (classes: string) => workloads.replace("dataset:", `classes: [${classes}], dataset:`);
    const more = "sweep: { dataset.input_tokens: [64, 128] }\n";
    expect(found(code, { workloads: of(own), more })[0]?.message).toBe(
      "`dataset.input_tokens` does nothing for `w`: each of its classes has a dataset of its own",
    );
    expect(found(code, { workloads: of(`${own}, { name: b }`), more })).toEqual([]);
  });

  it("finds a member of sut that there is not", () => {
    const design = "{ kind: isolation, changes: [{ id: a, set: { sut.versio: 1.0.0 } }] }";
    expect(found(code, { design })[0]).toMatchObject({ message: "`sut` has no member `versio`" });
  });

  it("finds a member of sut that no row can set, and one with another value than it takes", () => {
    const messages = (setting: string) =>
      found(code, { design: `{ kind: isolation, changes: [{ id: a, set: { ${setting} } }] }` }).map(
        (one) => one.message,
      );
    expect(messages("sut.url: 'http://gpu'")).toEqual(["`url` belongs to `sut` alone: nothing else can set it"]);
    expect(messages("sut.prefix: numactl")).toEqual(['`sut.prefix` cannot be "numactl"']);
    expect(messages("sut.before_launch: [sync]")).toEqual(['`sut.before_launch` cannot be ["sync"]']);
    const hints = (setting: string) =>
      found(code, { design: `{ kind: isolation, changes: [{ id: a, set: { ${setting} } }] }` }).map(({ hint }) => hint);
    expect(hints("sut.prefix: numactl")).toEqual(["write a list: `[numactl]`"]);
    expect(hints("sut.before_launch: [[nvidia-smi, -pl, 500]]")[0]).toContain('write it in quotes, `"500"`');
    expect(hints("sut.environment: { kind: docker, image: i }")).toEqual([
      "add `executable:`: the engine's program in the image: vllm",
    ]);
    expect(hints("sut.url: 'http://gpu'")[0]).toContain("two services are two studies");
    expect(messages("sut.prefix: [numactl]")).toEqual([]);
    expect(messages("sut.before_launch: [[sync]]")).toEqual([]);
  });

  it("takes lengths, numbers and computed values", () => {
    const axis = "dataset.input_tokens: [128, = 2 * load.concurrency, { distribution: uniform, min: 1, max: 9 }]";
    expect(found(code, { workloads, more: `sweep: { ${axis} }\n` })).toEqual([]);
  });

  it("says which kind has a member that this one lacks, once", () => {
    const workloads2 = "[{ workload: w, scenario: open, dataset: { kind: synthetic }, load: { rate: 1 } }]";
    const design = "{ kind: isolation, changes: [{ id: a, set: { arrivals.burstiness: 0.5 } }] }";
    const all = found(code, { workloads: workloads2, design, more: "sweep: { arrivals.burstiness: [0.5, 1] }\n" });
    expect(all).toMatchObject([{ message: "poisson arrivals take no `burstiness`: workload `w`" }]);
    expect(all[0]?.hint).toContain("write `arrivals: { kind: gamma, burstiness: … }` in the workload");
  });

  it("says nothing of a dataset whose kind is missing, which has its diagnostic", () => {
    const more = "sweep: { dataset.input_tokens: [64, 128] }\n";
    expect(found("workload-member", { workloads: "[{ dataset: { path: x } }]", more })).toEqual([]);
  });
});
