import { quantileLinear, sortedCopy } from "../../src/math/quantile.ts";
import type { Case } from "./cases.ts";
import { cpuUntil, peakRssBytes, type MeterRow } from "./meter.ts";
import type { Reported } from "./reported.ts";
import { arrivalsOf, heldInFlight, loadPhase, type TrueRequest } from "./truth.ts";

/** One client on one case, once. Null is what could not be had. */
export interface RunFigures {
  client: string;
  case: string;
  /** Runs of one round stood next to each other. */
  round: number;
  tokens: number;
  /** Of the load phase: first arrival to last token, by the server's clock. */
  seconds: number;
  tokensPerS: number;
  /** CPU of the client's whole process tree ÷ tokens: in the load phase, and from start to end. */
  cpuUsPerToken: { load: number; whole: number };
  /** CPU ÷ time in the load phase: 1 is a core. */
  cpuShare: number;
  ttftMs: { p50: number | null; p99: number | null };
  trueTtftMs: { p50: number | null; p99: number | null };
  /** Reported minus true. Of each request where it can be found by its tag, else between the quantiles. */
  ttftErrorMs: { p50: number | null; p99: number | null; perRequest: boolean };
  /** Reported ÷ true − 1, in per cent, at the median. */
  tpotErrorPercent: number | null;
  /** Share of the tokens that the server sent in one write with another, and that the client read with another. */
  sharedWrites: number;
  sharedReads: number | null;
  inFlight: { asked: number | null; held: number | null };
  arrivals: { ratePerS: number; cv: number } | null;
  /** From starting the client to the first request's arrival. */
  startUpS: number;
  peakMb: number;
  requests: { asked: number; arrived: number; finished: number; reported: number };
}

/** Puts together what the server knows, what the meter measured and what the client says. */
export function figuresOf(
  { client, round }: { client: string; round: number },
  given: Case,
  truth: readonly TrueRequest[],
  meter: readonly MeterRow[],
  reported: readonly Reported[],
): RunFigures {
  const { startNs, endNs } = loadPhase(truth);
  const tokens = truth.reduce((sum, request) => sum + request.tokens, 0);
  const seconds = (endNs - startNs) / 1e9;
  const loadCpuNs = cpuUntil(meter, endNs) - cpuUntil(meter, startNs);
  const closed = given.ratePerS === null;
  const shared = reported.map(({ sharedReads }) => sharedReads);
  return {
    client,
    case: given.id,
    round,
    tokens,
    seconds,
    tokensPerS: tokens / seconds,
    cpuUsPerToken: { load: loadCpuNs / 1000 / tokens, whole: (meter.at(-1)?.cpuNs ?? 0) / 1000 / tokens },
    cpuShare: loadCpuNs / 1e9 / seconds,
    ttftMs: quantiles(reported.map(({ ttftMs }) => ttftMs)),
    trueTtftMs: quantiles(truth.map(trueTtftMs)),
    ...errorsOf(truth, reported),
    sharedWrites: truth.reduce((sum, { sharedWrites }) => sum + sharedWrites, 0) / tokens,
    sharedReads: shared.includes(null) ? null : shared.reduce<number>((sum, count) => sum + (count ?? 0), 0) / tokens,
    inFlight: { asked: closed ? given.streams : null, held: heldInFlight(truth, closed ? given.streams : 1) },
    arrivals: closed ? null : arrivalsOf(truth),
    startUpS: (startNs - (meter[0]?.atNs ?? startNs)) / 1e9,
    peakMb: peakRssBytes(meter) / 1e6,
    requests: {
      asked: given.requests,
      arrived: truth.length,
      finished: truth.filter(({ finished }) => finished).length,
      reported: reported.length,
    },
  };
}

/** Errors of TTFT and TPOT against the server's log. */
export function errorsOf(
  truth: readonly TrueRequest[],
  reported: readonly Reported[],
): Pick<RunFigures, "ttftErrorMs" | "tpotErrorPercent"> {
  // A warm-up has no tags, and nobody reports it.
  const tagged = truth.filter(({ tag }) => tag >= 0);
  const byTag = new Map(tagged.map((request) => [request.tag, request]));
  const pairs = reported.flatMap((said) => {
    const known = said.tag === null ? undefined : byTag.get(said.tag);
    return known === undefined ? [] : [{ said, known }];
  });
  // A tag that two requests carried finds the wrong row: then nothing can be matched.
  if (pairs.length > 0 && pairs.length === reported.length && byTag.size === tagged.length) {
    const ttft = quantiles(pairs.map(({ said, known }) => said.ttftMs - trueTtftMs(known)));
    const tpot = pairs.flatMap(({ said, known }) => {
      const right = trueTpotMs(known);
      // No time at all: the server was late by the whole answer, and wrote it at once.
      return said.tpotMs === null || right === null || right === 0 ? [] : [(said.tpotMs / right - 1) * 100];
    });
    return { ttftErrorMs: { ...ttft, perRequest: true }, tpotErrorPercent: quantiles(tpot).p50 };
  }
  const said = quantiles(reported.map(({ ttftMs }) => ttftMs));
  const right = quantiles(truth.map(trueTtftMs));
  const saidTpot = quantiles(reported.map(({ tpotMs }) => tpotMs)).p50;
  const rightTpot = quantiles(truth.map(trueTpotMs)).p50;
  return {
    ttftErrorMs: { p50: minus(said.p50, right.p50), p99: minus(said.p99, right.p99), perRequest: false },
    tpotErrorPercent:
      saidTpot === null || rightTpot === null || rightTpot === 0 ? null : (saidTpot / rightTpot - 1) * 100,
  };
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function trueTtftMs({ arrivedNs, firstNs }: TrueRequest): number {
  return (firstNs - arrivedNs) / 1e6;
}

function trueTpotMs({ firstNs, lastNs, tokens }: TrueRequest): number | null {
  return tokens < 2 ? null : (lastNs - firstNs) / 1e6 / (tokens - 1);
}

function quantiles(values: readonly (number | null)[]): { p50: number | null; p99: number | null } {
  const sorted = sortedCopy(values.filter((value) => value !== null));
  return { p50: quantileLinear(sorted, 0.5), p99: quantileLinear(sorted, 0.99) };
}
