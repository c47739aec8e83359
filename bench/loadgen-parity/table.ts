import type { Parity } from "../loadgen-parity.ts";

function row(name: string, official: number | string, ours: number | string, note = ""): string {
  return `${name.padEnd(52)}${String(official).padStart(16)}${String(ours).padStart(16)}  ${note}`;
}

/** A table of one scenario. */
export function told(parity: Parity): string {
  const { scenario, queries, durationNs, sameOrder, scheduleOffNs, officialLateMs, figures, results } = parity;
  return [
    row(`${scenario} (SIMULATED)`, "official", "ours"),
    row("generated_query_count", queries.official, queries.ours),
    row("generated_query_duration, ns", durationNs.official, durationNs.ours),
    row("order of samples", "", sameOrder ? "equal" : "DIFFERENT"),
    row("due times, largest difference, ns", "", scheduleOffNs),
    ...(officialLateMs === null
      ? []
      : [
          row(
            "issue after due, p50 and max, ms",
            `${officialLateMs.p50.toFixed(2)} ${officialLateMs.max.toFixed(2)}`,
            "",
          ),
        ]),
    row("result_validity", results.official, results.ours),
    ...figures.map(({ key, official, ours, headline }) =>
      row(key, official, ours, `${((ours / official - 1) * 100).toFixed(2)} %${headline ? " (within 1 %)" : ""}`),
    ),
    "",
  ].join("\n");
}
