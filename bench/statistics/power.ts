import { plannedPower } from "../../src/analysis/planned-power.ts";
import { baselinesPerBlock } from "../../src/design/index.ts";
import { dunnettQuantile } from "../../src/math/dunnett.ts";
import { detectableNoncentrality } from "../../src/math/power.ts";
import { formatRows } from "../../src/report/index.ts";
import type { Section } from "../statistics.ts";
import { changesOf, runVirtualStudies, tally } from "../virtual-studies.ts";
import { percentOf } from "./percent.ts";

const changes = [1, 2, 3, 4, 5, 6, 7, 8];
const blocks = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
/** As `plan` assumes where nothing was measured. */
const noise = 0.03;
const leastFound = 0.77;
const mostDear = 1.3;

/** The power that is promised of a design, whether it is kept, and what a variance for each arm costs beside one for all. */
export function powerSection(studies: number): Section {
  const misses: string[] = [];
  const stated = new Map(changes.map((number) => [number, blocks.map((repeats) => statedOf(number, repeats))]));
  const kept = changes.map((number) => [
    number,
    ...blocks.map((repeats, at) => {
      const share = foundShare(number, repeats, stated.get(number)![at]!, studies);
      if (share < leastFound)
        misses.push(`${number} changes, ${repeats} blocks: ${percentOf(share)} found, at least 77 %`);
      return percentOf(share, 0);
    }),
  ]);
  const dear = changes.map((number) => [
    number,
    ...blocks.map((repeats, at) => {
      const ratio = stated.get(number)![at]! / pooledOf(number, repeats);
      if (number === 4 && (repeats === 4 || repeats === 8) && ratio > mostDear) {
        misses.push(`4 changes, ${repeats} blocks: ${ratio.toFixed(2)} times the pooled model's, at most 1.3`);
      }
      return ratio.toFixed(2);
    }),
  ]);
  for (const [number, own] of stated) {
    own.slice(1).forEach((one, at) => {
      if (one > own[at]!) misses.push(`${number} changes: ${blocks[at + 1]} blocks find less than ${blocks[at]}`);
    });
  }
  const heading = ["Changes", ...blocks.map((repeats) => `${repeats} blocks`)];
  const sizes = changes.map((number) => [number, ...stated.get(number)!.map((size) => percentOf(size))]);
  const text = `The effect that \`plan\` says a study detects with 80 % power, at a noise of ${percentOf(noise, 0)}, by changes (isolation) and
blocks:

${formatRows(heading, sizes, "markdown")}
Share of changes of just that size that were found (corrected p below 0.05), in studies all of whose changes have it. Each share
is as certain as that of ${studies.toLocaleString("en")} changes, each in its own study. Target: 77 % everywhere.

${formatRows(heading, kept, "markdown")}
That effect, as a multiple of the effect that one pooled variance for all arms would find, which only equal variances would
allow. Target: at most 1.3 for 4 changes at 4 and at 8 blocks. For one change both are the paired t.

${formatRows(heading, dear, "markdown")}`;
  return { text, misses };
}

function statedOf(number: number, repeats: number): number {
  const residual = { sd: noise, source: "" };
  const design = {
    family: "isolation",
    changes: number,
    blocks: repeats,
    baselines: baselinesPerBlock(number),
  } as const;
  return plannedPower({ ...design, residual }).smallestDetectable!;
}

function foundShare(number: number, repeats: number, size: number, studies: number): number {
  const list = changesOf(number);
  const { byTruth } = tally(
    runVirtualStudies({
      design: { kind: "isolation", changes: list },
      blocks: repeats,
      condition: { noise: { kind: "gaussian", sd: noise }, driftPerTrial: 0 },
      planted: list.map(({ set }) => ({ knobs: set, throughput: 1 + size })),
      // Changes of one study share its baseline, which correlates them by about 0.3: a design effect of 1 + 0.3 (n - 1).
      studies: Math.ceil((studies * (1 + 0.3 * (number - 1))) / number),
      seed: `power ${number} ${repeats}`,
      only: "effects",
    }),
  );
  const { found, contrasts } = byTruth.get(1 + size)!;
  console.error(`${number} changes, ${repeats} blocks: ${percentOf(found / contrasts)} found at +${percentOf(size)}`);
  return found / contrasts;
}

/** The effect that one pooled variance for all arms would find: it has the most degrees of freedom. */
function pooledOf(number: number, repeats: number): number {
  const baselines = baselinesPerBlock(number);
  const degrees = repeats * (number + baselines) - repeats - number;
  const loadings = Array.from({ length: number }, () => Math.sqrt(1 / (1 + baselines)));
  const critical = dunnettQuantile(0.95, loadings, degrees);
  const error = Math.sqrt(1 / repeats + 1 / (repeats * baselines));
  return Math.expm1(detectableNoncentrality(critical, degrees, 0.8) * error * noise);
}
