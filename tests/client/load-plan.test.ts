import { describe, expect, it } from "vitest";
import { planLoad, shardOf, type LoadPlan } from "../../src/client/load-plan.ts";
import { unitCount, unitPlaces } from "../../src/client/plan/request-plan.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { loadOptions, someSamples, someWorkload, textSample } from "../support/completions.ts";

function loadPlan(workload: Partial<Workload>, requests: number, samples = someSamples(50)): LoadPlan {
  const planned = planLoad({
    ...loadOptions("http://127.0.0.1:1"),
    samples,
    requests,
    workload: someWorkload(workload),
  });
  if (!planned.ok) throw new Error(planned.problem.message);
  return planned.value;
}

/** What a plan sends, each unit with its number, its due time and its samples. */
function unitsOf({ requestPlan, dueNs }: LoadPlan) {
  return Array.from({ length: unitCount(requestPlan) }, (_, unit) => ({
    number: requestPlan.numbers[unit]!,
    dueNs: dueNs === null ? null : dueNs[unit]!,
    samples: requestPlan.sequence.slice(...unitPlaces(requestPlan, unit)).map(({ index }) => index),
    classOf: requestPlan.classOf?.[unit] ?? null,
  }));
}

function shards(whole: LoadPlan, workers: number): LoadPlan[] {
  return Array.from({ length: workers }, (_, worker) => shardOf(whole, worker, workers));
}

const conversations = Array.from({ length: 12 }, (_, index) => ({
  ...textSample(index),
  turn: { conversation: Math.floor(index / 3), turn: index % 3, system: null, thinkS: 0 },
}));

const loads: [string, LoadPlan][] = [
  ["an open loop", loadPlan({ scenario: "open", arrivals: { kind: "poisson" }, load: { rate: 100 } }, 1003)],
  ["a closed loop", loadPlan({ load: { concurrency: 7, order: "shuffled" } }, 101)],
  ["offline", loadPlan({ scenario: "offline", load: { max_in_flight: 64 } }, 500)],
  ["conversations", loadPlan({ endpoint: "chat", load: { concurrency: 3 } }, 60, conversations)],
  [
    "request classes",
    loadPlan(
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

describe.each(loads)("the shards of a load: %s", (_, whole) => {
  it.each([1, 2, 3])("are together exactly the load of one, with %i workers", (workers) => {
    const dealt = shards(whole, workers).flatMap(unitsOf);
    expect(dealt.toSorted((left, right) => left.number - right.number)).toEqual(unitsOf(whole));
    const asked = shards(whole, workers).reduce((sum, shard) => sum + shard.asked, 0);
    expect(asked).toBe(whole.asked);
  });

  it("keep the order of sending within each", () => {
    for (const shard of shards(whole, 3)) {
      const numbers = [...shard.requestPlan.numbers];
      expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    }
  });
});

describe("a shard of a closed loop", () => {
  it("has units in proportion to the places that it keeps open, so that all end together", () => {
    const sizes = shards(loadPlan({ load: { concurrency: 3 } }, 300), 2).map(({ requestPlan, asked }) => ({
      units: unitCount(requestPlan),
      asked,
    }));
    expect(sizes).toEqual([
      { units: 200, asked: 2 },
      { units: 100, asked: 1 },
    ]);
  });
});

describe("a shard of an open loop", () => {
  it("is every n-th request at its own due time", () => {
    const whole = loadPlan({ scenario: "open", arrivals: { kind: "poisson" }, load: { rate: 100 } }, 10);
    expect([...shardOf(whole, 1, 3).dueNs!]).toEqual([1, 4, 7].map((unit) => whole.dueNs![unit]));
  });
});
