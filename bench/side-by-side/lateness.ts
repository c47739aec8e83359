import { succeed, type Result } from "../../src/schema/result.ts";
import type { Case } from "../load/cases.ts";
import { ourName, ownClients, type LoadClient } from "../load/clients.ts";
import type { Programs } from "../load/compile.ts";
import { runOnce } from "../load/run-once.ts";
import type { SideEngine } from "./engines.ts";
import type { Figures } from "./metrics.ts";

/** What a client reports less what the server logged, on a server that knows the truth. Null where it could not be had. */
export interface Lateness {
  ttftMs: { p50: number | null; p99: number | null };
  tpotPercent: number | null;
}

/** Both clients. */
export interface BothLate {
  ours: Lateness;
  theirs: Lateness;
}

/** So many requests for each that is open. */
const requestsEach = 25;

/** The engine's load on a server of ours that knows the truth: the pace is what our client saw of the engine. */
export function caseOf({ name, concurrency, promptWords, outputTokens }: SideEngine, seen: Figures): Case | null {
  const [firstMs, gapMs] = [seen["ttft p50, ms"], seen["tpot p50, ms"]];
  if (firstMs == null || gapMs == null) return null;
  return {
    id: `as-${name}`,
    title: `the pace of ${name}`,
    streams: concurrency,
    ratePerS: null,
    requests: concurrency * requestsEach,
    inputTokens: promptWords,
    outputTokens,
    firstUs: Math.round(firstMs * 1000),
    gapUs: Math.round(gapMs * 1000),
    workers: 1,
    servers: 1,
  };
}

/** Each client once on that. Its own lateness shows there, with a core to itself and nothing of the engine. */
export async function latenessOfBoth(
  programs: Programs,
  cacheFolder: string,
  their: LoadClient,
  { given, round, cores }: { given: Case; round: number; cores: number },
): Promise<Result<BothLate>> {
  const our = ownClients(programs, cacheFolder).find(({ name }) => name === ourName)!;
  const found: Lateness[] = [];
  for (const client of [our, their]) {
    const run = await runOnce(programs, client, given, round, cores);
    if (!run.ok) return run;
    found.push({ ttftMs: run.value.ttftErrorMs, tpotPercent: run.value.tpotErrorPercent });
  }
  return succeed({ ours: found[0]!, theirs: found[1]! });
}

/** By how much their lateness lets a metric differ more than ours does, in per cent of ours. Null where it says nothing. */
export function latenessPercent(metric: string, { ours, theirs }: BothLate, seen: Figures): number | null {
  const kind = metric.split(/[ ,]/)[0] ?? "";
  const tpot = minus(theirs.tpotPercent, ours.tpotPercent);
  if (kind === "tpot" || kind === "itl") return tpot;
  const stat = /\b(mean|p\d+)\b/.exec(metric)?.[1] ?? "mean";
  const quantile = stat === "p99" ? "p99" : "p50";
  const firstMs = minus(theirs.ttftMs[quantile], ours.ttftMs[quantile]);
  const value = seen[`${kind === "ttft" ? "ttft" : "e2e"} ${stat}, ms`];
  if (firstMs === null || value == null || value === 0) return null;
  if (kind === "ttft") return (firstMs / value) * 100;
  const rest = tpot === null ? 0 : (tpot * Math.max(0, value - (seen["ttft mean, ms"] ?? 0))) / value;
  const e2e = (firstMs / value) * 100 + rest;
  // A closed loop sends the next request when it has seen the end of one.
  if (kind.endsWith("_throughput")) return (1 / (1 + e2e / 100) - 1) * 100;
  return kind === "e2e" ? e2e : null;
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
