import { describe, expect, it } from "vitest";
import { judge } from "../../src/checks/index.ts";
import { checkOf, input, knob } from "../support/judged-trials.ts";

describe("resolved-equals-declared", () => {
  it("fails where any knob ended up different, and says which", () => {
    const resolved = [knob("a", "same"), knob("async_scheduling", "different"), knob("c", "not verifiable")];
    expect(judge(input({ resolved }))).toMatchObject({
      status: "INVALID",
      reason: "resolved-equals-declared: the engine resolved async_scheduling to false, where true is declared",
    });
    expect(checkOf("resolved-equals-declared", { resolved })).toMatchObject({ value: 1, limit: 0, margin: -1 });
  });
  it("is unknown where nothing could be seen, and passes where something was", () => {
    expect(checkOf("resolved-equals-declared", { resolved: [knob("a", "not verifiable")] })?.status).toBe("unknown");
    expect(
      checkOf("resolved-equals-declared", { resolved: [knob("a", "same"), knob("b", "not verifiable")] }),
    ).toMatchObject({ status: "pass", message: "1 knob resolved as declared; not verifiable: b" });
    expect(checkOf("resolved-equals-declared", { resolved: [] })).toBeUndefined();
  });
});
