import type { PlantedEffect } from "../../tests/laboratory/virtual-laboratory.ts";
import { formatRows } from "../../src/report/index.ts";
import type { Section } from "../statistics.ts";
import { conditions, designs, runVirtualStudies, tally, type Tally } from "../virtual-studies.ts";
import { percentOf } from "./percent.ts";

type Name = keyof typeof conditions;

/** Half of the changes do something, so that there are findings to be false among. */
const someEffects: PlantedEffect[] = [
  { knobs: { quantization: "fp8" }, throughput: 1.06 },
  { knobs: { enforce_eager: true }, throughput: 0.95 },
];
/** Of a factorial, so that cells without the knob do nothing. */
const oneEffect = someEffects.slice(0, 1);
/** What six blocks are to find in at least eight of ten studies, also beside a noisy arm and where trials are missing. */
const wanted: PlantedEffect[] = [{ knobs: { quantization: "fp8" }, throughput: 1.05 }];

const everyDesign = new Set<Name>(["Gaussian", "heavy tails", "one arm 5 times as noisy"]);
const sixBlocksToo = new Set<Name>(["one arm 3 times as noisy", "one arm 5 times as noisy"]);

interface Line {
  name: Name;
  design: keyof typeof designs;
  blocks: number;
}

const names = Object.keys(conditions) as Name[];
const lines: Line[] = [
  ...names.map((name) => ({ name, design: "isolation" as const, blocks: 4 })),
  ...[...sixBlocksToo].map((name) => ({ name, design: "isolation" as const, blocks: 6 })),
  ...[...everyDesign].flatMap((name) => [
    { name, design: "stacked" as const, blocks: 4 },
    { name, design: "combination" as const, blocks: 4 },
  ]),
];

const leastCoverage = 0.935;
const mostErrors = 0.065;

/** Errors of whole studies in each condition, and what is still found there. */
export function errorsSection(studies: number): Section {
  const misses: string[] = [];
  const rows = lines.map((line) => errorRow(line, studies, misses));
  const found = names.map((name) => foundRow(name, studies, misses));
  const count = studies.toLocaleString("en");
  const text = `Each line is ${count} studies without any effect and ${count} with some.

- The noise of a trial has a standard deviation of 2 %. *Drift*: the engine becomes 0.4 % faster with every trial, 10 % over a
  study. *Curved drift*: the middle of each block is 4 % faster than its ends. *Two sessions*: the second half of the blocks ran a
  day later, 3 % faster. *Heavy tails*: Student's t with 3 degrees of freedom. *Autocorrelation*: 0.6 between neighbouring
  trials. *One arm 3 or 5 times as noisy*: the last change (in a factorial, half of its cells). *Missing*: that share of the
  trials is INVALID at random. *Fast trials INVALID*: every trial at +2.5 % or more is INVALID, in any arm.
- *Isolation* and *stacked* have four changes, *combination* seven cells of a factorial of three knobs. Blocks are randomised
  complete: every arm once and the baseline twice (of three changes and fewer once), at random places.
- *Coverage*: of the 95 % intervals, with and without effects (only without where fast trials are INVALID: there an effect is
  lost with the trials that show it, and the decision is HOLD); *noisy arm*: of its own contrast. *Family-wise error*: studies
  without any effect in which at least one corrected p fell below 0.05. *False SHIPs*: their number per study without any effect.
  *False discovery rate*: mean share of false findings where some changes do something (isolation and stacked: +6 % and -5 %,
  two do nothing; combination: one knob of +6 %).
- Targets: coverage of at least 93.5 %; family-wise error and false discovery rate of at most 6.5 %; at most 0.05 false SHIPs
  per study.

${formatRows(["Condition", "Design", "Blocks", "Coverage", "Noisy arm", "Family-wise error", "False SHIPs", "False discovery rate"], rows, "markdown")}
How often a change of +5 % in an arm of usual noise is found, in six blocks of four changes. Target: 80 % with one noisy arm or
with missing trials.

${formatRows(["Condition", "+5 % found"], found, "markdown")}`;
  return { text, misses };
}

function run({ name, design, blocks }: Line, planted: readonly PlantedEffect[], studies: number): Tally {
  const common = { design: designs[design], blocks, condition: conditions[name], planted, studies };
  const seed = `${name} ${design} ${planted.length}`;
  return tally(runVirtualStudies(planted.length === 0 ? { ...common, seed } : { ...common, seed, only: "effects" }));
}

function errorRow(line: Line, studies: number, misses: string[]): (string | number)[] {
  const { name, design, blocks } = line;
  const none = run(line, [], studies);
  const some = run(line, design === "combination" ? oneEffect : someEffects, studies);
  const coverage = shareOf(line, none, some, "covered", "intervals")!;
  const noisy = shareOf(line, none, some, "noisyCovered", "noisyIntervals");
  const shares = {
    "family-wise error": none.familyErrors / none.studies,
    "false SHIPs": none.falseShips / none.studies,
    "false discovery rate": some.falseShares / some.studies,
  };
  const at = `${name}, ${design}, ${blocks} blocks`;
  for (const [what, share] of [
    ["coverage", coverage],
    ["coverage of the noisy arm", noisy ?? 1],
  ] as const) {
    if (share < leastCoverage) misses.push(`${at}: ${what} ${percentOf(share)}, at least 93.5 %`);
  }
  for (const [what, share] of Object.entries(shares)) {
    const most = what === "false SHIPs" ? 0.05 : mostErrors;
    if (share > most) misses.push(`${at}: ${what} ${percentOf(share)}, at most ${percentOf(most)}`);
  }
  console.error(`${at}: coverage ${percentOf(coverage)}, family-wise error ${percentOf(shares["family-wise error"])}`);
  return [
    name,
    design,
    blocks,
    percentOf(coverage),
    noisy === null ? "" : percentOf(noisy),
    ...Object.values(shares).map((share) => percentOf(share)),
  ];
}

/** Over the studies without effects and those with some; only the former where the effects themselves decide which trials are lost. */
function shareOf({ name }: Line, none: Tally, some: Tally, part: keyof Counts, whole: keyof Counts): number | null {
  const counted = name === "fast trials INVALID" ? [none] : [none, some];
  const [parts, all] = [part, whole].map((key) => counted.reduce((sum, one) => sum + one[key], 0)) as [number, number];
  return all === 0 ? null : parts / all;
}

type Counts = Pick<Tally, "covered" | "intervals" | "noisyCovered" | "noisyIntervals">;

function foundRow(name: Name, studies: number, misses: string[]): string[] {
  const { byTruth } = run({ name, design: "isolation", blocks: 6 }, wanted, studies);
  const { found, contrasts } = byTruth.get(1.05)!;
  const share = found / contrasts;
  if (share < 0.8 && /noisy|missing/.test(name))
    misses.push(`${name}: +5 % found in ${percentOf(share)}, at least 80 %`);
  console.error(`${name}: +5 % found in ${percentOf(share)}`);
  return [name, percentOf(share)];
}
