import { decisions } from "../../src/analysis/decisions.ts";
import { neverRun, remainingTrials } from "../../src/design/remaining.ts";
import { formatRows } from "../../src/report/index.ts";
import { isDefinite } from "../../src/analysis/outcome.ts";
import { unknownDevices, type LedgerEntry } from "../../src/schema/trial-spec.ts";
import type { Trial } from "../../src/schema/trial.ts";
import type { Section } from "../statistics.ts";
import { conditions, designs, virtualStudies } from "../virtual-studies.ts";
import { percentOf } from "./percent.ts";

/** Which trials a check calls INVALID, by their output tokens a second; without any effect they are 1,000. */
const checks = {
  slow: (throughput: number) => throughput < 975,
  fast: (throughput: number) => throughput >= 1025,
} as const;

const lines = [
  { name: "Gaussian", which: "slow", blocks: 4 },
  { name: "one arm 3 times as noisy", which: "slow", blocks: 4 },
  { name: "one arm 5 times as noisy", which: "slow", blocks: 4 },
  { name: "one arm 3 times as noisy", which: "fast", blocks: 4 },
  { name: "Gaussian", which: "slow", blocks: 8 },
  { name: "one arm 3 times as noisy", which: "slow", blocks: 8 },
  { name: "one arm 5 times as noisy", which: "slow", blocks: 8 },
] as const;

/** A trial that is still INVALID after so many runs stays so. */
const mostRuns = 20;

/** What it costs to measure INVALID trials again until their checks pass. */
export function retriesSection(studies: number): Section {
  const rows = lines.map(({ name, which, blocks }) => {
    let [kept, tried, told, again] = [0, 0, 0, 0];
    const asked = { design: designs.isolation, blocks, condition: conditions[name], planted: [], studies };
    for (const { compared, study, specs, execute } of virtualStudies({ ...asked, seed: `retries ${name} ${which}` })) {
      const run = (spec: (typeof specs)[number]): Trial => checked(execute(spec), checks[which]);
      const trials = specs.map(run);
      const first = trials.length;
      kept += Number(falseOnes(decisions(compared, trials)).length > 0);
      for (let runs = 1; runs < mostRuns && trials.some(({ verdict }) => verdict.status === "INVALID"); runs++) {
        const ledger = { trials: trials.map(entryOf) };
        const more = remainingTrials(study, compared, { ...neverRun, ledger, retry: new Set(["invalid"]) }).trials;
        if (more.length === 0) break;
        trials.push(...more.map(run));
      }
      again += trials.length / first - 1;
      const wrong = falseOnes(decisions(compared, trials));
      tried += Number(wrong.length > 0);
      told += Number(wrong.length > 0 && wrong.every(({ because }) => because.includes("it would be")));
    }
    console.error(`${name}, ${which}, ${blocks} blocks: ${percentOf(kept / studies)}, ${percentOf(tried / studies)}`);
    const share = (of: number): string => percentOf(of / studies);
    return [name, which, blocks, share(kept), share(tried), share(told), percentOf(again / studies, 0)];
  });
  const text = `\`--retry invalid\` measures INVALID trials again, beside a baseline of their own, and they count where they pass. Where a check
fails by what it measures, trying until it passes selects. Each line is ${studies.toLocaleString("en")} studies of four changes without any effect, at
a noise of 2 %: the share in which a change is SHIP or REJECT.

- *Slow*: every trial below -2.5 % is INVALID, in any arm; *fast*: every trial at +2.5 % or more. *Tried again*: up to ${mostRuns} runs, until
  none is INVALID. *More*: the trials that this adds.
- *Told*: studies in which each false decision says that by the first figures of those trials it would be another.
- Where all arms are equally noisy, the share stays below 5 %. An arm that is noisier than the others is often taken for one that differs: follow the remedy of the check
  first, and where a sentence says that the outcome would be another, measure the change again in a study of its own.

${formatRows(["Condition", "INVALID", "Blocks", "False, kept out", "False, tried again", "Told", "More"], rows, "markdown")}`;
  return { text, misses: [] };
}

function checked(trial: Trial, isInvalid: (throughput: number) => boolean): Trial {
  const throughput = trial.measurements.find(({ metric }) => metric === "output_throughput")?.value ?? null;
  if (throughput === null || !isInvalid(throughput)) return trial;
  return { ...trial, verdict: { ...trial.verdict, status: "INVALID", reason: "a check failed" } };
}

function entryOf({ spec, verdict, startedAt, endedAt }: Trial): LedgerEntry {
  return { ...spec, status: verdict.status, devices: unknownDevices, loadS: null, startupS: null, startedAt, endedAt };
}

function falseOnes(made: ReturnType<typeof decisions>): ReturnType<typeof decisions> {
  return made.filter((one) => isDefinite(one) && one.outcome !== "NO EFFECT");
}
