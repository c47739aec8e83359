import { describe, expect, it } from "vitest";
import { layOut, partOf, type LoadLayout } from "../../src/client/load-layout.ts";
import { unitCount, unitPlaces } from "../../src/client/plan/units.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { loadOptions, someSamples, someWorkload, textSample } from "../support/completions.ts";

function layout(workload: Partial<Workload>, requests: number, samples = someSamples(50)): LoadLayout {
  const laid = layOut({ ...loadOptions("http://127.0.0.1:1"), samples, requests, workload: someWorkload(workload) });
  if (!laid.ok) throw new Error(laid.problem.message);
  return laid.value;
}

/** What a layout sends, each unit with its number, its due time and its samples. */
function unitsOf({ traffic, dueNs }: LoadLayout) {
  return Array.from({ length: unitCount(traffic) }, (_, unit) => ({
    number: traffic.numbers[unit]!,
    dueNs: dueNs === null ? null : dueNs[unit]!,
    samples: traffic.sequence.slice(...unitPlaces(traffic, unit)).map(({ index }) => index),
    classOf: traffic.classOf?.[unit] ?? null,
  }));
}

function parts(whole: LoadLayout, workers: number): LoadLayout[] {
  return Array.from({ length: workers }, (_, worker) => partOf(whole, worker, workers));
}

const conversations = Array.from({ length: 12 }, (_, index) => ({
  ...textSample(index),
  turn: { conversation: Math.floor(index / 3), turn: index % 3, system: null, thinkS: 0 },
}));

const loads: [string, LoadLayout][] = [
  ["an open loop", layout({ scenario: "open", arrivals: { kind: "poisson" }, load: { rate: 100 } }, 1003)],
  ["a closed loop", layout({ load: { concurrency: 7, order: "shuffled" } }, 101)],
  ["offline", layout({ scenario: "offline", load: { max_in_flight: 64 } }, 500)],
  ["conversations", layout({ endpoint: "chat", load: { concurrency: 3 } }, 60, conversations)],
  [
    "request classes",
    layout(
      {
        load: { concurrency: 4 },
        classes: [
          { name: "a", share: 1 },
          { name: "b", share: 3 },
        ],
      },
      200,
    ),
  ],
];

describe.each(loads)("the parts of a load: %s", (_, whole) => {
  it.each([1, 2, 3])("are together exactly the load of one, with %i workers", (workers) => {
    const dealt = parts(whole, workers).flatMap(unitsOf);
    expect(dealt.toSorted((left, right) => left.number - right.number)).toEqual(unitsOf(whole));
    const asked = parts(whole, workers).reduce((sum, part) => sum + part.asked, 0);
    expect(asked).toBe(whole.asked);
  });

  it("keep the order of sending within each", () => {
    for (const part of parts(whole, 3)) {
      const numbers = [...part.traffic.numbers];
      expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    }
  });
});

describe("a part of a closed loop", () => {
  it("has units in proportion to the places that it keeps open, so that all end together", () => {
    const sizes = parts(layout({ load: { concurrency: 3 } }, 300), 2).map(({ traffic, asked }) => ({
      units: unitCount(traffic),
      asked,
    }));
    expect(sizes).toEqual([
      { units: 200, asked: 2 },
      { units: 100, asked: 1 },
    ]);
  });
});

describe("a part of an open loop", () => {
  it("is every n-th request at its own due time", () => {
    const whole = layout({ scenario: "open", arrivals: { kind: "poisson" }, load: { rate: 100 } }, 10);
    expect([...partOf(whole, 1, 3).dueNs!]).toEqual([1, 4, 7].map((unit) => whole.dueNs![unit]));
  });
});
