import { certifies, type Fidelity } from "../schema/fidelity.ts";
import { fail, type Fault } from "../schema/result.ts";
import type { Dataset } from "../schema/sample.ts";
import type { Workload } from "../schema/workload.ts";
import { countText } from "../math/figures.ts";

/** Why a workload cannot be run on a data set that could be read, known before an engine starts; null where it can. */
export function datasetFault(
  { name, samples, hasReferences }: Dataset,
  workload: Workload,
  { fidelity, isAccuracy }: { fidelity: Fidelity; isAccuracy: boolean },
): Fault | null {
  const { ruleset } = workload;
  // Where a result is certified, a ruleset's samples are all there: LoadGen draws from them by their places.
  if (ruleset !== null && certifies(fidelity) && samples.length < ruleset.librarySamples) {
    return fail(
      "too-few-samples",
      `${name} has ${countText(samples.length, "sample")}, and ${ruleset.rulesetId} draws from ${ruleset.librarySamples} for ${ruleset.model}`,
      `Take the whole data set for workload ${workload.name} (no \`selection\`), or run it at --fidelity screen.`,
    ).problem;
  }
  if (isAccuracy && !hasReferences) {
    return fail(
      "no-references",
      `${name} has no references, so accuracy cannot be scored`,
      "Take a dataset with references for accuracy, or leave accuracy out of the matrix.",
    ).problem;
  }
  const ids = workload.endpoint === "chat" ? samples.find(({ prompt }) => "tokens" in prompt) : undefined;
  if (ids === undefined) return null;
  return fail(
    "prompt-not-taken",
    `sample ${ids.index} of ${name} is a list of token ids, and the chat endpoint takes messages of text`,
    "Set `endpoint: completions` in the workload, which takes token ids, or write the prompts as texts.",
  ).problem;
}
