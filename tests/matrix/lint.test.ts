import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../../src/matrix/rules/index.ts";
import { diagnose, found, matrix } from "./study-fixture.ts";

describe("the table of rules", () => {
  const filesIn = (folder: string) => readdirSync(folder).map((file) => join(folder, file));
  const sources = filesIn(join(import.meta.dirname, "../../src/matrix/rules"));
  const tests = filesIn(join(import.meta.dirname, "rules"));

  it("has the rules of each file", async () => {
    const modules = (await Promise.all(sources.map((file) => import(file)))) as Record<string, object>[];
    const tables = modules.flatMap((module) => Object.entries(module)).filter(([name]) => name.endsWith("Rules"));
    expect(tables.flatMap(([, table]) => Object.keys(table)).toSorted()).toEqual(Object.keys(rules).toSorted());
    expect(tables).toHaveLength(sources.length - 1);
  });

  it("has a test for each rule", () => {
    const described = tests.flatMap((file) => readFileSync(file, "utf8").match(/^describe\("[^"]+"/gm) ?? []);
    expect(described).toEqual(expect.arrayContaining(Object.keys(rules).map((code) => `describe("${code}"`)));
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
