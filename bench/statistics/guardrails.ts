import { guardrailStandings } from "../../src/analysis/guardrails.ts";
import { expandStudy } from "../../src/design/expand.ts";
import { orderTrials } from "../../src/design/remaining.ts";
import { createVirtualLaboratory } from "../../tests/laboratory/virtual-laboratory.ts";
import { formatRows } from "../../src/report/index.ts";
import type { GuardrailStanding } from "../../src/schema/effect.ts";
import { makeStudy, makeWorkload } from "../../tests/support/make-study.ts";
import type { Section } from "../statistics.ts";
import { conditions, designs } from "../virtual-studies.ts";
import { percentOf } from "./percent.ts";

/** How far all four changes move TTFT and TPOT; 5 % is the margin of their medians. */
const moves = [0, 0.05, 0.1, 0.15];
const blocks = [4, 8];
/** A test at 5 %, and what 2,000 studies may show of it by chance. */
const mostErrors = 0.065;

/** How often guardrails are wrongly broken or kept, and how often they are found broken. */
export function guardrailsSection(studies: number): Section {
  const misses: string[] = [];
  const rows = blocks.flatMap((repeats) =>
    moves.map((move) => {
      const { anyBroken, anyKept, broken, kept } = standings(repeats, move, studies);
      const at = `guardrails, ${repeats} blocks, ${percentOf(move, 0)}`;
      if (move === 0 && anyBroken > mostErrors) misses.push(`${at}: broken in ${percentOf(anyBroken)} of studies`);
      if (move === 0.05 && anyKept > mostErrors) misses.push(`${at}: kept in ${percentOf(anyKept)} of studies`);
      const moved = move === 0 ? "none" : `+${percentOf(move, 0)}`;
      return [moved, repeats, ...[kept, broken, anyKept, anyBroken].map((share) => percentOf(share))];
    }),
  );
  const text = `Four changes in closed load under a noise of 2 %, each of which moves TTFT and TPOT by the same share; the margin of
their medians is 5 %. *Kept* and *broken* are shares of these guardrails, and the rest is open; *any kept* and *any broken* are
shares of studies with at least one. Targets: where nothing moves, at most 6.5 % of studies with a broken guardrail; at the
margin, at most 6.5 % with a kept one.

${formatRows(["Moved", "Blocks", "Kept", "Broken", "Any kept", "Any broken"], rows, "markdown")}`;
  return { text, misses };
}

/** Shares over studies, of the guardrails on latency alone, since the laboratory moves nothing else. */
export function standings(
  repeats: number,
  move: number,
  studies: number,
): { anyBroken: number; anyKept: number; broken: number; kept: number } {
  const workloads = [makeWorkload({ scenario: "closed", load: { concurrency: 8 } })];
  const study = makeStudy(designs.isolation, { repeats, order: "interleaved", workloads });
  const expansion = expandStudy(study);
  // In the laboratory latency is the inverse of throughput.
  const knobs = expansion.contrasts.map(({ changed }) => changed);
  const engine = {
    throughput: 1000,
    effects: knobs.map((changed) => ({ knobs: changed, throughput: 1 / (1 + move) })),
    launchSd: 0,
    invalidShare: 0,
    ...conditions.Gaussian,
  };
  const compared = { ...expansion, fidelity: study.fidelity, order: study.order };
  const sum = { anyBroken: 0, anyKept: 0, broken: 0, kept: 0 };
  for (let run = 1; run <= studies; run++) {
    const seed = `guardrails ${repeats} ${move} ${run}`;
    const execute = createVirtualLaboratory(engine, expansion.experiments, seed);
    const standingsOf = guardrailStandings(compared, orderTrials({ ...study, seed: run }, expansion).map(execute));
    const own = expansion.contrasts
      .flatMap(({ treatment, control }) => standingsOf(treatment, control))
      .filter(({ metric, stat }) => stat === "p50" && (metric === "ttft" || metric === "tpot"));
    const share = (status: GuardrailStanding["status"]): number =>
      own.filter((one) => one.status === status).length / own.length;
    sum.broken += share("broken") / studies;
    sum.kept += share("kept") / studies;
    sum.anyBroken += Number(share("broken") > 0) / studies;
    sum.anyKept += Number(share("kept") > 0) / studies;
  }
  return sum;
}
