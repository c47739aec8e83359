import type { PlantedEffect } from "../../tests/laboratory/virtual-laboratory.ts";
import { formatRows } from "../../src/report/index.ts";
import type { Section } from "../statistics.ts";
import { changesOf, conditions, designs, runVirtualStudies, tally, type Tally } from "../virtual-studies.ts";
import { percentOf } from "./percent.ts";

const blocks = 4;
/** A noise at which four blocks can tell 2 % from nothing. */
const quietNoise = 0.005;
const quiet = { noise: { kind: "gaussian", sd: quietNoise }, driftPerTrial: 0 } as const;

const planted = (fp8: number, length: number, eager: number, batch: number): PlantedEffect[] => [
  { knobs: { quantization: "fp8" }, throughput: fp8 },
  { knobs: { max_model_len: 2668 }, throughput: length },
  { knobs: { enforce_eager: true }, throughput: eager },
  { knobs: { max_num_seqs: 32 }, throughput: batch },
];
const sizes = [planted(1, 1.01, 1.018, 0.97), planted(1.03, 1.04, 1.05, 1.08)];
const outcomes = ["SHIP", "NO EFFECT", "HOLD", "REJECT"] as const;
/** Changes of a family that all lie at the smallest effect of interest. */
const atTheMargin = [1, 4, 8];

/** Decisions by true effect, both readings of SHIP, and NO EFFECT over families. */
export function decisionsSection(studies: number): Section {
  const misses: string[] = [];
  const rows = [
    { noise: "2 %", byTruth: bySize(conditions.Gaussian, studies) },
    { noise: percentOf(quietNoise), byTruth: bySize(quiet, studies) },
  ].flatMap(({ noise, byTruth }) =>
    [...byTruth]
      .toSorted(([left], [right]) => left - right)
      .map(([truth, { contrasts, beyondMargin, outcomes: own }]) => [
        noise,
        truth === 1 ? "none" : `${truth > 1 ? "+" : "-"}${percentOf(Math.abs(truth - 1))}`,
        ...outcomes.map((one) => percentOf((own.get(one) ?? 0) / contrasts)),
        percentOf(beyondMargin / contrasts),
      ]),
  );
  const families = atTheMargin.map((number) => {
    const list = changesOf(number);
    const { falseNoEffects } = tally(
      runVirtualStudies({
        design: { kind: "isolation", changes: list },
        blocks,
        condition: quiet,
        planted: list.map(({ set }) => ({ knobs: set, throughput: 1.02 })),
        studies,
        seed: `margin ${number}`,
      }),
    );
    const share = falseNoEffects / studies;
    if (share > 0.065)
      misses.push(`${number} changes at the margin: a false NO EFFECT in ${percentOf(share)}, at most 6.5 %`);
    return [number, percentOf(share)];
  });
  const text = `The decisions in isolation with ${blocks} blocks and four changes; the smallest effect of interest is 2 %. **SHIP is tested
against zero**: the corrected p is below 0.05, and the point estimate, not the whole interval, is at least 2 % better. So a change
of true +1.8 % may ship, as often as its line says. *Beyond the margin*: the changes that would ship if the whole 95 % interval
had to lie at +2 % or above. Hardly any change of less than 2 % would ship then, and far fewer larger ones would.

${formatRows(["Noise", "True effect", ...outcomes, "Beyond the margin"], rows, "markdown")}
NO EFFECT is corrected over the family (Holm). The share of studies that call at least one change NO EFFECT where all changes are
of exactly +2 %, at a noise of ${percentOf(quietNoise)}. Target: at most 6.5 %.

${formatRows(["Changes", "A false NO EFFECT"], families, "markdown")}`;
  return { text, misses };
}

function bySize(condition: (typeof conditions)["Gaussian"] | typeof quiet, studies: number): Tally["byTruth"] {
  const found = sizes.flatMap((effects, index) => [
    ...tally(
      runVirtualStudies({
        design: designs.isolation,
        blocks,
        condition,
        planted: effects,
        studies,
        seed: `sizes ${condition.noise.sd} ${index}`,
      }),
    ).byTruth,
  ]);
  return new Map(found);
}
