import { describe, expect, it } from "vitest";
import { diagnose, isolation, markedIn, matrix } from "../study-fixture.ts";

const served = { "sut/served.yaml": "extends: pocket\nenvironment: { kind: endpoint, url: 'http://127.0.0.1:1' }\n" };

function found(parts: Parameters<typeof matrix>[0]) {
  const text = matrix({ sut: "{ engine: served, model: m }", baseline: "{ id: s }", ...parts });
  return diagnose({ ...served, "matrices/a.yaml": text })
    .filter(({ code }) => code === "server-runs-already" || code === "unknown-knob")
    .map(({ code, severity, excerpt = "" }) => `${severity} ${code} ${markedIn(excerpt)}`);
}

describe("server-runs-already", () => {
  it.each([
    "max_num_seqs: 8",
    "no_such_knob: 1",
    "env.FOO: bar",
    "sut.extra_args: [--x]",
    "sut.prefix: [env]",
    "sut.version: '2'",
  ])("refuses what only a start could apply: %s", (setting) => {
    const name = setting.slice(0, setting.indexOf(":"));
    expect(found({ design: isolation(`{ id: a, set: { ${setting} } }`) })).toEqual([
      `error server-runs-already ${name}`,
    ]);
  });

  it("says it once for each setting, however many rows have it, and for arguments and prefix of sut", () => {
    const rows = isolation("{ id: a, set: { env.FOO: a } }", "{ id: b, set: { env.FOO: b } }");
    const sut = "{ engine: served, model: m, extra_args: [--x], prefix: [env] }";
    expect(found({ sut, design: rows })).toEqual([
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
      expect(found({ design: isolation(`{ id: a, set: { ${setting} } }`) })).toEqual([]);
  });

  it("leaves a client's setting under a wrong name to the rule that knows the right one", () => {
    expect(found({ design: isolation("{ id: a, set: { concurrency: 8 } }") })).toEqual([
      "error unknown-knob concurrency",
    ]);
  });

  it("says nothing of an engine that is started", () => {
    expect(
      found({ sut: "{ engine: pocket, model: m }", design: isolation("{ id: a, set: { env.FOO: bar } }") }),
    ).toEqual([]);
  });
});
