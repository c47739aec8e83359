import { createHash } from "node:crypto";
import { plainSample, type Dataset, type Sample } from "../schema/sample.ts";

/** SHA-256 of samples that were made: of their JSON, an array, which is never whole in memory. */
export function digestOf(samples: readonly Sample[]): string {
  const digest = createHash("sha256");
  for (const [place, sample] of samples.entries()) {
    // A length in words is known of the sample, and not sent with it.
    const { aboutPromptTokens: _, ...sent } = plainSample(sample);
    digest.update(`${place === 0 ? "[" : ","}${JSON.stringify(sent)}`);
  }
  return digest.update(samples.length === 0 ? "[]" : "]").digest("hex");
}

/** A data set that was made: it lies in no file, and has nothing to compare an answer with. */
export function madeDataset(name: string, samples: Sample[]): Dataset {
  return { name, samples, hasReferences: false, sha256: digestOf(samples), path: null, recognised: null };
}
