import { expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";

function rowsOf(heldNs: (number | null)[]) {
  const observation = observationOf(heldNs.map((ns, place) => ({ sentMs: place, tokensMs: [50], heldNs: ns })));
  const rows = measure({ observation, workload: someWorkload({ scenario: "open", load: { rate: 2 } }) });
  return rows.filter(({ metric }) => metric === "requests_held" || metric === "held_back");
}

it("says how many requests a cap held back, and for how long", () => {
  const rows = rowsOf([0, 2e6, 4e6, 0]);
  expect(rows.find(({ metric }) => metric === "requests_held")).toMatchObject({ value: 2, n: 4, unit: "1" });
  expect(rows.find(({ metric, stat }) => metric === "held_back" && stat === "mean")).toMatchObject({ value: 3, n: 2 });
});

it("says that none was held back, and that a load has no cap", () => {
  const rows = rowsOf([0, 0]);
  expect(rows.find(({ metric }) => metric === "requests_held")).toMatchObject({ value: 0 });
  expect(rows.find(({ stat }) => stat === "max")).toMatchObject({ value: null, why: "no request was held back" });
  const why = "nothing limits what is open in this load";
  for (const row of rowsOf([null, null])) expect(row).toMatchObject({ value: null, why, n: 0 });
});
