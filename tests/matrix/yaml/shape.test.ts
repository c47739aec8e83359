import { describe, expect, it } from "vitest";
import { diagnose, markedIn, matrix } from "../study-fixture.ts";

/** The shape's diagnostics of a matrix, as `code at "marked": message → hint`. */
function faults(text: string) {
  return diagnose({ "matrices/a.yaml": text }).map(({ code, message, hint, excerpt = "" }) => {
    return { code, message, hint, at: markedIn(excerpt) };
  });
}

describe("one mistake of shape is one diagnostic", () => {
  it.each([
    ["repeat: 3", "unknown-key", "repeat", "did you mean `repeats`?"],
    ["order: random", "not-a-choice", "random", "choices: declared, shuffled, interleaved"],
    ["repeats: three", "wrong-type", "three", "write a whole number"],
    ["repeats: 0", "out-of-range", "0", "change the value"],
    ["budget: {}", "missing-key", "budget", "add `trials:`"],
    ["budget: 5", "wrong-type", "5", "write `{ trials: 5 }`"],
    ["sweep: { load.concurrency: [] }", "empty-list", "[]", "at least one entry"],
    ["accuracy: sometimes", "wrong-type", "sometimes", "true: the first workload"],
    [
      "accuracy: { datasets: 1, dataset: { kind: cnn-dailymail } }",
      "unknown-key",
      "datasets",
      "did you mean `dataset`?",
    ],
    ["gates: mlperf", "wrong-type", "mlperf", "write a list"],
  ])("%s", (more, code, at, hint) => {
    const all = faults(matrix({ more }));
    expect(all).toMatchObject([{ code, at }]);
    expect(all[0]?.hint).toContain(hint);
  });

  it.each([
    ["{ kind: stacks, steps: [] }", "not-a-choice", "stacks", "did you mean `stacked`?"],
    ["{ steps: [] }", "missing-key", "design", "add `kind: stacked`"],
    ["{ kind: isolation, steps: [{ id: a, set: { dtype: auto } }], changes: [] }", "unknown-key", "steps", "changes"],
    [
      "{ kind: stacked, steps: [{ id: 'a b', set: { dtype: float16 } }] }",
      "bad-name",
      "'a b'",
      "a to z, A to Z, digits",
    ],
  ])("design: %s", (design, code, at, hint) => {
    const all = faults(matrix({ design }));
    expect(all[0]).toMatchObject({ code, at });
    expect(all[0]?.hint).toContain(hint);
  });

  it("goes by the tag of a dataset and of lengths", () => {
    const all = faults(
      matrix({
        workloads:
          "[{ dataset: { kind: jsonl, form: eval } }, { dataset: { kind: synthetic, input_tokens: { distribution: fixed, mean: 3 } } }]",
      }),
    );
    expect(all.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "unknown-key: `kind: jsonl` takes no `form`",
      "unknown-key: `input_tokens` takes no `mean`",
    ]);
  });

  it("names an item by its list", () => {
    const [first] = faults(matrix({ workloads: "[3]" }));
    expect(first?.message).toBe("`workloads[0]` takes a map, not 3");
  });
});
