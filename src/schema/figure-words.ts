/** Names that people write in capitals. */
const acronyms: ReadonlySet<string> = new Set(["ttft", "tpot", "itl", "e2e", "slo"]);

/** What sentences and heads of columns call a figure (`output_throughput value`, `ttft p99`): `output tok/s`, `TTFT p99`, `E2E p50`. */
export function figureWords(figure: string): string {
  const [metric = "", stat = "value"] = figure.split(" ");
  if (/^output_throughput(_steady)?$/.test(metric)) return "output tok/s";
  const words = metric
    .replace(/_sched$/, "")
    .split("_")
    .map((word) => (acronyms.has(word) ? word.toUpperCase() : word.replace(/^rouge/, "ROUGE-")));
  return [...words, ...(stat === "value" ? [] : [stat])].join(" ");
}
