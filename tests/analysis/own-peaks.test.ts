import { describe, expect, it } from "vitest";
import { bestOfCells } from "../../src/analysis/best.ts";
import { decisions } from "../../src/analysis/decisions.ts";
import type { Decision } from "../../src/schema/effect.ts";
import type { PeakFound, ProbeOutcome } from "../../src/schema/peak-found.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../support/fake-trials.ts";

/** A row at its peak and what broke above it. */
function peakAt(row: string, peak: number, broke: number | null): PeakFound {
  const probe = (rate: number, outcome: ProbeOutcome) => ({
    rate,
    outcome,
    withinSlo: 99,
    why: "",
    tookS: 1,
    savedS: null,
  });
  const tries = [probe(peak, "held"), ...(broke === null ? [] : [probe(broke, "broke")])];
  return { row, workload: "chat", share: 0.99, tries, peak, undecided: null };
}

/** Rows that are each sustained at their own peak, with goodputs that differ from block to block by a few thousandths. */
function sustained(...peaks: PeakFound[]) {
  const experiments = peaks.map(({ row, peak }, index) =>
    fakeExperiment(row, index, { "load.rate": peak }, { workload: { name: "chat" } }),
  );
  const trials = experiments.flatMap((experiment, index) => [
    ...[1, 2, 3, 4].map((replicate) =>
      withFigures(fakeTrial(experiment, { replicate }), [
        ["goodput", "value", peaks[index]!.peak! * (0.99 + 0.001 * ((replicate * (index + 2)) % 3))],
      ]),
    ),
    fakeTrial(experiment, { purpose: "accuracy" }),
  ]);
  const contrasts = peaks.slice(1).map(({ row }) => {
    return { treatment: row, control: "baseline", changed: { seqs: 2 }, family: "isolation" } as const;
  });
  const peak = { from: 4, to: null, tolerance: 0.05, most: 12, share: 0.99, sustain: true };
  const workloads = [{ name: "chat", scenario: "open", ruleset: null, slo: true }] as never;
  return { study: { experiments, contrasts, fidelity: "valid", peak, peaks, workloads } as const, trials };
}

function decided(change: PeakFound, baseline: PeakFound): Decision {
  const { study, trials } = sustained(baseline, change);
  return decisions({ ...study, contrasts: [...study.contrasts] }, trials)[1]!;
}

describe("sides that ran at peaks of their own", () => {
  it("are not told apart by a step of the search, however alike their blocks are", () => {
    for (const made of [
      decided(peakAt("change", 20, 20.9), peakAt("baseline", 19.1, 20)),
      decided(peakAt("change", 19.1, 20), peakAt("baseline", 20, 20.9)),
    ]) {
      expect(made).toMatchObject({ outcome: "HOLD", missing: [{ kind: "confounded" }] });
      expect(made.missing[0]!.text).toMatch(
        /^confounded: each side ran at its own peak, .* requests\/s, each found by one search, and these cannot be told apart: the higher would have to lie more than 5 % above 20, which broke the lower; sweep `load\.rate`/,
      );
      expect(made.because).toContain("p ≤ 0.001");
    }
  });

  it("are told apart where the higher lies well above what broke the lower, and are said to rest on one search each", () => {
    const made = decided(peakAt("change", 24, 25), peakAt("baseline", 19.1, 20));
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toContain(
      "each side ran at its own peak, 24 against 19.1 requests/s, each found by one search, whose error no interval includes",
    );
    expect(decided(peakAt("change", 19.1, 20), peakAt("baseline", 24, 25)).outcome).toBe("REJECT");
  });

  it("are not told apart where nothing broke the lower", () => {
    expect(decided(peakAt("change", 24, 25), peakAt("baseline", 19.1, null)).missing[0]!.text).toContain(
      "no rate broke that of baseline",
    );
  });

  it("are in no best of many, which rests on p too", () => {
    const best = (rate: number) => {
      const { study, trials } = sustained(
        ...["baseline", "change", "third"].map((row) => peakAt(row, row === "third" ? rate : 20, 30)),
      );
      return bestOfCells({ ...study, contrasts: [...study.contrasts] }, trials);
    };
    expect(best(20)).toHaveLength(1);
    expect(best(20.9)).toEqual([]);
  });

  it("are compared as any others where they ran at one rate", () => {
    const made = decided(peakAt("change", 20, 20.9), peakAt("baseline", 20, 20.9));
    expect(made.outcome).toBe("NO EFFECT");
    expect(made.because).not.toContain("search");
  });
});
