import type { Summary } from "./summary.ts";

/** What one client costs beside the floor and the best of the peers, on one case. Null where one of the two is missing. */
export interface Comparison {
  case: string;
  client: string;
  /** Times the floor's CPU for each token, of rounds in which under 5 % of the tokens shared a write. */
  timesFloor: number | null;
  /** Share of the CPU for each token of the cheapest peer. */
  ofBestPeer: { load: { share: number; peer: string }; whole: { share: number; peer: string } } | null;
  /** Error of its TTFT minus the floor's, in ms. */
  ttftErrorOverFloorMs: { p50: number | null; p99: number | null };
}

/** Sets one client against the others on each case. Whoever is neither it nor the floor is a peer. */
export function compare(summaries: readonly Summary[], client: string, floor: string): Comparison[] {
  const own = summaries.filter((row) => row.client === client);
  return own.map((row) => {
    const onCase = summaries.filter((other) => other.case === row.case);
    const beside = onCase.find((other) => other.client === floor);
    const peers = onCase.filter((other) => other.client !== client && other.client !== floor);
    const load = cheapest(row, peers, "cpu_us_load");
    const whole = cheapest(row, peers, "cpu_us_whole");
    return {
      case: row.case,
      client,
      timesFloor: row.cpuTimesFloor.load,
      ofBestPeer: load === null || whole === null ? null : { load, whole },
      ttftErrorOverFloorMs: {
        p50: minus(row.medians.ttft_error_p50_ms, beside?.medians.ttft_error_p50_ms),
        p99: minus(row.medians.ttft_error_p99_ms, beside?.medians.ttft_error_p99_ms),
      },
    };
  });
}

function cheapest(
  row: Summary,
  peers: readonly Summary[],
  figure: "cpu_us_load" | "cpu_us_whole",
): { share: number; peer: string } | null {
  const ours = row.medians[figure];
  const [best] = peers
    .flatMap(({ client, medians }) => (medians[figure] === null ? [] : [{ peer: client, us: medians[figure] }]))
    .toSorted((a, b) => a.us - b.us);
  return ours === null || best === undefined ? null : { share: ours / best.us, peer: best.peer };
}

function minus(a: number | null, b: number | null | undefined): number | null {
  return a === null || b === null || b === undefined ? null : a - b;
}

/** One line of text for each case. */
export function comparisonText({ case: id, client, timesFloor, ofBestPeer, ttftErrorOverFloorMs }: Comparison): string {
  const parts: string[] = [];
  if (timesFloor !== null) parts.push(`${timesFloor.toFixed(2)} × the floor's CPU for each token`);
  if (ofBestPeer !== null) {
    const { load, whole } = ofBestPeer;
    parts.push(`${load.share.toFixed(2)} × ${load.peer} in the load phase`);
    parts.push(`${whole.share.toFixed(2)} × ${whole.peer} over the whole run`);
  }
  const { p50, p99 } = ttftErrorOverFloorMs;
  if (p50 !== null && p99 !== null)
    parts.push(`its TTFT error is ${p50.toFixed(2)} (p50) and ${p99.toFixed(2)} ms (p99) above the floor's`);
  return `${id}: ${client}: ${parts.join(", ") || "nothing to compare with"}`;
}
