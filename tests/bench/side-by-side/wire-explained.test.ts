import { describe, expect, it } from "vitest";
import { sideBySide, sideTable } from "../../../bench/side-by-side/compare.ts";
import type { Round } from "../../../bench/side-by-side/round.ts";

const metric = "itl p50, ms";

/** What a tool saw, and what passed the wire, of one metric. */
function round(seen: number, wire: number | null, others: { [name: string]: number } = {}): Round {
  const figures = { [metric]: seen };
  return {
    reported: figures,
    defined: figures,
    counted: {},
    settled: {},
    wire: wire === null ? null : { [metric]: wire, ...others },
  };
}

function explanation(ours: Round, theirs: Round, beside: Round[] = []): string | null {
  const rows = sideBySide([ours], [theirs], { beside, usage: null, lateness: [] });
  return rows.find((row) => row.metric === metric)!.explanation;
}

describe("a row with a witness on the wire", () => {
  it("is the engine's where the wire differs by as much", () => {
    expect(explanation(round(2, 2), round(2.4, 2.38))).toBe(
      "engine: on the wire the two differ by +19.0 %: what it did differed, not how it was seen",
    );
  });

  it("is the client's where the wire does not differ, with what each makes of what arrived", () => {
    expect(explanation(round(2, 2), round(2.4, 2.01))).toBe(
      "client: on the wire the two differ by +0.5 %; it reports 19.4 % above what arrived, ours 0.0 % above it",
    );
  });

  it("is both where each has a part", () => {
    expect(explanation(round(1.98, 2), round(2.64, 2.2))).toBe(
      "engine and client: on the wire the two differ by +10.0 %; for the other +23.3 % it reports 20.0 % above what arrived, ours 1.0 % below it",
    );
  });

  it("says how many tokens an event bore, and what the burner shows on the wire", () => {
    const name = "tokens an event, mean";
    const words = explanation(round(2, 2, { [name]: 1.1 }), round(2.4, 2.4, { [name]: 1.04 }), [round(9, 2.39)]);
    expect(words).toMatch(/^engine: .* differ by \+20\.0 %, with 1\.04 tokens an event, ours 1\.10: /);
    expect(words).toMatch(/; CPU: ours beside .* differs on the wire by \+0\.4 %$/);
    expect(explanation(round(2, 2), round(2.4, 2.4), [round(2.4, 2)])).not.toMatch(/CPU/);
  });

  it("appends the engine's own mean where it goes the same way", () => {
    const own = (value: Round, itlMs: number): Round => ({
      ...value,
      reported: { ...value.reported, "engine's own itl mean, ms": itlMs },
    });
    expect(explanation(own(round(2, 2), 1), own(round(2.4, 2.4), 1.1))).toMatch(/, by its own means by \+10\.0 %: /);
    expect(explanation(own(round(2, 2), 1), own(round(2.4, 2.4), 0.9))).not.toMatch(/own mean/);
  });

  it("comes after what definitions explain, and before nothing is known", () => {
    const theirs: Round = { ...round(2.4, 2.02), defined: { [metric]: 2.02 } };
    expect(explanation(round(2, 2), theirs)).toMatch(/^definition: /);
    expect(explanation(round(2, null), round(2.4, 2.4))).toMatch(/^NOT EXPLAINED/);
  });

  it("takes all its parts of medians over the rounds, which need not be of the same round", () => {
    const ours = [round(2, 2), round(2, 2), round(2, 1)];
    const theirs = [round(2.4, 2), round(2.6, 3.9), round(3, 2.1)];
    const row = sideBySide(ours, theirs).find((one) => one.metric === metric)!;
    expect(row.explanation).toMatch(
      /on the wire the two differ by \+5\.0 %; for the other \+25\.0 % it reports 23\.8 % above what arrived, ours 0\.0 % above/,
    );
  });

  it("stands in the table, which has no such columns where nobody watched", () => {
    expect(sideTable(sideBySide([round(2, 2)], [round(2.4, 2.38)]), "theirs")).toMatch(/2\.400\.\.2\.400 +2\.380 /);
    expect(sideTable(sideBySide([round(2, null)], [round(2.4, null)]), "theirs")).not.toMatch(/on the wire/);
  });
});
