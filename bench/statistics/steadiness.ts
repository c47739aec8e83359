import { blockMeans, driftOf, LARGEST_DRIFT, LEVEL, MOST_BLOCKS } from "../../src/checks/steadiness.ts";
import { percentText } from "../../src/math/figures.ts";
import { createRandom } from "../../src/math/random.ts";
import { formatRows } from "../../src/report/index.ts";
import type { Section } from "../statistics.ts";
import { percentOf } from "./percent.ts";
import { processes, queue, sizes } from "./within-trials.ts";

const steady = [...processes.filter(({ isTarget }) => isTarget), queue(0.95)];

/** How often the check `steady-state` finds a drift in trials that have none. */
export function steadinessSection(trials: number): Section {
  const rows = steady.map((process) => [
    process.name,
    ...sizes.map((n) => {
      const random = createRandom(`steady ${process.name} ${n}`);
      let drifting = 0;
      for (let trial = 0; trial < trials; trial += 1) drifting += Number(isDrifting(process.series(random, n)));
      return percentOf(drifting / trials);
    }),
  ]);
  const text = `How often one figure of a steady trial is called drifting by the check \`steady-state\`
([trial-statistics.md](trial-statistics.md#the-check-steady-state)): ${trials.toLocaleString("en")} trials for each share, of the same latencies as above. The
check asks for p below ${percentText(LEVEL, 2)}. That holds where the noise between its ${MOST_BLOCKS} blocks remembers a block or two. A queue near its
limit remembers for longer, and a short trial of it wanders like one that drifts: ask for more requests.

${formatRows(["Neighbours", ...sizes.map((n) => `${n} requests`)], rows, "markdown")}`;
  return { text, misses: [] };
}

/** As the check does with the TTFT of a trial whose load is whole from first to last. */
function isDrifting(values: Float64Array): boolean {
  const points = Array.from(values, (value, atNs) => ({ atNs, value }));
  const { share, p } = driftOf("TTFT", blockMeans(points, MOST_BLOCKS));
  return p < LEVEL && Math.abs(share) > LARGEST_DRIFT;
}
