import { NS_PER_MS } from "../math/units.ts";
import { nsPerLaterToken, type RequestRecord, type RequestSource } from "../schema/observation.ts";
import { onceEach } from "../schema/once-each.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import { timePerToken } from "../schema/time-per-token.ts";
import type { SloDeclaration, Workload } from "../schema/workload.ts";
import { classOf } from "./groups.ts";
import type { MetricInput } from "./metric.ts";
import { failedRequests, finishedRequests, outputTokens } from "./requests.ts";

/** Requests that keep their limits, and all that were measured. */
export interface WithinSlo {
  good: number;
  /** Output tokens of those by the server's count; null where it left one out. */
  goodTokens: number | null;
  n: number;
}

function none(): WithinSlo {
  return { good: 0, goodTokens: 0, n: 0 };
}

/**
 * Of finished requests, by default the measured ones, those that meet every limit of their class's SLO, or of the workload's
 * where their class has none: as a whole and by class. A request without any limit meets it by finishing. What the client cut
 * off is left out. `why` says why there is no figure: no limit anywhere, nothing measured, or no count of tokens where TPOT
 * has a limit.
 */
export function requestsWithinSlo(
  input: MetricInput,
  finished: RequestSource = finishedRequests(input),
): {
  all: WithinSlo;
  byClass: ReadonlyMap<string, WithinSlo>;
  why: string | null;
} {
  const { workload } = input;
  const all = none();
  const byClass = new Map(workload.classes.map(({ name }) => [name, none()]));
  const perTokenOf = timePerToken(input.observation);
  const longestGapNs = hasGapLimit(workload) ? longestGaps(input.observation) : null;
  // Users of an open loop wait from when they meant to ask. Offline is due at the start as a whole: there the send counts.
  const fromSchedule = isOpenLoop(workload);
  for (const request of finished) {
    const slo = classOf(request, workload)?.slo ?? workload.slo;
    const gapNs = longestGapNs?.[request.index] ?? 0;
    const good =
      slo === null ||
      (meets(request, slo, fromSchedule, perTokenOf(request)) && gapNs / NS_PER_MS <= (slo.itl_ms ?? Infinity));
    for (const tally of talliesOf(request)) count(tally, request, good);
  }
  for (const request of failedRequests(input)) for (const tally of talliesOf(request)) tally.n += 1;
  return { all, byClass, why: whyNot(input, all.n) };

  function talliesOf({ class: name }: RequestRecord): WithinSlo[] {
    const own = name === null ? undefined : byClass.get(name);
    return own === undefined ? [all] : [all, own];
  }
}

function count(tally: WithinSlo, { outputTokens: tokens }: RequestRecord, good: boolean): void {
  tally.n += 1;
  if (!good) return;
  tally.good += 1;
  tally.goodTokens = tally.goodTokens === null || tokens === null ? null : tally.goodTokens + tokens;
}

function whyNot(input: MetricInput, n: number): string | null {
  const { slo, classes } = input.workload;
  const declared = [slo, ...classes.map((one) => one.slo ?? null)].filter((one) => one !== null);
  if (declared.every((one) => Object.keys(one).length === 0)) return "the workload has no slo";
  if (n === 0) return "no request was measured";
  return declared.some(({ tpot_ms: limit }) => limit !== undefined) ? outputTokens(finishedRequests(input)).why : null;
}

function hasGapLimit({ slo, classes }: Workload): boolean {
  return [slo, ...classes.map((one) => one.slo ?? null)].some((one) => one?.itl_ms !== undefined);
}

/** Of each request by its index, the longest time between two of its chunks, in ns; 0 of one with a single chunk. */
const longestGaps = onceEach(({ requests, tokens }: MetricInput["observation"]): Float64Array => {
  const longest = new Float64Array(requests.length);
  for (const { length, request, gapNs } of tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const gap = gapNs[row]!;
      if (gap > longest[request[row]!]!) longest[request[row]!] = gap;
    }
  }
  return longest;
}, new WeakMap());

/**
 * True of a measured request that failed or missed a limit of its class's SLO, or of the workload's; never of one that the client
 * cut off. From its record alone, so that `itl_ms` is not looked at.
 */
export function missesSlo(request: RequestRecord, workload: Workload): boolean {
  if (request.cancelled) return false;
  if (request.error !== null) return true;
  const slo = classOf(request, workload)?.slo ?? workload.slo;
  return slo !== null && !meets(request, slo, isOpenLoop(workload));
}

/** What of a request says whether it met its limits. */
type JudgedRequest = Pick<
  RequestRecord,
  "scheduledNs" | "sentNs" | "firstTokenNs" | "lastTokenNs" | "outputTokens" | "chunks" | "finish"
>;

/**
 * Whether a finished request met every limit but that of the gaps between its chunks, which its record does not hold. One
 * without a second token has no time per output token, and keeps that limit.
 * @param fromSchedule latencies count from the scheduled send, as in an open loop
 * @param perTokenNs by default as if the tokens were spread evenly over the chunks
 */
function meets(
  request: JudgedRequest,
  slo: SloDeclaration,
  fromSchedule: boolean,
  perTokenNs = nsPerLaterToken(request),
): boolean {
  const { firstTokenNs, lastTokenNs } = request;
  const startNs = fromSchedule ? (request.scheduledNs ?? request.sentNs) : request.sentNs;
  if (firstTokenNs === null || lastTokenNs === null) return false;
  const tpotMs = (perTokenNs ?? 0) / NS_PER_MS;
  return (
    (firstTokenNs - startNs) / NS_PER_MS <= (slo.ttft_ms ?? Infinity) &&
    tpotMs <= (slo.tpot_ms ?? Infinity) &&
    (lastTokenNs - startNs) / NS_PER_MS <= (slo.e2e_ms ?? Infinity)
  );
}

/** What of stored requests met these limits, in per cent; those that the client cut off are left out, and one that failed meets none. Null of none. */
export function shareWithin(
  requests: Iterable<JudgedRequest & Pick<RequestRecord, "error" | "cancelled">>,
  slo: SloDeclaration,
  fromSchedule: boolean,
): number | null {
  let [good, n] = [0, 0];
  for (const request of requests) {
    if (request.cancelled) continue;
    n += 1;
    if (request.error === null && meets(request, slo, fromSchedule)) good += 1;
  }
  return n === 0 ? null : (100 * good) / n;
}
