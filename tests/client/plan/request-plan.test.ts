import { describe, expect, it } from "vitest";
import {
  cancellationAt,
  classOfUnit,
  measuredPlan,
  takeUnits,
  unitCount,
  unitPlaces,
  warmUpPlan,
} from "../../../src/client/plan/request-plan.ts";
import type { Workload } from "../../../src/schema/workload.ts";
import { someSamples, someWorkload } from "../../support/completions.ts";
import { conversation } from "../../support/phase.ts";

const talks = [...conversation(0, 3), ...someSamples(1), ...conversation(2, 2)];
const requestPlan = (changes: Partial<Workload> = {}, requests = 60, seed = 1, samples = talks) =>
  measuredPlan({ samples, requests, workload: someWorkload(changes), seed });

const classes = [
  { name: "a", share: 0.5, cancel: { share: 0.25, after_s: 1 } },
  { name: "b", share: 0.3 },
  { name: "c", share: 0.2 },
];
const names = (of: ReturnType<typeof requestPlan>) =>
  Array.from({ length: unitCount(of) }, (_, unit) => classOfUnit(of, unit)?.name ?? null);
/** Requests that are cut off, by the class of their unit. */
function cutOffs(of: ReturnType<typeof requestPlan>): Record<string, number> {
  const found: Record<string, number> = {};
  for (let unit = 0; unit < unitCount(of); unit += 1) {
    const [from, to] = unitPlaces(of, unit);
    for (let place = from; place < to; place += 1) {
      if (cancellationAt(of, unit, place) === null) continue;
      const name = classOfUnit(of, unit)?.name ?? "";
      found[name] = (found[name] ?? 0) + 1;
    }
  }
  return found;
}

describe("the requestPlan of a load", () => {
  it("knows where each unit lies", () => {
    const made = requestPlan({}, 7);
    expect(unitCount(made)).toBe(4);
    expect([0, 1, 2, 3].map((unit) => unitPlaces(made, unit))).toEqual([
      [0, 3],
      [3, 4],
      [4, 6],
      [6, 9],
    ]);
    expect(made.sequence).toHaveLength(9);
  });

  it("deals classes to units by share, the same for a seed and others for another", () => {
    const made = requestPlan({ classes }, 400, 7, someSamples(10));
    const dealt = names(made);
    expect(["a", "b", "c"].map((name) => dealt.filter((one) => one === name).length)).toEqual([200, 120, 80]);
    expect(names(requestPlan({ classes }, 400, 7, someSamples(10)))).toEqual(dealt);
    expect(names(requestPlan({ classes }, 400, 8, someSamples(10)))).not.toEqual(dealt);
    // Mixed: no class has a stretch of its own.
    expect(dealt.slice(0, 40).filter((name) => name === "a").length).toBeLessThan(40);
    // Arrivals have no part in it.
    const open = { classes, scenario: "open" as const, arrivals: { kind: "poisson" as const }, load: { rate: 3 } };
    expect(names(requestPlan(open, 400, 7, someSamples(10)))).toEqual(dealt);
  });

  it("gives every unit a class where shares do not divide", () => {
    const thirds = ["x", "y", "z"].map((name) => ({ name }));
    const dealt = names(requestPlan({ classes: thirds }, 100, 1, someSamples(5)));
    expect(["x", "y", "z"].map((name) => dealt.filter((one) => one === name).length)).toEqual([34, 33, 33]);
  });

  it("cuts off its share of requests, each class by its own rule, the others by the workload's", () => {
    expect(cutOffs(requestPlan({ cancel: { share: 0.1, after_s: 1 } }, 200, 1, someSamples(9)))).toEqual({ "": 20 });
    const both = requestPlan({ classes, cancel: { share: 0.5, after_tokens: 3 } }, 400, 1, someSamples(9));
    expect(cutOffs(both)).toEqual({ a: 50, b: 60, c: 40 });
    expect(cutOffs(requestPlan({ classes }, 400, 1, someSamples(9)))).toEqual({ a: 50 });
    expect(cutOffs(requestPlan())).toEqual({});
  });

  it("cuts off nothing of the warm-up, whose requests have classes", () => {
    const workload = someWorkload({ classes, cancel: { share: 1, after_s: 1 }, warmupRequests: 10 });
    const warm = warmUpPlan({ samples: someSamples(4), workload, seed: 1 }, 1);
    expect(cutOffs(warm)).toEqual({});
    expect(new Set(names(warm))).toEqual(new Set(["a", "b", "c"]));
  });

  it("is split into parts that are the whole, each unit with its number, class and cut-offs", () => {
    const whole = requestPlan({ classes, cancel: { share: 0.5, after_s: 1 } }, 60);
    const parts = [0, 1, 2].map((part) => takeUnits(whole, (unit) => unit % 3 === part));
    const unitsOf = (of: typeof whole) =>
      Array.from({ length: unitCount(of) }, (_, unit) => {
        const [from, to] = unitPlaces(of, unit);
        const places = Array.from({ length: to - from }, (_place, turn) => from + turn);
        const cut = places.map((place) => cancellationAt(of, unit, place));
        const samples = places.map((place) => of.sequence[place]);
        return { number: of.numbers[unit]!, class: classOfUnit(of, unit)?.name, cut, samples };
      });
    const joined = parts.flatMap(unitsOf).toSorted((left, right) => left.number - right.number);
    expect(joined).toEqual(unitsOf(whole));
    expect(parts.every((part) => unitCount(part) >= 9)).toBe(true);
  });
});
