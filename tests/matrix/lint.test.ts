import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as ruleModule from "../../src/matrix/rules/index.ts";
import { diagnose, found, matrix } from "./study-fixture.ts";

const rules = Object.values(ruleModule);

const rulesFolder = join(import.meta.dirname, "../../src/matrix/rules");

describe("the table of rules", () => {
  const names = readdirSync(rulesFolder).filter((file) => file !== "index.ts");

  it("has a row for each file, under its name", () => {
    expect(rules.map(({ code }) => code).toSorted()).toEqual(names.map((file) => file.replace(/\.ts$/, "")).toSorted());
  });

  it("has a test for each rule", () => {
    const tests = readdirSync(join(import.meta.dirname, "rules"));
    expect(tests.toSorted()).toEqual(names.map((file) => file.replace(/\.ts$/, ".test.ts")).toSorted());
  });
});

describe("lintStudy", () => {
  it("finds nothing in a matrix that is right", () => {
    expect(diagnose({ "matrices/a.yaml": matrix({}) })).toEqual([]);
  });

  it("goes from top to bottom, the matrix before its fragments", () => {
    const all = diagnose({
      "matrices/z.yaml": "",
      "matrices/a.yaml": matrix({ baseline: "{ use: b.yaml }", more: "gates: [g]\naccuracy: true" }),
      "matrices/b.yaml": "knobs: { nothing: 1 }\n",
    });
    expect(all.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "matrices/a.yaml:7",
      "matrices/a.yaml:8",
      "matrices/b.yaml:1",
    ]);
  });

  it("says one mistake once, also where thousands of rows share it", () => {
    const many = Array.from({ length: 20 }, (_, index) => index + 1).join(", ");
    const factors = [`max_num_seqs: [${many}]`, `max_num_batched_tokens: [${many}]`];
    const design = `{ kind: combination, factors: { ${factors.join(", ")}, enable_chunked_prefill: [true, false] } }`;
    const baseline = "{ knobs: { max_model_len: 1024 } }";
    const all = found("cannot-run", { baseline, design });
    expect(all).toHaveLength(1);
    expect(all[0]?.message).toContain("(and 399 more)");
    expect(found("duplicate-experiment", { baseline, design })).toEqual([]);
  });
});
