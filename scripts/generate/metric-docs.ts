import { metricDefinitions } from "../../src/metrics/index.ts";
import { costFigures } from "../../src/schema/cost-figures.ts";
import { table } from "./page.ts";

/** `docs/metrics.md`: every metric that a trial can hold, from its own declaration. */
export function metricDocs(): string {
  return [
    "# Metrics",
    "",
    "Made by `npm run generate` from `src/metrics/`; not edited by hand. What other tools call by the same name:",
    "[definitions.md](definitions.md).",
    "",
    "The clock is monotonic, in nanoseconds, stamped when the bytes arrive, before they are parsed. Token counts are the",
    "server's. Percentiles are linearly interpolated. A percentile is null, with the reason, where the sample gives it no",
    "two-sided 95 % interval (p99: fewer than 368 requests); the maximum is always there.",
    "",
    table(
      ["metric", "unit", "better", "statistics", "definition"],
      metricDefinitions.map(({ id, unit, better, stats, definition }) => [
        `\`${id}\``,
        unit,
        better,
        stats.join(", "),
        definition,
      ]),
    ),
    "",
    "## Figures of a report",
    "",
    "Derived when a report is made, and in no trial: prices change, and a measurement does not. What the hardware costs, the",
    "matrix says ([What the hardware costs](matrix-language.md#what-the-hardware-costs)).",
    "",
    table(
      ["figure", "unit", "better", "definition"],
      Object.values(costFigures).map(({ id, unit, better, definition }) => [`\`${id}\``, unit, better, definition]),
    ),
    "",
  ].join("\n");
}
