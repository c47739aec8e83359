import { scoreAsMlperf, type MlperfScore } from "../metrics/scorers/rouge.ts";
import type { Observation } from "../schema/observation.ts";
import type { Dataset } from "../schema/sample.ts";
import type { OutputRow } from "../store/index.ts";

/** ROUGE of what an accuracy trial said against the references. A request that failed counts as an empty answer: leaving it out would flatter. */
export async function scoreOutputs(
  observation: Observation,
  dataset: Dataset,
): Promise<{ score: MlperfScore; outputs: OutputRow[] }> {
  const references = new Map(dataset.samples.map((sample) => [sample.index, sample.reference ?? ""]));
  const asked = observation.requests.filter(({ phase }) => phase === "measure");
  const pairs = asked.map((request) => ({
    prediction: request.error === null ? (request.text ?? "") : "",
    reference: references.get(request.sample) ?? "",
  }));
  const score = scoreAsMlperf(pairs);
  const outputs = asked.map((request, place) => {
    const pair = score.pairs[place];
    return {
      sample: request.sample,
      prediction: pairs[place]?.prediction ?? "",
      reference: pairs[place]?.reference ?? "",
      rouge1: pair ? 100 * pair.rouge1.fmeasure : null,
      rouge2: pair ? 100 * pair.rouge2.fmeasure : null,
      rougeL: pair ? 100 * pair.rougeL.fmeasure : null,
      rougeLsum: pair ? 100 * pair.rougeLsum.fmeasure : null,
    };
  });
  return { score, outputs };
}
