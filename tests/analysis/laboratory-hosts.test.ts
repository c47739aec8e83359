import { describe, expect, it } from "vitest";
import { armsApart, hostLines, isSameFindings, oneHost, studiesOf } from "../../bench/statistics/hosts.ts";
import { tally } from "../../bench/virtual-studies.ts";
import { binomialCdf } from "../../src/math/distributions.ts";

const STUDIES = 20;

/** Of so many studies, a count that happens by chance in fewer than one of ten thousand says that the rate is above this. */
function atMost(count: number, rate: number): void {
  expect(1 - binomialCdf(count - 1, STUDIES, rate)).toBeGreaterThan(1e-4);
}

/** The long version, with its table, is bench/statistics.ts. */
describe("the virtual laboratory on several hosts", () => {
  const onOne = [false, true].map((some) => studiesOf(oneHost, some, STUDIES));

  it.each(hostLines.filter((line) => line !== oneHost))("keeps its errors within their rates: $name", (line) => {
    const [none, some] = [false, true].map((withEffects) => studiesOf(line, withEffects, STUDIES));
    if (line.isSame) {
      for (const [at, found] of [none!, some!].entries())
        for (const [study, own] of found.entries()) expect(isSameFindings(own, onOne[at]![study]!)).toBe(true);
    }
    const quiet = tally(none!);
    const moved = tally(some!);
    expect(quiet.intervals).toBe(4 * STUDIES);
    const missed = 1 - (quiet.covered + moved.covered) / (quiet.intervals + moved.intervals);
    // Intervals of one study share its residual: they are counted as one study each, on average.
    atMost(Math.round(missed * STUDIES), 0.065);
    atMost(quiet.familyErrors, 0.065);
    atMost(quiet.falseShips, 0.05);
    atMost(quiet.falseRejects, 0.05);
  });

  it("holds every change that ran on another host than its baseline, whatever the hosts do", () => {
    const { contrasts, outcomes } = tally(studiesOf({ condition: armsApart }, false, STUDIES)).byTruth.get(1)!;
    expect(outcomes.get("HOLD")).toBe(contrasts);
  });
});
