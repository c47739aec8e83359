import { describe, expect, it } from "vitest";
import { allHold, isSet, knobsOf, type ValueOf } from "../../../src/matrix/engine/conditions.ts";
import type { Condition } from "../../../src/schema/engine-file.ts";

const defaults = new Map([["seqs", 256]]);
const valueOf: ValueOf = (assignment, knob) => (isSet(assignment, knob) ? assignment[knob] : defaults.get(knob));

describe("conditions on an assignment", () => {
  it.each<[Condition, boolean]>([
    [{ knob: "seqs", is: 256 }, true],
    [{ knob: "seqs", declared: true }, false],
    [{ knob: "tokens", declared: true }, true],
    [{ knob: "gone", declared: false }, true],
    [{ knob: "tokens", in: [1, 128] }, true],
    [{ knob: "tokens", in: [1, 2] }, false],
    [{ knob: "tokens", below: "seqs" }, true],
    [{ knob: "tokens", above: 128 }, false],
    [{ knob: "tokens", above: 127, below: 129 }, true],
    [{ knob: "unknown", below: 5 }, false],
    [{ knob: "tokens", below: "unknown" }, false],
    [{ knob: "config", is: { b: 1, a: 2 } }, true],
    [{ knob: "unset", is: null }, true],
  ])("%j: %s", (condition, expected) => {
    const assignment = { tokens: 128, config: { a: 2, b: 1 }, gone: null };
    expect(allHold([condition], assignment, valueOf)).toBe(expected);
  });

  it("name each knob once", () => {
    expect(
      knobsOf([
        { knob: "a", below: "b" },
        { knob: "a", above: 3 },
      ]),
    ).toEqual(["a", "b"]);
  });
});
