import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { RougeName, RougePercents } from "../schema/rouge.ts";

/** What the scorer says of all pairs: means of F in percent, null of no pairs; characters of all predictions; number of pairs. */
export interface AccuracyScore {
  mean: Readonly<RougePercents> & { readonly genLen: number; readonly genNum: number };
}

/** As the MLPerf reference's script computes and prints them. */
const RULE = "mlperf-reference";

const rouge = (id: RougeName, title: string, of: string): MetricDefinition => ({
  id,
  unit: "%",
  title,
  definition: `Mean F of ${of}, as the MLPerf reference script computes it (rouge-score with its stemmer).`,
  better: "higher",
  stats: ["mean"],
});

const genLen: MetricDefinition = {
  id: "gen_len",
  unit: "characters",
  title: "Length of all answers",
  definition: "Characters of all answers together, as the MLPerf reference script counts them.",
  better: "neither",
  stats: ["sum"],
};

const rouges = {
  rouge1: rouge("rouge1", "ROUGE-1", "the words that answer and reference share"),
  rouge2: rouge("rouge2", "ROUGE-2", "the pairs of words that answer and reference share"),
  rougeL: rouge("rougeL", "ROUGE-L", "the longest common subsequence of answer and reference"),
  rougeLsum: rouge("rougeLsum", "ROUGE-Lsum", "the longest common subsequences, sentence by sentence"),
} satisfies Record<RougeName, MetricDefinition>;

export const accuracyDefinitions: readonly MetricDefinition[] = [...Object.values(rouges), genLen];

/** Rows of a score; `n` is the number of pairs. */
export function accuracyMeasurements(score: AccuracyScore): Measurement[] {
  const { genLen: characters, genNum, ...means } = score.mean;
  const source = "client" as const;
  const rows = Object.values(rouges).map((definition): Measurement => {
    const value = means[definition.id as RougeName];
    const why = value === null ? "no answer was scored" : null;
    return { metric: definition.id, stat: "mean", unit: definition.unit, value, why, n: genNum, rule: RULE, source };
  });
  const length = { metric: genLen.id, stat: "sum" as const, unit: genLen.unit, value: characters, why: null };
  return [...rows, { ...length, n: genNum, rule: RULE, source }];
}
