import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

describe("accuracy-without-rate", () => {
  const code = "accuracy-without-rate";
  const data = "dataset: { kind: jsonl, path: a.jsonl }";
  const open = (name: string, more = "") =>
    `{ workload: ${name}, scenario: open, slo: { ttft_ms: 9 }, ${data}${more} }`;
  const offline = `{ workload: off, scenario: offline, ${data} }`;
  const peak = "peak: { from: 4 }";

  it("is an error at accuracy where its own workload is an open loop and nothing says the rate", () => {
    const [one, ...others] = found(code, { more: `accuracy: ${open("acc")}` });
    expect(one).toMatchObject({ severity: "error", at: "accuracy" });
    expect(one?.message).toMatch(
      /^the accuracy of `baseline` \(and 1 more\) is measured with `acc`, whose arrivals need/,
    );
    expect(others).toEqual([]);
    expect(found(code, { more: `accuracy: ${open("acc", ", load: { rate: 2 }")}` })).toEqual([]);
    expect(found(code, { more: `accuracy: ${offline}` })).toEqual([]);
    const steps = ", arrivals: { kind: steps, steps: [{ rate: 1, seconds: 9 }] }";
    expect(found(code, { more: `accuracy: ${open("acc", steps)}` })).toEqual([]);
  });

  it("wants none where a search brings it, and one of the rows beside them that are not searched", () => {
    const searched = { workloads: `[${open("w")}]`, more: `accuracy: true\n${peak}` };
    expect(found(code, searched)).toEqual([]);
    const mixed = { ...searched, workloads: `[${open("w")}, ${offline}]` };
    expect(found(code, mixed)[0]?.message).toMatch(/^the accuracy of `baseline@off`/);
    expect(found(code, { ...mixed, more: `accuracy: ${offline}\n${peak}` })).toEqual([]);
  });

  it("leaves what the workload lacks to open-without-rate, and takes a row's rate for an answer", () => {
    const own = { workloads: `[${open("w")}]`, more: "accuracy: true" };
    expect(found(code, own)).toEqual([]);
    expect(found("open-without-rate", own)).toHaveLength(1);
    const design = isolation("{ id: r8, set: { load.rate: 8 } }");
    const rates = { baseline: "{ knobs: { load.rate: 4 } }", design, more: `accuracy: ${open("acc")}` };
    expect(found(code, rates)).toEqual([]);
  });
});

describe("accuracy-without-references", () => {
  const code = "accuracy-without-references";

  it("is an error on a synthetic dataset", () => {
    const [one] = found(code, { more: "accuracy: true" });
    expect(one).toMatchObject({ severity: "error", at: "accuracy" });
    expect(one?.message).toContain("has no references");
  });

  it("looks at accuracy's own workload first", () => {
    const more = "accuracy: { dataset: { kind: cnn-dailymail } }";
    expect(found(code, { more })).toEqual([]);
    const workloads = "[{ dataset: { kind: cnn-dailymail } }]";
    expect(found(code, { workloads, more: "accuracy: { dataset: { kind: synthetic, profile: chat } }" })).toHaveLength(
      1,
    );
  });

  it("is no mistake of the matrix where a stand-in took its dataset", () => {
    const workloads = "[{ dataset: { kind: cnn-dailymail } }]";
    const options = { overrides: { sut: "pocket-cpu" } };
    expect(found(code, { workloads, more: "accuracy: true" }, options)).toEqual([]);
  });
});
