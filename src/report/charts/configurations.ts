import { configurationName } from "../../schema/experiment.ts";
import type { Outcome } from "../../schema/effect.ts";
import { judgedEffects } from "../relations/decisions.ts";
import type { ChartInput } from "./index.ts";

/** What a chart draws a configuration by: its decision is its colour. */
export interface Configuration {
  /** The row; of several systems with the system: `fp8`, `fp8@8b`. */
  name: string;
  /** `by point`: not the same at each point of the sweep; empty of a study without a change. */
  decision: Outcome | "by point" | "";
  /** True of the baseline and of those that a chart names; the others are faint. */
  isNamed: boolean;
}

/** Beside the baseline, so many have a name in a chart. */
export const MOST_NAMED = 4;

/** Of more than this many with the same decision the answer names the two largest effects. */
const MOST_ALIKE = 3;

/** Decisions in the order in which an answer names changes. */
const order: readonly string[] = ["SHIP", "REJECT", "TRADE-OFF", "CONDITIONAL", "by point", "HOLD", "NO EFFECT"];

/**
 * The configurations of a study in its order, by name. Named are the baselines and the first four that the answer names: by
 * decision, then by the size of the effect. A study without a change has no baseline; its first four are named.
 */
export function configurationsOf(
  input: Pick<ChartInput, "study" | "decisions" | "effects">,
): Map<string, Configuration> {
  const { study } = input;
  const treatments = new Set(study.contrasts.map(({ treatment }) => treatment));
  const judged = new Map(judgedEffects(input).map((one) => [one.experiment, one]));
  const groups = Map.groupBy(study.experiments, ({ labels }) => configurationName(labels));
  const found = [...groups].map(([name, members]) => {
    const isBaseline = treatments.size > 0 && members.every((one) => !treatments.has(one.labels.name));
    const own = members.flatMap(({ labels }) => judged.get(labels.name) ?? []);
    const outcomes = new Set(own.map(({ outcome }) => outcome));
    const [only = ""] = outcomes;
    const sizes = own.map(({ own: effect }) => {
      const ratio = effect?.ratio ?? 1;
      return ratio > 0 ? Math.abs(Math.log(ratio)) : 0;
    });
    const decision: Configuration["decision"] = isBaseline ? "BASELINE" : outcomes.size > 1 ? "by point" : only;
    return { name, decision, size: Math.max(0, ...sizes) };
  });
  const ranked = found
    .filter(({ decision }) => decision !== "BASELINE")
    .toSorted((left, right) => rank(left.decision) - rank(right.decision) || right.size - left.size);
  const preferred = ranked.filter(({ decision }) => decision !== "").filter(isAmongItsFirst);
  const inOrder = new Set([...preferred, ...ranked].map(({ name }) => name));
  const named = new Set([...inOrder].slice(0, MOST_NAMED));
  return new Map(
    found.map(({ name, decision }) => [name, { name, decision, isNamed: decision === "BASELINE" || named.has(name) }]),
  );
}

function rank(decision: string): number {
  const place = order.indexOf(decision);
  return place < 0 ? order.length : place;
}

function isAmongItsFirst<One extends { decision: string }>(one: One, _: number, all: readonly One[]): boolean {
  const alike = all.filter(({ decision }) => decision === one.decision);
  return alike.length <= MOST_ALIKE || alike.indexOf(one) < MOST_ALIKE - 1;
}
