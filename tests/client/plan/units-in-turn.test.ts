import { describe, expect, it } from "vitest";
import { unitsInTurn } from "../../../src/client/plan/units-in-turn.ts";
import { conversationsOf, type Sample } from "../../../src/schema/sample.ts";
import { someSamples } from "../../support/completions.ts";
import { conversation } from "../../support/phase.ts";

const of = (name: string | undefined, samples: Sample[]): Sample[] =>
  samples.map((sample) => (name === undefined ? sample : { ...sample, class: name }));
const dataset = { kind: "synthetic" as const };

describe("units of one dataset", () => {
  it("are asked in turn and round again, until there are so many requests and so many units", () => {
    const known = conversationsOf([...conversation(0, 3), ...someSamples(1)]);
    const mix = { classes: [{ name: "a" }, { name: "b" }], seed: 1 };
    expect(unitsInTurn(known, { requests: 5, mix }).map(({ length }) => length)).toEqual([3, 1, 3]);
    expect(unitsInTurn(known, { requests: 1, units: 2, mix }).map(({ length }) => length)).toEqual([3, 1]);
  });
});

describe("units of classes that have datasets of their own", () => {
  const classes = [
    { name: "short", share: 0.7, dataset },
    { name: "long", share: 0.3, dataset },
  ];
  const mixed = conversationsOf([...of("short", someSamples(8)), ...of("long", someSamples(4))]);
  const names = (seed: number, requests = 100) =>
    unitsInTurn(mixed, { requests, mix: { classes, seed } }).map(([first]) => first?.class);

  it("have each their classes' share of what is sent, mixed by the seed", () => {
    const dealt = names(1);
    expect(dealt.filter((name) => name === "short")).toHaveLength(70);
    expect(dealt.filter((name) => name === "long")).toHaveLength(30);
    expect(names(1)).toEqual(dealt);
    expect(names(2)).not.toEqual(dealt);
    expect(names(1, 10).filter((name) => name === "long")).toHaveLength(3);
  });

  it("are the next ones of their own dataset, and round again", () => {
    const long = unitsInTurn(mixed, { requests: 100, mix: { classes, seed: 1 } }).filter(
      ([one]) => one?.class === "long",
    );
    expect(long.slice(0, 6).map(([one]) => one?.index)).toEqual([0, 1, 2, 3, 0, 1]);
  });

  it("leave the workload's own dataset to the classes without one", () => {
    const some = [classes[1]!, { name: "a", share: 0.4 }, { name: "b", share: 0.3 }];
    const units = unitsInTurn(conversationsOf([...someSamples(5), ...of("long", someSamples(4))]), {
      requests: 20,
      mix: { classes: some, seed: 3 },
    });
    expect(units.filter(([one]) => one?.class === "long")).toHaveLength(6);
    expect(units.filter(([one]) => one?.class === undefined)).toHaveLength(14);
  });

  it("are as many as it takes where they are conversations", () => {
    const talks = conversationsOf([...of("short", someSamples(3)), ...of("long", conversation(9, 4))]);
    const units = unitsInTurn(talks, { requests: 60, mix: { classes, seed: 1 } });
    const requests = units.flat().length;
    expect(requests).toBeGreaterThanOrEqual(60);
    expect(requests).toBeLessThan(68);
    expect(units.filter(([one]) => one?.class === "long").length / units.length).toBeCloseTo(0.3, 1);
  });
});
