import { decisions } from "../../src/analysis/decisions.ts";
import type { Outcome } from "../../src/schema/effect.ts";
import { formatRows } from "../../src/report/index.ts";
import type { Section } from "../statistics.ts";
import { changesOf, conditions, virtualStudies, type VirtualStudies } from "../virtual-studies.ts";
import { percentOf } from "./percent.ts";

const lines = [
  { changes: 1, from: 3 },
  { changes: 1, from: 4 },
  { changes: 4, from: 4 },
];
const mostBlocks = 60;

/** What it costs to add blocks after a look, as a HOLD proposes. */
export function addedBlocksSection(studies: number): Section {
  const rows = lines.map(({ changes, from }) => {
    let [first, any, looks] = [0, 0, 0];
    const asked = {
      design: { kind: "isolation", changes: changesOf(changes) } as const,
      blocks: mostBlocks,
      from,
      studies,
    };
    const seed = `added ${changes} ${from}`;
    for (const found of runUntilSettled({ ...asked, condition: conditions.Gaussian, planted: [], seed })) {
      first += Number(isFalse(found[0]!));
      any += Number(found.some(isFalse));
      looks += found.length;
    }
    return [changes, from, percentOf(first / studies), percentOf(any / studies), (looks / studies).toFixed(1)];
  });
  const text = `p, intervals and decisions are not corrected for repeated looks (optional stopping). Each line is 2,000 studies without any effect, at a
noise of 2 %: the share in which a change is SHIP or REJECT after the first blocks, and at any look, where each HOLD adds the
blocks that its command says, until no change waits for blocks (at most ${mostBlocks}). To keep the first rate, set \`repeats\` before the
first trial, as \`plan\` advises, or measure a finding again in a study of its own.

${formatRows(["Changes", "First blocks", "False after the first blocks", "False at any look", "Looks"], rows, "markdown")}`;
  return { text, misses: [] };
}

function isFalse(outcomes: readonly Outcome[]): boolean {
  return outcomes.some((one) => one === "SHIP" || one === "REJECT");
}

/** Studies whose HOLDs add the blocks that they ask for, up to `blocks`: the outcomes at each look. */
function* runUntilSettled(asked: VirtualStudies & { from: number }): Generator<Outcome[][]> {
  for (const { compared, trials } of virtualStudies(asked)) {
    const looks: Outcome[][] = [];
    for (let [blocks, needed] = [0, asked.from]; needed > blocks;) {
      blocks = Math.min(needed, asked.blocks);
      const made = decisions(
        compared,
        trials.filter(({ spec }) => spec.block <= blocks),
      );
      looks.push(made.map(({ outcome }) => outcome));
      const wanted = made.flatMap(({ missing }) => missing.map((one) => one.blocks ?? 0));
      needed = Math.min(asked.blocks, Math.max(0, ...wanted));
    }
    yield looks;
  }
}
