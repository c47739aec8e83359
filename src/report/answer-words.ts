import { figureText } from "../math/figures.ts";
import type { Decision, Effect } from "../schema/effect.ts";
import { percentChange } from "./numbers.ts";
import { metricWords } from "./relations/wording.ts";

/** A change that was judged, with its effect on the figure that decided. */
export interface Judged extends Decision {
  own: Effect | null;
  control: string | null;
}

/** More names than this are counted. */
const MOST_NAMES = 3;

/** `output tok/s`, as a sentence calls the figure that decided; `short` where another figure follows it: `tok/s`. */
export function answerWords(one: Judged | undefined, length: "full" | "short" = "full"): string {
  const words = metricWords(one?.metric ?? "");
  return length === "short" ? words.replace(/^output /, "") : words;
}

/** `+24.1 %`; without decimals where the figure has doubled or its interval reaches ten points to either side. Empty where there is none. */
export function changeOf({ own }: Judged): string {
  if (own?.ratio == null) return "";
  const half = own.interval === null ? 0 : 50 * (own.interval.upper - own.interval.lower);
  return percentChange(own.ratio, own.ratio >= 2 || half >= 10 ? 0 : 1);
}

/** A point of the gate: nearer to it, a share is given to two decimals. */
const NEAR_GATE = 0.01;

/** `ROUGE-1 is 66 % of the baseline's (gate 99 %)`. */
export function gateText({ failedGate }: Judged): string {
  if (failedGate === undefined) return "";
  const { metric, of, value, atLeast } = failedGate;
  const title = metric.replace(/^rouge/, "ROUGE-");
  if (of === "absolute") return `${title} is ${figureText(value)} (gate ${figureText(atLeast)})`;
  const decimals = Math.abs(value - atLeast) < NEAR_GATE ? 2 : 0;
  return `${title} is ${(100 * value).toFixed(decimals)} % of the baseline's (gate ${figureText(100 * atLeast)} %)`;
}

/** True of a HOLD for want of precision, and not of a measurement. */
export function isUnsettled({ missing: [first] }: Judged): boolean {
  return first?.kind === "not settled";
}

/** What a HOLD waits for, first of all, in the same words for all changes that wait for the same. */
export function shortReason({ missing: [first], because }: Judged): string {
  if (first?.kind === "one launch") return "one launch on a side has no interval";
  if (first?.kind === "not settled") return "not settled";
  return (first?.text ?? because).replace(/\.$/, "");
}

/** `a, b and c`; of more than three two and how many more. */
export function namesOf(names: readonly string[], and = "and"): string {
  const shown =
    names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES - 1), `${names.length - MOST_NAMES + 1} more`] : names;
  if (shown.length <= 1) return shown[0] ?? "";
  return `${shown.slice(0, -1).join(", ")} ${and} ${shown.at(-1)}`;
}
