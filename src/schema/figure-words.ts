/** Names that people write with capitals. */
const names: ReadonlyMap<string, string> = new Map(
  ["TTFT", "TPOT", "ITL", "E2E", "SLO", "GPU", "LoadGen"].map((name) => [name.toLowerCase(), name]),
);

/** What sentences and heads of columns call a figure (`output_throughput value`, `ttft p99`): `output tok/s`, `TTFT p99`, `E2E p50`. */
export function figureWords(figure: string): string {
  if (/^output_throughput(_steady)?( value)?$/.test(figure)) return "output tok/s";
  return figureTitle(figure.replace(/_sched\b/, ""));
}

/** What tables call a figure, apart from all others: `steady throughput`, `TTFT p99`, `E2E p50 from the schedule`. */
export function figureTitle(figure: string): string {
  const [metric = "", stat = "value"] = figure.split(" ");
  const words = metric
    .replace(/^output_throughput_steady/, "steady_throughput")
    .replace(/_sched$/, "")
    .split("_")
    .map((word) => names.get(word) ?? word.replace(/^rouge/, "ROUGE-"));
  const from = metric.endsWith("_sched") ? ["from the schedule"] : [];
  return [...words, ...(stat === "value" ? [] : [stat]), ...from].join(" ");
}
