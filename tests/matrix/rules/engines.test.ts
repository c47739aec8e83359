import { describe, expect, it } from "vitest";
import { diagnose, matrix } from "../study-fixture.ts";

describe("engines-differ", () => {
  const other = `extends: pocket
title: Other engine
always: [--strict, --fast]
variables: { OTHER_MODE: "1" }
request_fields: { priority: 0 }
dialect: { lacks: { min_tokens: none here } }
knobs:
  max_num_seqs: { flag: --max-num-seqs, type: int, default: 64 }
  gpu_memory_utilization: { flag: --gpu-memory-utilization, type: float, default: 0.8 }
`;

  const told = (b: string) =>
    diagnose({
      "matrices/a.yaml": matrix({ design: `{ kind: duel, b: { id: b, ${b} } }` }),
      "sut/other.yaml": other,
    }).filter(({ code }) => code === "engines-differ");

  it("names what two engines that are compared do not share, where nothing sets it", () => {
    const [one, ...more] = told("set: { sut.engine: other }");
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      severity: "info",
      message:
        "other against pocket: beside what the rows set, they differ in flags of every launch (--fast against none); variables (OTHER_MODE=1 against none); members of every request (priority=0 against none); members that are not sent (min_tokens against none); defaults of gpu_memory_utilization (0.8 against 0.92)",
    });
    expect(one!.excerpt).toContain("sut.engine: other");
  });

  it("says nothing of rows on one engine, or of systems, which are not compared", () => {
    expect(told("set: { dtype: float16 }")).toEqual([]);
    const systems = "systems: [{ id: one }, { id: two, engine: other }]\n";
    const found = diagnose({ "matrices/a.yaml": matrix({ more: systems }), "sut/other.yaml": other });
    expect(found.filter(({ code }) => code === "engines-differ")).toEqual([]);
  });
});

describe("one-program", () => {
  const newer = "extends: pocket\nversion: 0.33.0\nenvironment: { kind: path, executable: pocket-33 }\n";

  const found = (b: string, overrides: { sut?: string } = {}) =>
    diagnose(
      { "matrices/a.yaml": matrix({ design: `{ kind: duel, b: { id: b, ${b} } }` }), "sut/newer.yaml": newer },
      { overrides },
    )
      .filter(({ code }) => code === "one-program")
      .map(({ severity, message }) => `${severity}: ${message}`);

  it("warns of two versions that start the same program", () => {
    expect(found("set: { sut.version: 0.33.0 }")).toEqual([
      "warning: rows `baseline` and `b` declare versions 0.32.0 and 0.33.0 of pocket, and both start the same program",
    ]);
  });

  it("says nothing where each version has a program, or another engine stands in for both", () => {
    expect(found("set: { sut.engine: newer }")).toEqual([]);
    expect(found("set: { dtype: float16 }")).toEqual([]);
    expect(found("set: { sut.version: 0.33.0 }", { sut: "pocket-cpu" })).toEqual([]);
  });
});
