import { boundsText, changeText, countText, figureText, pText, saidOf } from "../math/figures.ts";
import type { Effect, GuardrailStanding } from "../schema/effect.ts";
import { certifies } from "../schema/fidelity.ts";
import { named } from "./confounds.ts";
import { guardrailText, type Case, type Judged } from "./outcome.ts";
import type { AccuracyStanding } from "./accuracy-gates.ts";
import type { Pool } from "./pool.ts";
import type { PrimaryMetric } from "./primary-metric.ts";

/** What a decision's sentence is made of, beside how it was judged. */
export interface Facts extends Pick<Case, "effect" | "primary" | "accuracy" | "guardrails"> {
  /** What a reader needs to know beside the figures. */
  caveats: readonly string[];
  /** Paths of the resolved configuration that the change moved beside what it sets. */
  moved: readonly string[];
  /** Of a step: the sum of all steps so far, against the baseline. */
  sum: Effect | null;
  treatment: Pool;
  control: Pool;
  fidelity: string;
}

/** What, how sure, on how many trials, at what accuracy; then what decided, or what is missing. */
export function sentenceOf(judged: Judged, facts: Facts): string {
  const { effect, accuracy, sum, moved, treatment, control, fidelity } = facts;
  const isHeld = judged.outcome === "HOLD";
  const hasEffect = effect !== null && effect.direction !== null;
  const parts = saidOf(
    hasEffect && effectText(effect, facts.primary),
    hasEffect && trialsText(effect, treatment, control),
    sum !== null && sum.direction !== null && `with the steps before it ${changeFigures(sum)} against ${sum.control}`,
    isMeasured(accuracy) && accuracy.because,
    isHeld ? `missing: ${judged.missing.map(({ text }) => text).join("; ")}` : judged.reason,
    !isHeld && judged.outcome !== "REJECT" && !isMeasured(accuracy) && accuracy.because,
    ...guardrailsText(facts.guardrails, judged),
    ...facts.caveats,
    moved.length > 0 && `also moves ${named(moved)}`,
    !certifies(fidelity) && `fidelity ${fidelity} measures and does not certify`,
  );
  return `${originOf([...treatment.trials, ...control.trials])}${parts.join("; ")}`;
}

function isMeasured({ status }: AccuracyStanding): boolean {
  return status === "pass" || status === "fail";
}

/** The broken ones of a HOLD, since a TRADE-OFF names them in its reason; of what may ship, those that are open. */
function guardrailsText(guardrails: readonly GuardrailStanding[], { outcome }: Judged): string[] {
  if (outcome === "REJECT") return [];
  const of = (status: GuardrailStanding["status"]) => guardrails.filter((one) => one.status === status);
  const [broken, open] = [of("broken"), of("open")];
  if (outcome === "HOLD")
    return broken.length === 0 ? [] : [`broken guardrails: ${broken.map(guardrailText).join(", ")}`];
  const titles = open.map(({ title }) => title).join(", ");
  return open.length === 0 ? [] : [`${open.length} of ${countText(guardrails.length, "guardrail")} open: ${titles}`];
}

/** Results that were not measured here say so first. */
function originOf(trials: readonly { origin: string }[]): string {
  if (trials.some(({ origin }) => origin === "simulated")) return "SIMULATED: ";
  return trials.some(({ origin }) => origin === "imported") ? "IMPORTED: " : "";
}

function effectText(effect: Effect, { title }: PrimaryMetric): string {
  const text = `${title} ${changeFigures(effect)} against ${effect.control}`;
  if (effect.pAdjusted === null) return text;
  return `${text}, ${pText(effect.pAdjusted)}${effect.correction === null ? "" : ` by ${effect.correction}`}`;
}

/** `+8.1 % (+6.9 to +9.3)`; where a side measured zero its figures: `from 5 to 0 req/s`. */
export function changeFigures({ scale, ratio, interval, treatmentValue, controlValue, unit }: Effect): string {
  const change = ratio === null || ratio === 0 || scale === "raw" ? null : changeText(ratio);
  if (change === null) return `from ${figureText(controlValue ?? 0)} to ${figureText(treatmentValue ?? 0)} ${unit}`;
  return `${change}${interval === null ? "" : ` (${boundsText(interval)})`}`;
}

/** `on 2 of 3 against 6 launches in 3 blocks (left out: INVALID: too short)`. */
function trialsText({ trials, blocks }: Effect, treatment: Pool, control: Pool): string {
  const why = [...new Set([...treatment.excluded, ...control.excluded].map((one) => one.why))];
  const sides = `on ${counted(trials.treatment, treatment)} against ${counted(trials.control, control)} launches`;
  return `${sides} in ${countText(blocks, "block")}${why.length === 0 ? "" : ` (left out: ${why.join("; ")})`}`;
}

function counted(launches: number, pool: Pool): string {
  return launches === pool.of ? `${launches}` : `${launches} of ${pool.of}`;
}
