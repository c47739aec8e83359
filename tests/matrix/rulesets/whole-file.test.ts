import { describe, expect, it } from "vitest";
import { loadMlperfFacts } from "../../../src/matrix/rulesets/whole-file.ts";

const read = (text: string) => loadMlperfFacts("/study/facts.yaml", text, "/study");

describe("loadMlperfFacts", () => {
  it("takes what a submitter knows", () => {
    const { value: facts, diagnostics } = read(
      "format: ceteris.mlperf-facts/1\nsystem: { status: rdi, host_network_card_count: 2 }\ncalibration: None.\n",
    );
    expect(diagnostics).toEqual([]);
    expect(facts).toMatchObject({ system: { status: "rdi", host_network_card_count: 2 }, calibration: "None." });
  });

  it.each([
    ["a member that the checker does not know", "system: { coling: air }", "coling"],
    ["a status that it refuses", "system: { status: sold out }", "status"],
    ["a fact that says nothing", 'system: { cooling: "" }', "cooling"],
  ])("refuses %s, with its place", (_, line, named) => {
    const { value: facts, diagnostics } = read(`format: ceteris.mlperf-facts/1\n${line}\n`);
    expect(facts).toBeNull();
    expect(diagnostics[0]).toMatchObject({ severity: "error", file: "facts.yaml", line: 2 });
    expect(JSON.stringify(diagnostics)).toContain(named);
  });
});
