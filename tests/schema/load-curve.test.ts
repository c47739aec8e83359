import { expect, it } from "vitest";
import { axesOf, type AxisFile } from "../../src/schema/axis.ts";
import { isLoadAxis, loadCurves, loadText } from "../../src/schema/load-curve.ts";

it("is of an axis that varies the load alone", () => {
  const isOfLoad = (name: string, points: AxisFile) => isLoadAxis(axesOf({ [name]: points }, "", () => null)[0]!);
  expect(isOfLoad("load.concurrency", [1, 4])).toBe(true);
  expect(isOfLoad("load.rate", { from: 1, to: 8, factor: 2 })).toBe(true);
  expect(
    isOfLoad("users", [
      { id: "few", "load.rate": 1, "load.max_in_flight": 4 },
      { id: "many", "load.rate": 9 },
    ]),
  ).toBe(true);
  expect(isOfLoad("load.max_in_flight", [1, 4])).toBe(false);
  expect(isOfLoad("dataset.input_tokens", [1, 4])).toBe(false);
  expect(
    isOfLoad("mix", [
      { id: "a", "load.rate": 1, "dataset.input_tokens": 9 },
      { id: "b", "load.rate": 2 },
    ]),
  ).toBe(false);
  expect(
    isOfLoad("same", [
      { id: "a", "load.rate": 1, "load.workers": 1 },
      { id: "b", "load.rate": 1, "load.workers": 2 },
    ]),
  ).toBe(false);
});

it("has its points from the lowest load up; a single load is no curve", () => {
  const member = (curve: string, load: number) => ({ labels: { curve }, knobs: { "load.concurrency": load } });
  const members = [member("a", 8), member("b", 3), member("a", 1), { labels: {}, knobs: { "load.concurrency": 2 } }];
  expect(loadCurves(members)).toEqual([
    {
      name: "a",
      setting: "load.concurrency",
      points: [
        { load: 1, member: members[2] },
        { load: 8, member: members[0] },
      ],
    },
  ]);
  expect([loadText("load.concurrency", 8), loadText("load.rate", 2.5)]).toEqual(["8 in flight", "2.5 requests/s"]);
});
