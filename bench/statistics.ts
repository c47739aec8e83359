/**
 * Whether the judge can be believed:
 *
 *   npm run bench:statistics [STUDIES]
 *   npm run bench:statistics -- --within [TRIALS]   the intervals within a trial alone
 *
 * Runs thousands of whole studies (design, order, trials, judgement) on a virtual engine of known truth and writes what came
 * out to docs/statistics.md: coverage of the intervals, errors over families, false SHIPs, power. 2,000 studies a line, or as
 * many as are asked for; then nothing is written. The same code gives the same table. The intervals within a trial are a part of
 * their own, of as many trials a line: with `--within` no other part runs, and the rest of the page stays what it is.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatRows } from "../src/render/index.ts";
import type { PlantedEffect } from "../src/executors/virtual-laboratory.ts";
import { conditions, designs, runVirtualStudies, tally, type Condition, type Tally } from "./virtual-studies.ts";
import { withinTrials } from "./within-trials.ts";

const usualStudies = 2000;
const page = join(import.meta.dirname, "../docs/statistics.md");
const blocks = 4;
/** Enough for permutation of blocks to reach 0.05 after four changes. */
const manyBlocks = 10;

const planted = (throughput: Record<string, number>): PlantedEffect[] => {
  const values: Record<string, string | number | boolean> = {
    quantization: "fp8",
    max_model_len: 2668,
    enforce_eager: true,
    max_num_seqs: 32,
  };
  return Object.entries(throughput).map(([knob, ratio]) => ({ knobs: { [knob]: values[knob]! }, throughput: ratio }));
};

/** Half of the changes do something, so that there are findings to be false among. */
const someEffects = planted({ quantization: 1.06, max_num_seqs: 0.95 });
/** Of a factorial, so that cells without the knob do nothing. */
const oneEffect = planted({ quantization: 1.06 });
/** Sizes of the table of power, in two studies of four changes. */
const sizes = [
  planted({ quantization: 1, max_model_len: 1.01, enforce_eager: 1.02, max_num_seqs: 0.97 }),
  planted({ quantization: 1.03, max_model_len: 1.04, enforce_eager: 1.05, max_num_seqs: 1.08 }),
];

/** A noise at which four blocks can tell 2 % from nothing. */
const quietNoise = 0.005;

interface Line {
  name: string;
  design: keyof typeof designs;
  condition: Condition;
  blocks: number;
}

const lines: Line[] = [
  ...Object.entries(conditions).flatMap(([name, condition]) =>
    (["isolation", "stacked", "combination"] as const).map((design) => ({ name, design, condition, blocks })),
  ),
  { name: "Gaussian, permuted", design: "isolation", condition: conditions.Gaussian, blocks: manyBlocks },
  {
    name: "Gaussian, 10 % INVALID",
    design: "isolation",
    condition: { ...conditions.Gaussian, invalidShare: 0.1 },
    blocks,
  },
];

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
const started = performance.now();
const request = parseArgs({ allowPositionals: true, options: { within: { type: "boolean", default: false } } });
const studies = Number(request.positionals[0] ?? usualStudies);
if (!Number.isSafeInteger(studies) || studies < 1)
  throw new Error(`studies: a whole number, not ${request.positionals[0]}`);

if (request.values.within) {
  const { text, misses } = withinTrials(studies);
  const [before = ""] = readFileSync(page, "utf8").split("\n## Within a trial");
  finish(text, `${before.trimEnd()}\n\n${text}`, misses);
  process.exit();
}

const misses: string[] = [];
const errorRows = lines.map(({ name, design, condition, blocks: repeats }) => {
  const run = (effects: readonly PlantedEffect[]): Tally =>
    tally(
      runVirtualStudies({
        design: designs[design],
        blocks: repeats,
        condition,
        planted: effects,
        studies,
        seed: `${name} ${design} ${effects.length}`,
      }),
    );
  const none = run([]);
  const some = run(design === "combination" ? oneEffect : someEffects);
  const coverage = (none.covered + some.covered) / (none.intervals + some.intervals);
  const familyError = none.familyErrors / none.studies;
  const falseShips = none.falseShips / none.studies;
  const falseDiscovery = some.falseShares / some.studies;
  const at = `${name}, ${design}`;
  if (coverage < 0.935) misses.push(`${at}: coverage ${percent(coverage)}, at least 93.5 %`);
  if (name === "Gaussian" && coverage > 0.965) misses.push(`${at}: coverage ${percent(coverage)}, at most 96.5 %`);
  if (familyError > 0.065) misses.push(`${at}: family-wise error ${percent(familyError)}, at most 6.5 %`);
  if (falseShips > 0.05) misses.push(`${at}: false SHIPs ${percent(falseShips)}, at most 5 %`);
  if (falseDiscovery > 0.065) misses.push(`${at}: false discovery rate ${percent(falseDiscovery)}, at most 6.5 %`);
  console.error(`${at}: coverage ${percent(coverage)}, family-wise error ${percent(familyError)}`);
  return [name, design, repeats, percent(coverage), percent(familyError), percent(falseShips), percent(falseDiscovery)];
});

