import { describe, expect, it } from "vitest";
import { pairedRounds, pairedRoundsText } from "../../src/analysis/paired-rounds.ts";
import { pairedOrder } from "../../src/schema/own-order.ts";
import { effects } from "../../src/analysis/effects.ts";
import type { ComparedStudy } from "../../src/analysis/study.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

const a = fakeExperiment("baseline", 0, { max_num_seqs: 16 });
const b = fakeExperiment("fp8", 1, { max_num_seqs: 16, quantization: "fp8" });
const study: ComparedStudy = {
  experiments: [a, b],
  contrasts: [{ treatment: "fp8", control: "baseline", changed: { quantization: "fp8" }, family: "isolation" }],
  fidelity: "valid",
  order: pairedOrder,
};
const throughput = [{ metric: "output_throughput", stat: "value", purpose: "performance" }] as const;

/** Rounds that climb by 10 % each: only pairs tell the sides apart. */
const rounds = (gains: readonly number[]) =>
  gains.flatMap((gain, round) => {
    const value = 1000 * 1.1 ** round;
    return [
      fakeTrial(a, { throughput: value, replicate: round + 1 }),
      fakeTrial(b, { throughput: value * Math.exp(gain), replicate: round + 1 }),
    ];
  });

describe("a duel's effect", () => {
  const gains = [0.02, 0.03, 0.01, 0.04, 0.025];

  it("has the paired t and Wilcoxon tests of its rounds beside the ratio", () => {
    const [effect] = effects(study, rounds(gains), throughput);
    // t of the five gains by hand: mean 0.025, s 0.01118, t 5.0 with 4 degrees of freedom, p 0.00749.
    expect(effect?.paired).toMatchObject({ rounds: 5, won: 5, wilcoxonP: 0.0625, wilcoxonExact: true });
    expect(effect!.paired!.ratio).toBeCloseTo(Math.exp(0.025), 10);
    expect(effect!.paired!.tP).toBeCloseTo(0.00749, 4);
    expect(effect!.method).toMatch(
      /; over 5 rounds paired t p 0\.007 \(\+1\.1 to \+4\.0 %\), Wilcoxon signed-rank p 0\.063 \(exact\)$/,
    );
    // Two arms and complete blocks: the model is the paired t test.
    expect(effect!.ratio).toBeCloseTo(effect!.paired!.ratio, 10);
    expect(effect!.interval!.lower).toBeCloseTo(effect!.paired!.interval.lower, 10);
  });

  it("counts a round only where both sides have a value", () => {
    const trials = rounds(gains).filter(({ spec }) => !(spec.replicate === 2 && spec.experiment === "fp8"));
    const paired = effects(study, trials, throughput)[0]?.paired;
    expect(paired?.rounds).toBe(4);
    expect(paired?.each.map(({ round }) => round)).toEqual([1, 3, 4, 5]);
    expect(paired?.each[1]?.ratio).toBeCloseTo(Math.exp(0.01), 10);
    expect(effects(study, rounds([0.02]), throughput)[0]?.paired).toBeNull();
  });

  it("is of duels alone", () => {
    const [effect] = effects({ ...study, order: "interleaved" }, rounds(gains), throughput);
    expect(effect).not.toHaveProperty("paired");
    expect(effect?.method).not.toContain("Wilcoxon");
  });
});

const inRounds = (differences: readonly number[]) =>
  differences.map((difference, index) => ({ block: index + 1, difference }));

describe("pairedRounds", () => {
  it("finds nothing where no round differs, and says when ranks are by the normal distribution", () => {
    expect(pairedRounds(inRounds([0, 0, 0]))).toMatchObject({ ratio: 1, tP: 1, wilcoxonP: 1, won: 0 });
    const many = pairedRounds(inRounds(Array.from({ length: 60 }, (_, round) => 0.01 + 0.001 * Math.sin(round))))!;
    expect(pairedRoundsText(many)).toMatch(/^over 60 rounds paired t p ≤ 0\.001 .* p ≤ 0\.001 \(normal\)$/);
  });
});
