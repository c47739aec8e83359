import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "class-shares";
const chat = (classes: string) =>
  `[{ dataset: { kind: synthetic, profile: chat }, counts: { screen: { requests: 100 } }, classes: [${classes}] }]`;

describe("class-shares", () => {
  it("warns of a share that is left out beside others", () => {
    const [one, ...others] = found(code, { workloads: chat("{ name: a, share: 0.25 }, { name: b }") });
    expect(one).toMatchObject({ severity: "warning", at: "b" });
    expect(one?.message).toContain("it is 1, and 80 % of the requests are its own");
    expect(others).toEqual([]);
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
