import { Type } from "typebox";
import { createRandom } from "../../math/random.ts";
import { ChangeFile, changeOf, pairedOrder } from "../../schema/design.ts";
import type { Experiment } from "../../schema/experiment.ts";
import { sameJson } from "../../schema/json.ts";
import { designKind } from "../design-kind.ts";
import { changedRow } from "../row.ts";

/** Two configurations, round against round: the baseline, in whose place the matrix may put side a, and side b. */
export const duel = designKind({
  members: {
    a: Type.Optional(ChangeFile),
    b: ChangeFile,
    rounds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: "both run once in each; default `repeats`" }),
    ),
  },
  read({ a, b, rounds }, { baseline, engine }) {
    const [inPlaceOfBaseline] = changeOf(a, "/design/a", "a");
    // A knob that nobody knows has its diagnostic where a names it.
    const isKnown = (knob: string): boolean => Object.hasOwn(engine.knobs, knob) || knob.includes(".");
    const moved = Object.entries({ ...baseline, ...inPlaceOfBaseline?.set })
      .filter(([knob, value]) => !sameJson(value, baseline[knob] ?? null) && isKnown(knob))
      .map(([knob]) => knob);
    // Side b stands on the matrix's baseline as side a does: what a alone sets goes back.
    const back = Object.fromEntries(moved.map((knob) => [knob, baseline[knob] ?? null]));
    const changes = changeOf(b, "/design/b", "b").map((change) => ({ ...change, set: { ...back, ...change.set } }));
    return { design: { changes }, inPlaceOfBaseline, repeats: rounds };
  },
  rows: (study, baseline) => study.design.changes.map((change) => changedRow(study, change, baseline)),
  family: "isolation",
  order: {
    name: pairedOrder,
    warning: {
      code: "order-of-a-duel",
      message: "`order` has no part in a duel, whose sides take turns at going first",
    },
    visit: alternated,
  },
});

/** Experiments that follow each other in a duel's round: the two of one workload and one point of the sweep. */
const OF_A_CELL = 2;

/**
 * One round of a duel: under each workload and point of the sweep both sides, next to each other. Who goes first changes from
 * round to round; who opens, the seed says.
 */
function alternated(experiments: readonly Experiment[], seed: number, round: number): Experiment[] {
  const turned = (createRandom(seed).fork("duel").integer(2) + round) % 2 === 1;
  const cells = Map.groupBy(experiments, ({ labels }) => Math.floor(labels.position / OF_A_CELL));
  return [...cells.values()].flatMap((cell) => (turned ? cell.toReversed() : cell));
}
