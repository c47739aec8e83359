import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "scenario-without-ruleset";
const workloads = (more: string) => `[{ dataset: { kind: synthetic, profile: chat }, ${more} }]`;

describe("scenario-without-ruleset", () => {
  it.each(["server", "interactive", "single_stream", "multi_stream"])("refuses %s alone", (scenario) => {
    const [one, ...others] = found(code, { workloads: workloads(`scenario: ${scenario}, load: { rate: 1 }`) });
    expect(one).toMatchObject({ severity: "error", at: scenario });
    expect(one?.hint).toContain("add `ruleset:");
    expect(others).toEqual([]);
  });

  it("lets our own scenarios do without, and takes one", () => {
    expect(found(code, { workloads: workloads("scenario: offline") })).toEqual([]);
    expect(found(code, { workloads: workloads("scenario: open, load: { rate: 1 }") })).toEqual([]);
    const server = workloads("scenario: server, ruleset: mini/tiny, load: { rate: 1 }");
    expect(found(code, { workloads: server })).toEqual([]);
  });
});
