import type { Effect } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import type { Collateral } from "./collateral.ts";
import { levelOf, pooledValues, type Pool } from "./pool.ts";
import { largestLengthShift } from "./rules.ts";
import type { ComparedStudy } from "./study.ts";
import { changeText, percentText } from "./words.ts";

/** How two sides came to be compared: all that can confound their effect. */
export interface Sides {
  treatment: Pool;
  control: Pool;
  /** Accuracy trials of the change and of the baseline. */
  accuracy: { change: readonly Trial[]; baseline: readonly Trial[] };
  collateral: Collateral | undefined;
  effect: Effect | null;
}

/** Why an effect may be another thing's than the change's, in sentences; empty where nothing speaks against it. */
export function confoundsOf(study: ComparedStudy, sides: Sides): string[] {
  return [...movedLengths(sides), ...movedKnobs(study, sides), ...driftInOrder(study, sides)];
}

/** A configuration that says less is faster. */
function movedLengths({ treatment, control, accuracy }: Sides): string[] {
  const shifts = [
    { what: "output tokens of a request", ratio: ratioOf(treatment, control, "output_tokens", false) },
    {
      what: "characters of an answer (gen_len)",
      ratio: ratioOf(asWhole(accuracy.change), asWhole(accuracy.baseline), "gen_len", true),
    },
  ];
  return shifts.flatMap(({ what, ratio }) =>
    ratio === null || Math.abs(ratio - 1) <= largestLengthShift
      ? []
      : [`confounded: ${what} moved by ${changeText(ratio)}, at most ±${percentText(largestLengthShift)}`],
  );
}

function asWhole(trials: readonly Trial[]): Pool {
  return { trials: [...trials], excluded: [], of: trials.length };
}

function ratioOf(treatment: Pool, control: Pool, metric: string, perRequest: boolean): number | null {
  const [above, below] = [treatment, control].map((pool) => {
    if (!perRequest) return levelOf(pooledValues(pool, metric, "mean").values);
    const each = pool.trials.flatMap(({ measurements }) => {
      const found = measurements.find((row) => row.metric === metric && row.stat === "sum");
      return found?.value == null || found.n === 0 ? [] : [found.value / found.n];
    });
    return levelOf(each);
  });
  return above == null || below == null || below === 0 ? null : above / below;
}

/** The rule of the report: what moved beside the change is shown, and where it is itself a knob the effect is confounded. */
function movedKnobs({ knobPaths = [] }: ComparedStudy, { collateral }: Sides): string[] {
  if (collateral === undefined || collateral.unknown !== null) return [];
  const moved = collateral.moved.flatMap(({ path }) =>
    knobPaths.filter((one) => path === one.path || path.startsWith(`${one.path}.`)).map(({ knob }) => knob),
  );
  const knobs = [...new Set(moved)];
  return knobs.length === 0 ? [] : [`confounded: the engine moved ${knobs.join(", ")} beside the change`];
}

/** In the declared order a change has its fixed place in every block, so that drift within blocks is not absorbed. */
function driftInOrder({ order }: ComparedStudy, { effect }: Sides): string[] {
  const across = effect?.drift?.acrossBlocks ?? null;
  if (order !== "declared" || across === null || effect?.ratio == null) return [];
  if (Math.abs(Math.log(across)) < Math.abs(Math.log(effect.ratio))) return [];
  return [
    `confounded: the baseline drifted by ${changeText(across)} over the blocks, more than the effect, and order is declared`,
  ];
}
