import type { ExportedPair, TreeOptions } from "./tree.ts";
import { countText, saidOf } from "../../math/figures.ts";

const howToMake: { [test: string]: string } = {
  TEST06: "`ceteris loadgen --mode test06` makes it, and --compliance DIR takes it in",
};

/**
 * What the submission checker of a pair's round will not find in its tree, or will refuse, each in a sentence; what the user
 * sees after an export. `open` are members that stand for the submitter to write.
 */
export function missingOf(
  { rules, performance, accuracy, why }: ExportedPair,
  { division, submission, compliance }: Pick<TreeOptions, "division" | "submission" | "compliance">,
  open: readonly string[],
): string[] {
  const { mark, settings } = performance.exported.run;
  const found = compliance.map(({ test }) => test);
  const tests = Object.entries(submission.compliance).flatMap(([test, models]) =>
    division === "closed" && models.includes(rules.model) && !found.includes(test) ? [test] : [],
  );
  return saidOf(
    mark.simulated && "status: SIMULATED is not a status that the checker knows, so that it refuses the system",
    open.length > 0 && `to be written in --facts FILE: ${open.join(", ")}`,
    settings.minDurationMs < rules.minDurationMs &&
      "fidelity: smaller than the ruleset asks for (shortest duration, samples); run it at --fidelity valid",
    accuracy === null && `accuracy: ${why}`,
    accuracy?.scores === null && "accuracy.txt: the data set has no references",
    accuracy !== null &&
      accuracy.answers.length < rules.accuracySamples &&
      `accuracy: ${countText(accuracy.answers.length, "answer")} of ${rules.accuracySamples}`,
    ...tests.map((test) => `${test}: ${howToMake[test] ?? "nothing here makes it, see docs/mlperf.md"}`),
  );
}
