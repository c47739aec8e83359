import { expect, it } from "vitest";
import { tilesOf } from "../../src/report/tiles.ts";
import type { Drift } from "../../src/schema/effect.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeReportInput } from "../support/fake-report.ts";

it("has four figures, each beside its limit", () => {
  const input = fakeReportInput();
  const tiles = tilesOf(input);
  expect(tiles.map(({ title }) => title)).toEqual([
    "Usable trials",
    "Smallest detectable effect",
    "Drift",
    "Load generator",
  ]);
  const usable = input.summaries.reduce((sum, row) => sum + row.usable, 0);
  const all = input.summaries.reduce((sum, row) => sum + row.of, 0);
  expect(tiles[0]).toMatchObject({ figure: String(usable), of: `of ${all}` });
  for (const { bar } of tiles) if (bar !== null) expect(bar.value).toBeLessThanOrEqual(1);
  expect(tiles.map(({ bar }) => bar?.said)).toEqual([`all ${all}`, "2 %", "2 %", undefined]);
});

it("has the decimals of the tables: one of what could be seen, two of drift", () => {
  const [, detectable, drift] = tilesOf(fakeReportInput());
  expect(detectable!.figure).toMatch(/^\d+\.\d %$/);
  expect(drift!.figure).toMatch(/^[+-]\d+\.\d\d %$/);
});

it("says of no drift that blocks and random places absorb it where they do not", () => {
  const noteOf = (drift: Partial<Drift>, order = "interleaved"): string => {
    const { study, effects, ...input } = fakeReportInput();
    const none = { acrossBlocks: null, withinBlock: null, curve: null, withinBlockP: null, singleBlock: null };
    const drifted = effects.map((effect) => ({ ...effect, drift: { ...none, ...drift } }));
    return tilesOf({ ...input, study: { ...study, order }, effects: drifted })[2]!.note;
  };
  expect(noteOf({ acrossBlocks: 1.1 })).toBe("blocks and random places absorb it");
  expect(noteOf({ acrossBlocks: 1.1 }, "declared")).toBe("in the declared order it may look like an effect");
  expect(noteOf({ singleBlock: 1.1 })).toBe("no other block absorbs it");
  expect(noteOf({ singleBlock: 1.001 })).toBe("below what matters");
});

it("has no figure where nothing ran", () => {
  const tiles = tilesOf({ ...fakeReportInput(), summaries: [], effects: [], decisions: [], trials: [] });
  expect(tiles.map(({ bar }) => bar)).toEqual([null, null, null, null]);
  expect(tiles[0]!.note).toBe("nothing ran");
});

it("says why nothing judged the load generator", () => {
  const input = fakeReportInput();
  const note = (change: (trial: Trial) => Trial): string =>
    tilesOf({ ...input, trials: input.trials.map(change) })[3]!.note;
  const check = {
    id: "client-bound",
    status: "unknown",
    value: null,
    limit: 5,
    margin: null,
    unit: "ms",
    remedy: "",
  } as const;
  const message = "nobody watched the client's event loop; it used 3 % of a core";
  expect(note((trial) => ({ ...trial, verdict: { ...trial.verdict, checks: [{ ...check, message }] } }))).toBe(
    "not judged: nobody watched the client's event loop",
  );
  expect(note((trial) => ({ ...trial, origin: "imported", verdict: { ...trial.verdict, checks: [] } }))).toBe(
    "not judged: the trials are another tool's",
  );
  expect(note((trial) => ({ ...trial, verdict: { ...trial.verdict, checks: [], status: "FAILED" } }))).toBe(
    "not judged: every trial FAILED",
  );
  const short = { ...check, value: 1, message: "1 ms late; a window under 5 s is too short to tell" };
  expect(note((trial) => ({ ...trial, verdict: { ...trial.verdict, checks: [short] } }))).toBe(
    "client-bound undecided: a window under 5 s is too short to tell",
  );
});

it("has neither effect nor drift where nothing is compared", () => {
  const input = fakeReportInput();
  const tiles = tilesOf({ ...input, study: { ...input.study, contrasts: [] }, effects: [], decisions: [] });
  expect(tiles.map(({ title }) => title)).toEqual(["Usable trials", "Load generator"]);
});
