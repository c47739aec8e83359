import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "request-over-length";
const baseline = "{ knobs: { max_model_len: 2048 } }";
const of = (dataset: string, more = "") => `[{ workload: w, dataset: { ${dataset} }${more} }]`;
const fixed = (input: number, output: number) => `kind: synthetic, input_tokens: ${input}, output_tokens: ${output}`;

describe("request-over-length", () => {
  it("finds prompts and answers that do not fit together", () => {
    const [one, ...others] = found(code, { baseline, workloads: of(fixed(8192, 1024)) });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: "error", at: "8192" });
    expect(one?.message).toContain(
      "asks for up to 9216 tokens a request, prompt and answer, and `max_model_len` is 2048",
    );
    expect(one?.hint).toContain("raise `max_model_len` to 9216");
    expect(found(code, { baseline, workloads: of(fixed(1024, 1024)) })).toEqual([]);
    expect(found(code, { baseline, workloads: of(fixed(1024, 1025)) })).toHaveLength(1);
  });

  it("names the experiments, however many there are, and looks at what rows set", () => {
    const more = "sweep: { load.batch_size: [4, 8] }";
    const [one] = found(code, { baseline, workloads: of(fixed(4096, 64)), more });
    expect(one?.message).toContain("experiment of `baseline·bs4` (and 3 more)");
    const design = isolation("{ id: short, set: { max_model_len: 512 } }");
    const [row] = found(code, { baseline, design, workloads: of(fixed(1024, 64)) });
    expect(row?.message).toContain("`max_model_len` is 512 in the experiment of `short`");
  });

  it("goes by what the model was made for where nothing is set", () => {
    expect(found(code, { workloads: of(fixed(8192, 64)) })).toEqual([]);
    expect(found(code, { workloads: of(fixed(8192, 64)) }, { modelLength: 4096 })).toHaveLength(1);
  });

  it("only warns where the tail of a distribution does not fit, and not where an answer's limit cuts it", () => {
    expect(found(code, { baseline, workloads: of("kind: synthetic, profile: chat") })[0]?.severity).toBe("warning");
    const even = "kind: synthetic, input_tokens: { distribution: uniform, min: 100, max: 4000 }, output_tokens: 8";
    expect(found(code, { baseline, workloads: of(even) })[0]?.severity).toBe("error");
    const cut = ", load: { truncate_prompt_tokens: 1024 }";
    expect(found(code, { baseline, workloads: of(even, cut) })).toEqual([]);
  });

  it("counts what a conversation carries, and the answers' limit of a file", () => {
    const talk = "kind: conversations, turns: 4, input_tokens: 400, output_tokens: 200, system_tokens: 100";
    expect(found(code, { baseline, workloads: of(talk, ", endpoint: chat") })[0]?.message).toContain(
      "up to 2500 tokens",
    );
    const file = of("kind: jsonl, path: a.jsonl", ", sampling: { max_tokens: 2048 }");
    expect(found(code, { baseline, workloads: file })[0]?.message).toContain("up to 2049 tokens");
    expect(found(code, { baseline, workloads: of("kind: jsonl, path: a.jsonl") })).toEqual([]);
  });

  it("says nothing of a distribution that lacks its bound, which has its diagnostic", () => {
    const workloads = "[{ dataset: { kind: synthetic, input_tokens: { distribution: uniform, min: 8 } } }]";
    expect(found("request-over-length", { workloads, baseline: "{ knobs: { max_model_len: 64 } }" })).toEqual([]);
  });

  it("takes null at a point of a sweep as not set: the workload's own length holds", () => {
    const points = "[{ id: own, dataset.input_tokens: null }, { id: long, dataset.input_tokens: 4000 }]";
    const workloads = "[{ dataset: { kind: synthetic, input_tokens: 64, output_tokens: 8 } }]";
    const said = found(code, { baseline, workloads, more: `sweep: { shape: ${points} }\n` });
    expect(said.map(({ message }) => message.includes("up to 4008 tokens"))).toEqual([true]);
  });
});
