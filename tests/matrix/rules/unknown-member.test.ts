import { describe, expect, it } from "vitest";
import { diagnose, found, isolation, markedIn, matrix, oneStep } from "../study-fixture.ts";

const code = "unknown-member";

describe("unknown-member", () => {
  it("names the member that was meant, in a map and by its dotted path", () => {
    const [one, ...others] = found(code, oneStep("draft_config: { method: ngram, num_draft_token: 3 }"));
    expect(one).toMatchObject({ severity: "error", at: "num_draft_token", hint: "did you mean `num_draft_tokens`?" });
    expect(others).toEqual([]);
    const [dotted] = found(code, oneStep("draft_config.num_draft_token: 3"));
    expect(dotted).toMatchObject({ severity: "error", at: "draft_config.num_draft_token" });
  });

  it("looks into a map within the map, and not into one that may hold anything", () => {
    const [one] = found(code, oneStep("draft_config: { passes: { fuse_nrom: true }, extra: { what: 1 } }"));
    expect(one).toMatchObject({ at: "fuse_nrom", hint: "did you mean `passes.fuse_norm`?" });
    expect(found(code, oneStep("compilation_config: { anything: 1 }"))).toEqual([]);
    expect(found(code, oneStep("draft_config.extra.what: 1"))).toEqual([]);
  });

  it("warns of a name that nothing is near, with those there are, and of one that is gone, with what replaced it", () => {
    const [far] = found(code, oneStep("draft_config: { zebra: 1 }"));
    expect(far).toMatchObject({ severity: "warning", at: "zebra" });
    expect(far?.hint).toContain("method, num_draft_tokens, passes");
    const [gone] = found(code, oneStep("draft_config: { level: 3 }"));
    expect(gone).toMatchObject({ severity: "warning", hint: "instead of it: method" });
  });

  it("says it once for all rows", () => {
    const rows = [3, 5].map((count) => `{ id: k${count}, set: { draft_config: { num_draft_token: ${count} } } }`);
    expect(found(code, { design: isolation(...rows) })).toHaveLength(1);
  });

  it("leaves types, choices and ranges of members to the rules of knobs", () => {
    const text = matrix(oneStep("draft_config: { method: ngran, num_draft_tokens: 0, passes: { fuse_norm: 1 } }"));
    const said = diagnose({ "matrices/a.yaml": text }).filter(({ severity }) => severity === "error");
    expect(said.map(({ code: own, excerpt = "" }) => `${own} ${markedIn(excerpt)}`)).toEqual([
      "not-a-choice ngran",
      "out-of-range 0",
      "wrong-type 1",
    ]);
    expect(said[0]?.hint).toContain("did you mean `ngram`?");
    const [dotted] = found("not-a-choice", oneStep("draft_config.method: ngran"));
    expect(dotted?.hint).toContain("did you mean `ngram`?");
  });
});
