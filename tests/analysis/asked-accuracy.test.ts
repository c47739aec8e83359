import { expect, it } from "vitest";
import { decisions } from "../../src/analysis/decisions.ts";
import type { ComparedStudy } from "../../src/analysis/study.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

/** The decision about a change that makes 8 % more, in a study that does not measure accuracy. */
function decided(changed: Assignment, study: Partial<ComparedStudy>): [string, string] {
  const experiments = [fakeExperiment("baseline", 0, {}), fakeExperiment("change", 1, changed)];
  const contrast: Contrast = { treatment: "change", control: "baseline", changed, family: "isolation" };
  const trials = experiments.flatMap((experiment, arm) =>
    [1, 2, 3].map((replicate) =>
      fakeTrial(experiment, { replicate, throughput: (arm ? 108 : 100) + 0.1 * (replicate % 2) }),
    ),
  );
  const made = decisions({ experiments, contrasts: [contrast], fidelity: "valid", ...study }, trials)[1]!;
  return [made.outcome, made.because];
}

const outputKnobs = ["quantization", "dtype"];

it("a knob that can change the answers is on HOLD without a measured accuracy", () => {
  const [outcome, because] = decided({ quantization: "fp8" }, { accuracy: null, outputKnobs });
  expect(outcome).toBe("HOLD");
  expect(because).toContain("accuracy not measured, and quantization can change the answers");
  expect(decided({ "load.order": "by_length" }, { accuracy: null, outputKnobs })[0]).toBe("HOLD");
});

it("any other ships, and says that accuracy was not measured", () => {
  const [outcome, because] = decided({ max_num_seqs: 32 }, { accuracy: null, outputKnobs });
  expect(outcome).toBe("SHIP");
  expect(because).toContain("throughput got better; accuracy not measured");
});

it("ships where the matrix says why accuracy does not apply, and holds where accuracy is declared and missing", () => {
  const [outcome, because] = decided(
    { quantization: "fp8" },
    { accuracy: { notApplicable: "random weights" }, outputKnobs },
  );
  expect(outcome).toBe("SHIP");
  expect(because).toContain("accuracy does not apply: random weights");
  expect(decided({ max_num_seqs: 32 }, { accuracy: "declared", outputKnobs })[0]).toBe("HOLD");
});
