import { Type } from "typebox";
import { createRandom } from "../../math/random.ts";
import { assign, changedBetween } from "../../schema/assignment.ts";
import { pairedOrder } from "../../schema/own-order.ts";
import { changeOf, SideFile, type Change, type ReadContext, type Written } from "../../schema/design.ts";
import type { Experiment } from "../../schema/experiment.ts";
import { sameJson } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import { designKind } from "../design-kind.ts";
import { changedRow } from "../row.ts";

/** Two configurations, round against round: the baseline, in whose place the matrix may put side a, and side b. */
export const duel = designKind({
  members: {
    a: Type.Optional(SideFile),
    b: SideFile,
    rounds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: "both run once in each; default `repeats`" }),
    ),
  },
  read({ a, b, rounds }, context) {
    const { baseline, knobs } = context;
    const [inPlaceOfBaseline] = sideOf(a, "/design/a", "a", context);
    const sideA =
      inPlaceOfBaseline === undefined ? baseline : assign(inPlaceOfBaseline.instead ?? baseline, inPlaceOfBaseline.set);
    // A knob that nobody knows has its diagnostic where a names it.
    const isKnown = (knob: string): boolean => Object.hasOwn(knobs, knob) || knob.includes(".");
    const moved = Object.keys(changedBetween(sideA, baseline)).filter(isKnown);
    // Side b stands on the matrix's baseline as side a does: what a alone sets goes back.
    const back = Object.fromEntries(moved.map((knob) => [knob, baseline[knob] ?? null]));
    const changes = sideOf(b, "/design/b", "b", context).map((change) => {
      if (change.instead !== undefined) return change;
      // What both sides set alike stays as a has it; where that is all, b changes nothing, and is told so.
      const alike = moved.filter((knob) => sameJson(change.set[knob], sideA[knob]));
      const set = Object.entries({ ...back, ...change.set }).filter(([knob]) => !alike.includes(knob));
      return set.length === 0 ? change : { ...change, set: Object.fromEntries(set) };
    });
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

/** A side: as a row is read, with its own knobs where it has some. */
function sideOf(
  file: Written<{ side: typeof SideFile }>["side"],
  pointer: string,
  unnamed: string,
  context: ReadContext,
): Change[] {
  if (file === undefined || file === null) return [];
  const { knobs, set = {}, ...row } = file;
  const instead = knobs as Assignment | undefined;
  return changeOf({ ...row, set }, pointer, unnamed, context).map((change) => ({
    ...change,
    ...(instead === undefined ? {} : { instead }),
  }));
}

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