/** What was found and decided by true effect, over the studies of both lists of sizes. */
function bySize(name: string, condition: Condition): Tally["byTruth"] {
  const merged: Tally["byTruth"] = new Map();
  for (const [index, effects] of sizes.entries()) {
    const asked = { design: designs.isolation, blocks, condition, studies, seed: `sizes ${name} ${index}` };
    for (const [truth, counts] of tally(runVirtualStudies({ ...asked, planted: effects })).byTruth) {
      merged.set(truth, counts);
    }
  }
  console.error(`sizes, ${name}: done`);
  return merged;
}

const power = Object.entries(conditions).map(([name, condition]) => ({ name, byTruth: bySize(name, condition) }));
const quiet = bySize("quiet", { noise: { kind: "gaussian", sd: quietNoise }, driftPerTrial: 0 });
const truths = [...quiet.keys()].toSorted((left, right) => left - right);
const sizeText = (truth: number): string =>
  truth === 1 ? "none" : `${truth > 1 ? "+" : "-"}${Math.round(Math.abs(truth - 1) * 100)} %`;
const powerRows = truths.map((truth) => [
  sizeText(truth),
  ...power.map(({ byTruth }) => percent(byTruth.get(truth)!.found / byTruth.get(truth)!.contrasts, 0)),
]);
const outcomeNames = ["SHIP", "NO EFFECT", "HOLD", "REJECT"] as const;
const outcomeRows = [
  { noise: "2 %", byTruth: power[0]!.byTruth },
  { noise: percent(quietNoise), byTruth: quiet },
].flatMap(({ noise, byTruth }) =>
  truths.map((truth) => {
    const { contrasts, outcomes } = byTruth.get(truth)!;
    return [noise, sizeText(truth), ...outcomeNames.map((one) => percent((outcomes.get(one) ?? 0) / contrasts))];
  }),
);
const falseNoEffect = (quiet.get(1.02)!.outcomes.get("NO EFFECT") ?? 0) / quiet.get(1.02)!.contrasts;
if (falseNoEffect > 0.065) misses.push(`NO EFFECT of +2 %: ${percent(falseNoEffect)}, at most 6.5 %`);

const count = studies.toLocaleString("en");
const text = `# The judge, judged

Made by \`npm run bench:statistics\`. Whole studies (design, order, trials, judgement) run through the product's own code on
the virtual laboratory, an engine of known truth: **SIMULATED**, nothing was measured on hardware. Each line is ${count} studies
without any effect and ${count} with some; the seeds are fixed, so the same code makes the same table.

- The noise of a trial has a standard deviation of 2 % in every condition. *Drift*: the engine becomes 0.4 % faster with every
  trial, 10 % over a study. *Heavy tails*: Student's t with 3 degrees of freedom. *Autocorrelation*: 0.6 between
  neighbouring trials. *INVALID*: one trial in ten is left out, at random. *Permuted*: enough blocks that p comes from
  permutation.
- *Isolation* and *stacked* have four changes, *combination* seven cells of a factorial of three knobs. Blocks are
  interleaved: the baseline first and last, the others shuffled.
- *Coverage*: of the 95 % intervals, with and without effects. *Family-wise error*: studies without any effect in which at least
  one corrected p fell below 0.05. *False SHIPs*: for each study without any effect. *False discovery rate*: mean share of
  false findings where some changes do something (isolation and stacked: +6 % and -5 %, two do nothing; combination: one knob
  of +6 %).
- Targets: coverage of at least 93.5 %, and at most 96.5 % under Gaussian noise; family-wise error and false discovery rate of at
  most 6.5 %; at most 0.05 false SHIPs a study.
- Drift makes intervals wide, and errors rare: baselines at both ends of a block differ by the drift, which the model takes
  for noise. That errs on the safe side.

## Errors (SIMULATED)

${formatRows(["Condition", "Design", "Blocks", "Coverage", "Family-wise error", "False SHIPs", "False discovery rate"], errorRows, "markdown")}
## Power (SIMULATED)

Share of changes that were found (corrected p below 0.05) by their true effect, in isolation with ${blocks} blocks and four
changes.

${formatRows(["True effect", ...power.map(({ name }) => name)], powerRows, "markdown")}
## Decisions (SIMULATED)

What was decided in the same studies under Gaussian noise, and under noise of ${percent(quietNoise)}: the smallest effect of
interest is 2 %, so that +1 % is NO EFFECT where the study is good enough to say so, and +2 % may be called so in one of twenty
studies.

${formatRows(["Noise", "True effect", ...outcomeNames], outcomeRows, "markdown")}`;

const within = withinTrials(studies);
finish(`${text}\n${within.text}`, `${text}\n${within.text}`, [...misses, ...within.misses]);

/** Prints what was found, and writes the page where it rests on enough. */
function finish(found: string, whole: string, missed: readonly string[]): void {
  console.log(found);
  if (studies >= usualStudies) writeFileSync(page, whole);
  console.error(`${((performance.now() - started) / 1000).toFixed(0)} s`);
  for (const miss of missed) console.error(`MISSED ${miss}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}
