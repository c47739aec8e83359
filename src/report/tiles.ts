import { bySize } from "../math/statistics.ts";
import { marginOf } from "./relations/wording.ts";
import { figureText, percentText } from "../math/figures.ts";
import type { Drift } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import type { ReportInput } from "./report-input.ts";
import { driftFacts } from "./relations/decisions.ts";

/** A figure beside its limit. */
export interface Tile {
  title: string;
  figure: string;
  /** Follows the figure, smaller. */
  of: string;
  /** The figure and its limit as shares of the bar's length, and what the limit is; null where nothing is drawn. */
  bar: { value: number; limit: number; said: string } | null;
  note: string;
}

/** Of the bar's length: where a limit stands, so that a figure beyond it has room. */
const LIMIT_AT = 0.7;

/**
 * How far a study can be trusted: usable trials, what it could have seen, how the baseline drifted, what the client could do.
 * Where nothing is compared, there is nothing to see or to drift from.
 */
export function tilesOf(input: Pick<ReportInput, "study" | "effects" | "decisions" | "summaries" | "trials">): Tile[] {
  const compared = input.study.contrasts.length === 0 ? [] : [detectable(input), drift(input)];
  return [usable(input), ...compared, client(input)];
}

function usable({ summaries }: Pick<ReportInput, "summaries">): Tile {
  const good = summaries.reduce((sum, row) => sum + row.usable, 0);
  const all = summaries.reduce((sum, row) => sum + row.of, 0);
  const bar = all === 0 ? null : { value: good / all, limit: 1, said: `all ${all}` };
  const note = good === all ? "all that ran" : `${all - good} FAILED or INVALID`;
  return { title: "Usable trials", figure: String(good), of: `of ${all}`, bar, note: all === 0 ? "nothing ran" : note };
}

/** A figure that has no limit, or whose limit is not drawn. */
export function plainTile(title: string, figure: string, of: string, note: string): Tile {
  return { title, figure, of, bar: null, note };
}

/** An effect beside the smallest one that matters, both as shares. */
function barOf(share: number, margin: number): Tile["bar"] {
  return { value: Math.min(1, (LIMIT_AT * share) / margin), limit: LIMIT_AT, said: percentText(margin) };
}

type Judged = Pick<ReportInput, "study" | "effects" | "decisions" | "summaries">;

function detectable(input: Judged): Tile {
  const { effects, decisions, study } = input;
  const title = "Smallest detectable effect";
  const deciding = new Set(decisions.map(({ experiment, metric }) => `${experiment} ${metric}`));
  const seen = effects.flatMap(({ treatment, metric, stat, smallestDetectable }) =>
    smallestDetectable !== null && deciding.has(`${treatment} ${metric} ${stat}`) ? [smallestDetectable] : [],
  );
  if (seen.length === 0) return plainTile(title, "–", "", unknownNote(input, "nothing was repeated"));
  const worst = Math.max(...seen);
  const margin = marginOf(study);
  const note =
    worst <= margin
      ? `${percentText(margin)} matters, and is seen`
      : `${percentText(margin)} matters: effects below this stay unseen`;
  return {
    title,
    figure: percentText(worst, 1),
    of: "at 80 % power",
    bar: barOf(worst, margin),
    note,
  };
}

/** Why a tile has no figure. */
function unknownNote({ summaries }: Judged, otherwise: string): string {
  return summaries.some(({ of }) => of > 0) && summaries.every((row) => row.usable === 0)
    ? "no trial is usable"
    : otherwise;
}

function drift(input: Judged): Tile {
  const title = "Drift";
  const facts = driftFacts(input);
  const found = facts.flatMap(({ acrossBlocks, withinBlock, singleBlock }) =>
    [acrossBlocks, withinBlock, singleBlock].filter((ratio) => ratio !== null),
  );
  const [worst] = bySize(found, (ratio) => ratio);
  if (worst === undefined) return plainTile(title, "–", "", unknownNote(input, "one block shows none"));
  const margin = marginOf(input.study);
  const share = Math.abs(worst - 1);
  const figure = percentText(share, 2);
  const sign = Number.parseFloat(figure) === 0 ? "" : worst < 1 ? "-" : "+";
  return {
    title,
    figure: `${sign}${figure}`,
    of: "at most",
    bar: barOf(share, margin),
    note: share <= margin ? "below what matters" : absorbedBy(input.study, facts),
  };
}

function absorbedBy({ order }: Judged["study"], facts: readonly Pick<Drift, "singleBlock">[]): string {
  if (facts.some(({ singleBlock }) => singleBlock !== null)) return "no other block absorbs it";
  return order === "declared"
    ? "in the declared order it may look like an effect"
    : "blocks and random places absorb it";
}

/** The check of the load generator that came closest to its limit. */
function client({ trials }: Pick<ReportInput, "trials">): Tile {
  const title = "Load generator";
  const ofClient = trials.flatMap(({ verdict }) =>
    verdict.checks.filter(
      ({ id, value, limit }) =>
        id.startsWith("client-") && typeof value === "number" && typeof limit === "number" && limit > 0,
    ),
  );
  const nearest = ofClient
    .map((check) => ({ check, share: Number(check.value) / Number(check.limit) }))
    .toSorted((left, right) => right.share - left.share)[0];
  if (nearest === undefined) return plainTile(title, "–", "", unjudgedNote(trials));
  const { check, share } = nearest;
  const figure = `${Number(Number(check.value).toPrecision(2))} ${check.unit}`.trim();
  const limit = `${figureText(Number(check.limit))} ${check.unit}`.trim();
  return {
    title,
    figure,
    of: `limit ${limit}`,
    bar: { value: Math.min(1, LIMIT_AT * share), limit: LIMIT_AT, said: limit },
    note: `${check.id}${check.status === "unknown" ? ` undecided: ${check.message.split("; ").at(-1)}` : check.status === "pass" ? " ✓" : " ✗"}`,
  };
}

/** Why no check has judged the load generator. */
function unjudgedNote(trials: readonly Trial[]): string {
  const loads = trials.filter(({ spec }) => spec.purpose !== "accuracy");
  if (trials.length === 0) return "not judged: nothing ran";
  if (loads.length === 0) return "not judged: accuracy trials have no load to time";
  if (loads.every(({ origin }) => origin === "imported")) return "not judged: the trials are another tool's";
  const unknown = loads.flatMap(({ verdict }) =>
    verdict.checks.filter(({ id, status }) => id.startsWith("client-") && status === "unknown"),
  );
  const [why] = unknown.map(({ message }) => message.split("; ")[0]);
  if (why !== undefined) return `not judged: ${why}`;
  return loads.every(({ verdict }) => verdict.status === "FAILED")
    ? "not judged: every trial FAILED"
    : "not judged: its figures were not recorded";
}
