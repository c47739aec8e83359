import { createRandom } from "../math/random.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { DesignKindRows, DuelDesign } from "./design-kinds.ts";
import { changedRow } from "./row.ts";

/** Two configurations, round against round. */
export const duel: DesignKindRows<DuelDesign> = {
  rows: (study, design, baseline) => design.changes.map((change) => changedRow(study, change, baseline)),
  family: "isolation",
  alsoAgainstBaseline: false,
};

/** Experiments that follow each other in a duel's round: the two of one workload and one point of the sweep. */
const OF_A_CELL = 2;

/**
 * One round of a duel: under each workload and point of the sweep both sides, next to each other. Who goes first changes from
 * round to round; who opens, the seed says.
 */
export function alternated(experiments: readonly Experiment[], seed: number, round: number): Experiment[] {
  const turned = (createRandom(seed).fork("duel").integer(2) + round) % 2 === 1;
  const cells = Map.groupBy(experiments, ({ labels }) => Math.floor(labels.position / OF_A_CELL));
  return [...cells.values()].flatMap((cell) => (turned ? cell.toReversed() : cell));
}
