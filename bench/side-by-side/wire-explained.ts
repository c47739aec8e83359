import { median } from "../load/summary.ts";
import { burnerWords, overlaps, percent, rangeOf, signed, small, type Found } from "./percent.ts";
import type { Round } from "./round.ts";

/** One metric as it passed the wire, over the rounds that had a witness there. Differences are theirs ÷ ours − 1, in per cent. */
export interface OnWire {
  ours: number | null;
  theirs: number | null;
  difference: number | null;
  /** By what the two saw of the same requests, by the same definitions. */
  seen: number | null;
  /** What each saw ÷ what passed the wire − 1, in per cent. */
  above: { ours: number | null; theirs: number | null };
  /** Where the metric lies between events: how many tokens each bore. */
  tokensAnEvent: { ours: number; theirs: number } | null;
  /** Theirs against ours beside a burner, both on the wire. */
  beside: Found;
}

/** Sets a metric on the wire beside what the tools saw of it. Null throughout where a side had no witness. */
export function onWire(
  metric: string,
  ours: readonly Round[],
  theirs: readonly Round[],
  beside: readonly Round[],
): OnWire {
  const wires = (rounds: readonly Round[], name = metric) => rounds.map(({ wire }) => wire?.[name] ?? null);
  // All requests, with the tokens that there were, as on the wire; gaps between events only the step before has.
  const seenIn = ({ counted, defined }: Round) => counted[metric] ?? defined[metric] ?? null;
  const seen = (rounds: readonly Round[]) => median(rounds.filter(({ wire }) => wire !== null).map(seenIn));
  // Of the same medians as the difference, so that the parts make the whole.
  const above = (rounds: readonly Round[]) => percent(median(wires(rounds)), seen(rounds));
  const [a, b] = [median(wires(ours)), median(wires(theirs))];
  const each = (rounds: readonly Round[]) =>
    metric.startsWith("itl ") ? median(wires(rounds, "tokens an event, mean")) : null;
  const [oursEach, theirsEach] = [each(ours), each(theirs)];
  return {
    ours: a,
    theirs: b,
    difference: percent(a, b),
    seen: percent(seen(ours), seen(theirs)),
    above: { ours: above(ours), theirs: above(theirs) },
    tokensAnEvent: oursEach === null || theirsEach === null ? null : { ours: oursEach, theirs: theirsEach },
    beside: {
      difference: percent(median(wires(beside)), b),
      overlap: overlaps(rangeOf(wires(beside)), rangeOf(wires(theirs))),
    },
  };
}

/** What else is known of the row. */
interface Known {
  /** The row's own difference. */
  reported: number;
  /** By how much the engine's own mean differs. */
  engine: number | null;
  /** What their lateness on a server that knows the truth makes. */
  late: number | null;
  cores: string;
}

/** What the wire says, and which of the words on the experiment with a burner belong to it. */
interface WireExplanation {
  words: string;
  /** Takes the words for it from what the tools saw, where the wire was not watched meanwhile. */
  burner: (seen: string | null) => string | null;
}

/**
 * Parts a difference into what passed the wire, which is the engine's, and what the tools made of it: all three of medians of
 * the same rounds, so that the two factors make the whole. Null where there was no witness.
 */
export function wireExplanation(on: OnWire, { reported, engine, late, cores }: Known): WireExplanation | null {
  const { difference, seen, above, beside } = on;
  if (difference === null || seen === null || above.ours === null || above.theirs === null) return null;
  const rest = seen - difference;
  const whole = small(seen - reported) ? "" : ` of ${signed(seen)} % by our definitions`;
  const reports = `it reports ${aboveWords(above.theirs)} what arrived, ours ${aboveWords(above.ours)} it`;
  if (small(difference) && !small(rest)) {
    const own = late === null ? "" : `; on a server that knows the truth its lateness makes ${signed(late)} %`;
    const words = `client: on the wire the two differ by ${signed(difference)} %${whole}; ${reports}${own}${cores}`;
    return { words, burner: () => null };
  }
  const onlyEngine = small(rest) && !small(difference);
  const means =
    engine === null || small(engine) || engine * difference < 0 ? "" : `, by its own means by ${signed(engine)} %`;
  const did = `on the wire the two differ by ${signed(difference)} %${whole}${means}${eachWords(on)}`;
  const words = onlyEngine
    ? `engine: ${did}: what it did differed, not how it was seen${cores}`
    : `engine and client: ${did}; for the other ${signed(rest)} % ${reports}${cores}`;
  const experiment = burnerWords(beside, difference, "", " on the wire");
  return { words, burner: (fromTools) => (beside.difference === null ? fromTools : experiment) };
}

/** An engine that lags behind itself puts several tokens into one event: the gaps between events grow by that. */
function eachWords({ tokensAnEvent: each }: OnWire): string {
  if (each === null || small(percent(each.ours, each.theirs))) return "";
  return `, with ${each.theirs.toFixed(2)} tokens an event, ours ${each.ours.toFixed(2)}`;
}

function aboveWords(value: number): string {
  return `${Math.abs(value).toFixed(1)} % ${value < 0 ? "below" : "above"}`;
}
