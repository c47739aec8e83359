import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "flag-not-yet";

describe("flag-not-yet", () => {
  it("finds a version whose command line lacks what every launch gets", () => {
    const [one, ...others] = found(code, { sut: "{ engine: pocket, model: m, version: 0.6.4 }" });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: "error", at: "0.6.4" });
    expect(one?.message).toContain("pocket 0.6.4 does not take");
    expect(one?.message).toContain("--strict (since 0.12.0)");
    expect(one?.hint).toContain("sut/pocket-0.6.4.yaml: `extends: pocket`");
  });

  it("finds it in a factor, at the value", () => {
    const design = "{ kind: combination, factors: { sut.version: [0.11.0, 0.32.0] } }";
    expect(found(code, { design }).map(({ at }) => at)).toEqual(["0.11.0"]);
  });

  it("is silent where the version takes all of it", () => {
    expect(found(code, {})).toEqual([]);
    expect(found(code, { sut: "{ engine: pocket, model: m, version: 0.12.0 }" })).toEqual([]);
  });
});
