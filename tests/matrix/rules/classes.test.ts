import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose, found, isolation, markedIn, matrix } from "../study-fixture.ts";

describe("duplicate-class", () => {
  const code = "duplicate-class";
  const workload = (name: string, classes: string) =>
    `{ workload: ${name}, dataset: { kind: synthetic, profile: chat }, classes: [${classes}] }`;

  it("is an error at the second of a name", () => {
    const [one, ...others] = found(code, { workloads: `[${workload("w", "{ name: a }, { name: b }, { name: a }")}]` });
    expect(one).toMatchObject({ severity: "error", at: "a", message: "another class of workload `w` is called `a`" });
    expect(others).toEqual([]);
  });

  it("lets two workloads use one name", () => {
    expect(found(code, { workloads: `[${workload("v", "{ name: a }")}, ${workload("w", "{ name: a }")}]` })).toEqual(
      [],
    );
  });
});

describe("class-shares", () => {
  const code = "class-shares";
  const chat = (classes: string) =>
    `[{ dataset: { kind: synthetic, profile: chat }, counts: { screen: { requests: 100 } }, classes: [${classes}] }]`;

  it("warns of a share that is left out beside others", () => {
    const [one, ...others] = found(code, { workloads: chat("{ name: a, share: 0.25 }, { name: b }") });
    expect(one).toMatchObject({ severity: "warning", at: "b" });
    expect(one?.message).toContain("its share is 1, which is 80 % of the requests");
    expect(others).toEqual([]);
    const wrong = chat("{ name: a, share: 0 }, { name: b, share: 1, priority: 1.5 }");
    expect([...found(code, { workloads: wrong }), ...found("classes-alike", { workloads: wrong })]).toEqual([]);
  });

  it("warns of a class that is too small for a request", () => {
    const [one, ...others] = found(code, { workloads: chat("{ name: a, share: 199 }, { name: b, share: 1 }") });
    expect(one).toMatchObject({ at: "1", hint: "raise its share, or `counts.screen.requests`" });
    expect(one?.message).toBe("class `b` gets no whole request: 0.5 % of the 100 at fidelity screen");
    expect(others).toEqual([]);
  });

  it("takes shares of any sum, and none at all", () => {
    expect(found(code, { workloads: chat("{ name: a, share: 3 }, { name: b, share: 0.5 }") })).toEqual([]);
    expect(found(code, { workloads: chat("{ name: a }, { name: b }") })).toEqual([]);
  });
});

describe("class-without-knob", () => {
  const pocket = readFileSync(join(import.meta.dirname, "../../fixtures/sut/pocket.yaml"), "utf8");
  /** The fixture's engine with the two knobs in question. */
  const adapters = `${pocket}  enable_lora: { flag: --enable-lora, type: bool }
  scheduling_policy: { flag: --scheduling-policy, type: choice, values: [fcfs, priority], default: fcfs }
`;

  function findings(classes: string, parts: Parameters<typeof matrix>[0] = {}, engine = adapters) {
    const workloads = `[{ workload: w, dataset: { kind: synthetic, profile: chat }, classes: [${classes}] }]`;
    const files = {
      "matrices/a.yaml": matrix({ sut: "{ engine: adapters, model: m }", workloads, ...parts }),
      "sut/adapters.yaml": engine,
    };
    return diagnose(files)
      .filter(({ code }) => code === "class-without-knob")
      .map(({ severity, message, excerpt = "" }) => ({ severity, message, at: markedIn(excerpt) }));
  }

  it("warns of an adapter's name where no row turns adapters on", () => {
    const [one, ...others] = findings("{ name: a, model: my-lora }, { name: b }");
    expect(one).toMatchObject({ severity: "warning", at: "model" });
    expect(one?.message).toBe(
      "class `a` says `model`, and `baseline` (and 1 more) does not set `enable_lora: true`: it knows no adapter by that name",
    );
    expect(others).toEqual([]);
  });

  it("warns of a priority where requests are served as they come", () => {
    const design = isolation("{ id: by-priority, set: { scheduling_policy: priority } }");
    expect(findings("{ name: a, priority: 3 }", { design })).toMatchObject([
      {
        at: "priority",
        message: expect.stringMatching(/and `baseline` does not set `scheduling_policy: priority`/) as string,
      },
    ]);
  });

  it("says it once, however many classes ask", () => {
    const [one, ...others] = findings("{ name: plain }, { name: a, priority: 3 }, { name: b, priority: 1 }");
    expect(one?.message).toMatch(/^class `a` \(and 1 more\) says `priority`/);
    expect(others).toEqual([]);
  });

  it("is content where the knob is set, or the engine has no such knob", () => {
    const baseline = "{ knobs: { enable_lora: true, scheduling_policy: priority } }";
    expect(findings("{ name: a, model: my-lora, priority: 3 }", { baseline })).toEqual([]);
    expect(findings("{ name: a, model: my-lora, priority: 3 }", {}, pocket)).toEqual([]);
    const without = adapters.replace("flag: --enable-lora, type: bool", "type: bool, unsupported: no adapters here");
    expect(findings("{ name: a, model: my-lora }", {}, without)).toEqual([]);
  });
});

describe("classes-alike", () => {
  const code = "classes-alike";
  const of = (...classes: string[]) => ({
    workloads: `[{ workload: w, dataset: { kind: synthetic }, classes: [${classes.join(", ")}] }]`,
  });

  it("finds classes that differ in name and share alone", () => {
    const [one, ...others] = found(code, of("{ name: short, share: 0.7 }", "{ name: long, share: 0.3 }"));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: "error", at: "long" });
    expect(one?.message).toContain("class `long` of workload `w` differs from class `short` in nothing but its name");
  });

  it("leaves classes alone that differ in anything else", () => {
    expect(found(code, of("{ name: a, priority: 0 }", "{ name: b, priority: 1 }"))).toEqual([]);
    expect(found(code, of("{ name: a, sampling: { max_tokens: 8 } }", "{ name: b }"))).toEqual([]);
    expect(found(code, of("{ name: alone }"))).toEqual([]);
  });
});
