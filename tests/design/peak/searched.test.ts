import { expect, it } from "vitest";
import { expandStudy } from "../../../src/design/expand.ts";
import { accuracyFollowsPeak, isSearched, searchedExperiments } from "../../../src/design/peak/searched.ts";
import type { Workload } from "../../../src/schema/workload.ts";
import { makeStudy, makeWorkload } from "../../support/make-study.ts";

const peak = { from: 4, to: null, tolerance: 0.1, most: 12, share: 0.99, sustain: true };
const searching = makeStudy({ kind: "isolation", changes: [] }, { peak });

it("is the open loop of one rate, under a search alone", () => {
  const searched = (changes: Partial<Workload>) => isSearched(searching, { workload: makeWorkload(changes) });
  expect(searched({ scenario: "open", arrivals: { kind: "poisson" } })).toBe(true);
  expect(searched({ scenario: "server", arrivals: null })).toBe(true);
  expect(searched({ scenario: "open", arrivals: { kind: "ramp", to: 9, seconds: 9 } })).toBe(false);
  expect(searched({ scenario: "open", arrivals: { kind: "trace", path: "t.csv", format: "csv" } })).toBe(false);
  expect(searched({ scenario: "closed", load: { concurrency: 4 } })).toBe(false);
  const workload = makeWorkload({ scenario: "open", arrivals: { kind: "poisson" } });
  expect(isSearched({ ...searching, peak: null }, { workload })).toBe(false);
});

it("searches no row that is skipped, and every other of such a workload", () => {
  const change = { label: "a", set: { max_model_len: 9 }, pointer: "/design/changes/0" };
  const study = makeStudy(
    {
      kind: "isolation",
      changes: [
        { ...change, id: "a" },
        { ...change, id: "b", skip: "not yet" },
      ],
    },
    {
      peak,
      workloads: [makeWorkload({ name: "o", scenario: "open" }), makeWorkload({ name: "c", scenario: "closed" })],
    },
  );
  const names = searchedExperiments(study, expandStudy(study)).map(({ labels }) => labels.name);
  expect(names).toEqual(["baseline@o", "a@o"]);
});

it("has accuracy follow the peak where its workload takes one rate and states none", () => {
  const follows = (changes: Partial<Workload>) =>
    accuracyFollowsPeak({ ...searching, accuracy: makeWorkload(changes) });
  expect(follows({ scenario: "server" })).toBe(true);
  expect(follows({ scenario: "server", load: { rate: 3 } })).toBe(false);
  expect(follows({ scenario: "offline" })).toBe(false);
  expect(accuracyFollowsPeak(searching)).toBe(false);
  expect(accuracyFollowsPeak({ ...searching, peak: null, accuracy: makeWorkload({ scenario: "server" }) })).toBe(false);
});
