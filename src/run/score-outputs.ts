import { scoreAsMlperf, type MlperfScore } from "../metrics/index.ts";
import type { Observation } from "../schema/observation.ts";
import type { Dataset } from "../schema/sample.ts";
import type { OutputRow } from "../store/index.ts";

/** ROUGE of what an accuracy trial said against the references. A request that failed counts as an empty answer: leaving it out would flatter. */
export async function scoreOutputs(
  observation: Observation,
  dataset: Dataset,
): Promise<{ score: MlperfScore; outputs: OutputRow[] }> {
  const references = new Map(dataset.samples.map((sample) => [sample.index, sample.reference ?? ""]));
  const asked: { sample: number; prediction: string; reference: string }[] = [];
  for (const { phase, error, text, sample } of observation.requests) {
    if (phase !== "measure") continue;
    asked.push({ sample, prediction: error === null ? (text ?? "") : "", reference: references.get(sample) ?? "" });
  }
  const score = scoreAsMlperf(asked);
  const outputs = asked.map((answer, place) => {
    const pair = score.pairs[place];
    return {
      ...answer,
      rouge1: pair ? 100 * pair.rouge1.fmeasure : null,
      rouge2: pair ? 100 * pair.rouge2.fmeasure : null,
      rougeL: pair ? 100 * pair.rougeL.fmeasure : null,
      rougeLsum: pair ? 100 * pair.rougeLsum.fmeasure : null,
    };
  });
  return { score, outputs };
}
