import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose, isolation, markedIn, matrix } from "../study-fixture.ts";

const pocket = readFileSync(join(import.meta.dirname, "../../fixtures/sut/pocket.yaml"), "utf8");
/** The fixture's engine with the two knobs in question. */
const adapters = `${pocket}  enable_lora: { flag: --enable-lora, type: bool }
  scheduling_policy: { flag: --scheduling-policy, type: choice, values: [fcfs, priority], default: fcfs }
`;

function found(classes: string, parts: Parameters<typeof matrix>[0] = {}, engine = adapters) {
  const workloads = `[{ workload: w, dataset: { kind: synthetic, profile: chat }, classes: [${classes}] }]`;
  const files = {
    "matrices/a.yaml": matrix({ sut: "{ engine: adapters, model: m }", workloads, ...parts }),
    "sut/adapters.yaml": engine,
  };
  return diagnose(files)
    .filter(({ code }) => code === "class-without-knob")
    .map(({ severity, message, excerpt = "" }) => ({ severity, message, at: markedIn(excerpt) }));
}

describe("class-without-knob", () => {
  it("warns of an adapter's name where no row turns adapters on", () => {
    const [one, ...others] = found("{ name: a, model: my-lora }, { name: b }");
    expect(one).toMatchObject({ severity: "warning", at: "model" });
    expect(one?.message).toBe(
      "class `a` says `model`, and `baseline` (and 1 more) does not set `enable_lora: true`: it knows no adapter by that name",
    );
    expect(others).toEqual([]);
  });

  it("warns of a priority where requests are served as they come", () => {
    const design = isolation("{ id: by-priority, set: { scheduling_policy: priority } }");
    expect(found("{ name: a, priority: 3 }", { design })).toMatchObject([
      {
        at: "priority",
        message: expect.stringMatching(/and `baseline` does not set `scheduling_policy: priority`/) as string,
      },
    ]);
  });

  it("says it once, however many classes ask", () => {
    const [one, ...others] = found("{ name: plain }, { name: a, priority: 3 }, { name: b, priority: 1 }");
    expect(one?.message).toMatch(/^class `a` \(and 1 more\) says `priority`/);
    expect(others).toEqual([]);
  });

  it("is content where the knob is set, or the engine has no such knob", () => {
    const baseline = "{ knobs: { enable_lora: true, scheduling_policy: priority } }";
    expect(found("{ name: a, model: my-lora, priority: 3 }", { baseline })).toEqual([]);
    expect(found("{ name: a, model: my-lora, priority: 3 }", {}, pocket)).toEqual([]);
    const without = adapters.replace("flag: --enable-lora, type: bool", "type: bool, unsupported: no adapters here");
    expect(found("{ name: a, model: my-lora }", {}, without)).toEqual([]);
  });
});
