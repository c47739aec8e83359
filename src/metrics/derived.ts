import { derivedFigures, derivedRow } from "../schema/derived-figures.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";

const perGpu =
  "÷ the GPUs of the configuration, all its parts together, which the engine file works out of its knobs. What changes between configurations with unlike numbers of GPUs are judged by; null where the number is not known.";

/** Title and definition of each, by its metric. */
const words: { [metric: string]: Pick<MetricDefinition, "title" | "definition"> } = {
  output_throughput_steady_per_gpu: {
    title: "Output throughput per GPU, steady",
    definition: `Output throughput of the steady window ${perGpu}`,
  },
  output_throughput_per_gpu: { title: "Output throughput per GPU", definition: `Output throughput ${perGpu}` },
  loadgen_tokens_per_gpu: { title: "LoadGen's throughput per GPU", definition: `LoadGen's tokens a second ${perGpu}` },
  goodput_per_gpu: { title: "Goodput per GPU", definition: `Goodput ${perGpu}` },
  interactivity: {
    title: "Interactivity",
    definition: "1000 ÷ TPOT p50 (in ms): the tokens a second that one user sees arrive.",
  },
};

/** Metrics that follow from a row of another one. */
export const derivedDefinitions: readonly MetricDefinition[] = derivedFigures.map(({ metric, stat, unit }) => ({
  id: metric,
  unit,
  ...words[metric]!,
  better: "higher",
  stats: [stat],
}));

/** The rows of them. */
export function derivedRows(rows: readonly Measurement[], gpus: number | null): Measurement[] {
  return derivedFigures.flatMap((figure) => derivedRow(figure, rows, gpus) ?? []);
}
