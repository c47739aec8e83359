import { describe, expect, it } from "vitest";
import { diagnose, found, isolation, markedIn, matrix } from "../study-fixture.ts";

describe("no-model", () => {
  const code = "no-model";
  const of = (model: string) => found(code, { sut: `{ engine: pocket, model: ${model} }` });

  it("is an error of a name that is empty, blank, or none that a file can have", () => {
    expect(of('""')).toMatchObject([{ severity: "error", message: "`sut.model` names no model" }]);
    expect(of('"  "')).toHaveLength(1);
    expect(of(String.raw`"a\0b"`)).toMatchObject([{ message: expect.stringContaining("a character") as string }]);
  });

  it("is said once where nothing names one, and not where each system does", () => {
    const systems = (more: string) => `systems: [{ id: a, model: m }, { id: b${more} }]\n`;
    const without = { sut: "{ engine: pocket }" };
    const said = [{ severity: "error", message: "`sut` lacks `model`", at: "sut" }];
    expect(found(code, without)).toMatchObject(said);
    expect(found(code, { ...without, more: systems("") })).toMatchObject(said);
    expect(found(code, { ...without, more: systems(", model: n") })).toEqual([]);
  });

  it("has nothing against a name", () => {
    expect(of("org/name")).toEqual([]);
    expect(of('"./a folder"')).toEqual([]);
  });
});

describe("extra-args", () => {
  const code = "extra-args";
  const system = (argument: string) => `{ engine: pocket, model: m, extra_args: [${argument}] }`;

  it("warns that nobody checks them", () => {
    expect(found(code, { sut: system("--mystery, '3'") })).toMatchObject([{ severity: "warning", at: "extra_args" }]);
  });

  it("refuses the flag of a knob, however it is written", () => {
    for (const argument of ["--max-num-seqs=8", "--max-num-seqs", "--no-enable-prefix-caching"]) {
      expect(found(code, { sut: system(argument) })).toMatchObject([{ severity: "error", at: argument }]);
    }
  });

  it("says nothing where there are none", () => {
    expect(found(code, {})).toEqual([]);
  });

  it("refuses what Ceteris sets itself", () => {
    const [one] = found(code, { sut: "{ engine: pocket, model: m, extra_args: [--port, '8000'] }" });
    expect(one).toMatchObject({ severity: "error", at: "--port", hint: "take it out" });
    expect(one?.message).toContain("is not an option of a matrix: Ceteris takes a free one");
  });
});

describe("server-runs-already", () => {
  const served = { "sut/served.yaml": "extends: pocket\nenvironment: { kind: endpoint, url: 'http://127.0.0.1:1' }\n" };

  function findings(parts: Parameters<typeof matrix>[0]) {
    const text = matrix({ sut: "{ engine: served, model: m }", baseline: "{ id: s }", ...parts });
    return diagnose({ ...served, "matrices/a.yaml": text })
      .filter(({ code }) => code === "server-runs-already" || code === "unknown-knob")
      .map(({ code, severity, excerpt = "" }) => `${severity} ${code} ${markedIn(excerpt)}`);
  }

  it.each([
    "max_num_seqs: 8",
    "no_such_knob: 1",
    "env.FOO: bar",
    "sut.extra_args: [--x]",
    "sut.prefix: [env]",
    "sut.version: '2'",
  ])("refuses what only a start could apply: %s", (setting) => {
    const name = setting.slice(0, setting.indexOf(":"));
    expect(findings({ design: isolation(`{ id: a, set: { ${setting} } }`) })).toEqual([
      `error server-runs-already ${name}`,
    ]);
  });

  it("says it once for each setting, however many rows have it, and for arguments and prefix of sut", () => {
    const rows = isolation("{ id: a, set: { env.FOO: a } }", "{ id: b, set: { env.FOO: b } }");
    const sut = "{ engine: served, model: m, extra_args: [--x], prefix: [env] }";
    expect(findings({ sut, design: rows })).toEqual([
      "error server-runs-already extra_args",
      "error server-runs-already prefix",
      "error server-runs-already env.FOO",
    ]);
  });

  it("takes what the client decides, the model that is asked for, and what runs before", () => {
    for (const setting of [
      "load.max_in_flight: 8",
      "sampling.temperature: 1",
      "sut.model: other",
      "sut.before_launch: [[a]]",
    ])
      expect(findings({ design: isolation(`{ id: a, set: { ${setting} } }`) })).toEqual([]);
  });

  it("leaves a client's setting under a wrong name to the rule that knows the right one", () => {
    expect(findings({ design: isolation("{ id: a, set: { concurrency: 8 } }") })).toEqual([
      "error unknown-knob concurrency",
    ]);
  });

  it("says nothing of an engine that is started", () => {
    expect(
      findings({ sut: "{ engine: pocket, model: m }", design: isolation("{ id: a, set: { env.FOO: bar } }") }),
    ).toEqual([]);
  });
});

describe("over-budget", () => {
  const code = "over-budget";

  it("counts the trials of the plan", () => {
    const [one] = found(code, { more: "budget: { trials: 20 }" }, { trials: 21 });
    expect(one).toMatchObject({ severity: "error", at: "20" });
    expect(one?.message).toBe("the plan has 21 trials, and the budget is 20");
    expect(found(code, { more: "budget: { trials: 20 }" }, { trials: 20 })).toEqual([]);
  });

  it("counts experiments and repeats where it is told no number", () => {
    expect(found(code, { more: "repeats: 3\nbudget: { trials: 5 }" })[0]?.message).toContain("6 trials");
  });

  it("says nothing without a budget", () => {
    expect(found(code, {}, { trials: 1000 })).toEqual([]);
  });
});
