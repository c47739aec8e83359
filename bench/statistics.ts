/**
 * Whether the judge can be believed:
 *
 *   npm run bench:statistics [STUDIES]
 *   npm run bench:statistics -- --only errors|power|decisions|added|retries|peaks|guardrails|hosts|best|within|steadiness [--write] [STUDIES]
 *
 * Runs thousands of whole studies (design, order, trials, judgement) on a virtual engine of known truth and writes the results
 * to docs/statistics.md: coverage of the intervals, errors over families, false SHIPs, power; and the coverage of the intervals
 * within a trial. 2,000 studies per line, or STUDIES: fewer are printed and written only with `--write`. `--only` makes one
 * section and leaves the others. The same code gives the same tables.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { addedBlocksSection } from "./statistics/added-blocks.ts";
import { bestSection } from "./statistics/best.ts";
import { decisionsSection } from "./statistics/decisions.ts";
import { errorsSection } from "./statistics/errors.ts";
import { guardrailsSection } from "./statistics/guardrails.ts";
import { hostsSection } from "./statistics/hosts.ts";
import { peaksSection } from "./statistics/peaks.ts";
import { powerSection } from "./statistics/power.ts";
import { retriesSection } from "./statistics/retries.ts";
import { steadinessSection } from "./statistics/steadiness.ts";
import { withinTrialsSection } from "./statistics/within-trials.ts";

/** A section of the page, and what missed its target. */
export interface Section {
  text: string;
  misses: string[];
}

const usualStudies = 2000;
const page = join(import.meta.dirname, "../docs/statistics.md");

const sections: Record<string, { heading: string; make: (studies: number) => Section }> = {
  errors: { heading: "## Errors (SIMULATED)", make: errorsSection },
  power: { heading: "## Power (SIMULATED)", make: powerSection },
  decisions: { heading: "## Decisions (SIMULATED)", make: decisionsSection },
  added: { heading: "## Blocks that are added (SIMULATED)", make: addedBlocksSection },
  retries: { heading: "## Trials that are tried again (SIMULATED)", make: retriesSection },
  peaks: { heading: "## Peaks (SIMULATED)", make: peaksSection },
  guardrails: { heading: "## Guardrails (SIMULATED)", make: guardrailsSection },
  hosts: { heading: "## Hosts (SIMULATED)", make: hostsSection },
  best: { heading: "## Best of many (SIMULATED)", make: bestSection },
  within: { heading: "## Within a trial (SIMULATED)", make: withinTrialsSection },
  steadiness: { heading: "## Steadiness (SIMULATED)", make: steadinessSection },
};

const started = performance.now();
const request = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, write: { type: "boolean" } },
});
const studies = Number(request.positionals[0] ?? usualStudies);
if (!Number.isSafeInteger(studies) || studies < 1)
  throw new Error(`studies: a whole number, not ${request.positionals[0]}`);
const { only, write = false } = request.values;
if (only !== undefined && !(only in sections))
  throw new Error(`--only is one of ${Object.keys(sections).join(", ")}, not ${only}`);

for (const [name, { heading, make }] of Object.entries(sections)) {
  if (only !== undefined && only !== name) continue;
  const made = make(studies);
  const { misses } = made;
  const text =
    misses.length === 0
      ? made.text
      : `${made.text.trimEnd()}\n\nTargets missed:\n\n${misses.map((miss) => `- ${miss}`).join("\n")}\n`;
  console.log(`${heading}\n\n${text}`);
  if (write || studies >= usualStudies) replaceSection(heading, text);
  for (const miss of misses) console.error(`MISSED ${miss}`);
  if (misses.length > 0) process.exitCode = 1;
}
console.error(`${((performance.now() - started) / 1000).toFixed(0)} s`);

/** Puts the text in the place of the section, or at the end of a page that has none. */
function replaceSection(heading: string, text: string): void {
  const whole = readFileSync(page, "utf8");
  const from = whole.indexOf(heading);
  const after = from < 0 ? -1 : whole.indexOf("\n## ", from + heading.length);
  const before = from < 0 ? `${whole.trimEnd()}\n\n` : whole.slice(0, from);
  writeFileSync(page, `${before}${heading}\n\n${text.trimEnd()}\n${after < 0 ? "" : whole.slice(after)}`);
}
